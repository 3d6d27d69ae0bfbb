//! `#[derive(WireEnum)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Variant, ext::IdentExt as _};

use crate::{
    attributes::{self, Words},
    case::Rule,
    describe, input,
};

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
    let texts = texts(&words, &known)?;
    let variants: Vec<_> = known.iter().map(|variant| &variant.ident).collect();
    let choice = describe::choice(input, &known, &texts, true);
    let vis = &input.vis;
    let hidden = input::hidden(&quote! {
        impl ::core::convert::From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #( #texts => Self::#variants, )*
                    text => Self::#other(::core::convert::Into::into(text)),
                }
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl __kit::serde::Serialize for #name {
            fn serialize<__S: __kit::serde::Serializer>(
                &self,
                to: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                to.serialize_str(self.as_str())
            }
        }

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
pub(crate) fn texts(words: &Words, variants: &[&Variant]) -> Result<Vec<LitStr>> {
    let rule = words.rename_all.as_ref().map(Rule::of).transpose()?;
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
