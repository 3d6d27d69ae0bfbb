//! The derive `Id`: texts that name something of the server.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

use crate::input;

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let wanted =
        || Error::new_spanned(name, "expected a newtype around a text: `(Cow<'static, str>)`");
    let Data::Struct(data) = &input.data else { return Err(wanted()) };
    let (Fields::Unnamed(fields), None) = (&data.fields, input.generics.params.first()) else {
        return Err(wanted());
    };
    let mut inner = fields.unnamed.iter();
    let (Some(field), None) = (inner.next(), inner.next()) else { return Err(wanted()) };
    let (ty, vis, text) = (&field.ty, &input.vis, input::shown_as_text(name));
    let hidden = input::hidden(&quote! {
        impl ::core::convert::From<&str> for #name {
            fn from(id: &str) -> Self {
                Self::from(::std::string::String::from(id))
            }
        }

        impl ::core::convert::From<::std::string::String> for #name {
            fn from(id: ::std::string::String) -> Self {
                Self(<#ty as ::core::convert::From<::std::string::String>>::from(id))
            }
        }

        impl ::core::convert::From<&Self> for #name {
            fn from(id: &Self) -> Self {
                ::core::clone::Clone::clone(id)
            }
        }

        impl ::core::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        #text

        impl<'de> __kit::serde::Deserialize<'de> for #name {
            fn deserialize<__D: __kit::serde::Deserializer<'de>>(
                from: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                <#ty as __kit::serde::Deserialize<'de>>::deserialize(from).map(Self)
            }
        }

        impl __kit::describe::Describe for #name {
            const SHAPE: &'static __kit::describe::Shape = __kit::describe::Shape::TEXT;
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl #name {
            /// The text of the id.
            #vis fn as_str(&self) -> &str {
                &self.0
            }
        }

        #hidden
    })
}
