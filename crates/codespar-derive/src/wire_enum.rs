//! The derive `WireEnum`: texts out of a list that the server may extend.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Variant, ext::IdentExt as _};

use crate::{attributes, case::Rule, describe, input};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(name, "expected an enum"));
    };
    let words = attributes::read(&input.attrs, &["serde(rename_all)"])?;
    let (known, other): (Vec<&Variant>, Vec<&Variant>) =
        data.variants.iter().partition(|variant| matches!(variant.fields, Fields::Unit));
    let other = match other.as_slice() {
        [other] => &other.ident,
        [] => {
            let wanted = "the server may add values: expected a variant `Other(Box<str>)`";
            return Err(Error::new_spanned(name, wanted));
        }
        [_, second, ..] => {
            let wanted = "expected one variant that keeps a text: `Other(Box<str>)`";
            return Err(Error::new_spanned(second, wanted));
        }
    };
    let texts = texts(words.rule()?, &known)?;
    let variants: Vec<_> = known.iter().map(|variant| &variant.ident).collect();
    let choice = describe::choice(input, &known, &texts, true);
    let (vis, text) = (&input.vis, input::shown_as_text(name));
    let hidden = input::hidden(&quote! {
        impl ::core::convert::From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #( #texts => Self::#variants, )*
                    text => Self::#other(::core::convert::Into::into(text)),
                }
            }
        }

        #text

        impl<'de> __kit::serde::Deserialize<'de> for #name {
            fn deserialize<__D: __kit::serde::Deserializer<'de>>(
                from: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __kit::text(from, |text| Self::from(text))
            }
        }

        #choice
    });
    Ok(quote! {
        #[automatically_derived]
        impl #name {
            /// All values this version knows.
            #vis const KNOWN: &[Self] = &[ #( Self::#variants ),* ];

            /// The text on the wire.
            #vis fn as_str(&self) -> &str {
                match self {
                    #( Self::#variants => #texts, )*
                    Self::#other(text) => text,
                }
            }
        }

        #hidden
    })
}

/// What the variants without a value are on the wire: each says it, or the enum gives a rule.
pub(crate) fn texts(rule: Option<Rule>, variants: &[&Variant]) -> Result<Vec<LitStr>> {
    let mut texts: Vec<LitStr> = Vec::with_capacity(variants.len());
    for variant in variants {
        let text = match (attributes::read(&variant.attrs, &["serde(rename)"])?.rename, rule) {
            (Some(text), _) => text,
            (None, Some(rule)) => {
                LitStr::new(&rule.variant(&variant.ident.unraw().to_string()), variant.ident.span())
            }
            (None, None) => {
                return Err(Error::new_spanned(variant, "expected `#[serde(rename = \"…\")]`"));
            }
        };
        if texts.iter().any(|before| before.value() == text.value()) {
            return Err(Error::new(text.span(), "this text is another variant's, too"));
        }
        texts.push(text);
    }
    Ok(texts)
}
