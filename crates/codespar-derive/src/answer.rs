//! The derive `Answer`: reading and writing of what a server answers.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Error, Result};

use crate::{
    attributes::{self, Reader},
    describe,
    input::{self, Member},
};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let words = attributes::read(&input.attrs, attributes::of_struct(Reader::Answer))?;
    let mut members = input::members(input, Reader::Answer)?;
    check_extra(input, &members)?;
    members.pop();
    let tells = words.tells.as_ref();
    let read = read(input, &members, tells.map(|(name, _)| name));
    let write = write(input, &members, tells);
    let object = describe::Object::of(input, &members, true);
    let object = object.telling(tells.map(|(name, _)| name)).described(input);
    Ok(input::hidden(&quote!(#read #write #object)))
}

/// Nothing that came may be lost: `extra` keeps it.
fn check_extra(input: &DeriveInput, members: &[Member<'_>]) -> Result<()> {
    let wanted = "an answer keeps the members that it has no field for: \
                  expected `pub extra: Extra` as the last member";
    match members.iter().position(|member| member.ident == "extra") {
        None => Err(Error::new_spanned(&input.ident, wanted)),
        Some(at) if at + 1 == members.len() => match members.last() {
            Some(extra) if extra.default.is_some() || extra.wire.value() != "extra" => {
                Err(Error::new_spanned(extra.ident, "expected nothing but `pub extra: Extra`"))
            }
            _ => Ok(()),
        },
        Some(at) => Err(Error::new_spanned(members.get(at).map(|it| it.ident), wanted)),
    }
}

fn read(input: &DeriveInput, members: &[Member<'_>], tells: Option<&syn::LitStr>) -> TokenStream {
    let name = &input.ident;
    let slots: Vec<_> =
        members.iter().map(|member| format_ident!("slot_{}", member.ident)).collect();
    let fields = members.iter().map(|member| member.ident);
    let wires: Vec<_> = members.iter().map(|member| &member.wire).collect();
    let opened = members.iter().zip(&slots).map(|(member, slot)| {
        let ty = member.ty;
        quote!(let mut #slot: ::core::option::Option<#ty> = ::core::option::Option::None;)
    });
    let taken = members.iter().zip(&slots).map(|(member, slot)| {
        let ty = member.ty;
        match member.default {
            Some(_) => quote_spanned! {member.span()=>
                #slot = (&__kit::Field::<::core::option::Option<#ty>>::new())
                    .next_value(&mut members)?
            },
            None => quote_spanned! {member.span()=>
                #slot = ::core::option::Option::Some(
                    (&__kit::Field::<#ty>::new()).next_value(&mut members)?,
                )
            },
        }
    });
    let values = members.iter().zip(&slots).map(|(member, slot)| value(input, member, slot));
    let places = 0..members.len();
    let passed =
        tells.map(|_| quote!(::core::option::Option::Some(_) => __kit::pass_over(&mut members)?,));
    let names = wires.iter().copied().chain(tells);
    let expecting = input::text(&format!("an object ({name})"));
    let body = quote! {
        #[allow(unused_imports)]
        use __kit::{AnyField as _, WholeField as _};
        #( #opened )*
        let mut extra = __kit::Extra::default();
        let mut known = __kit::Known::new(&[ #( #names ),* ]);
        loop {
            match known.next_or_keep(&mut members, &mut extra)? {
                #( ::core::option::Option::Some(#places) => { #taken; } )*
                #passed
                _ => break,
            }
        }
        ::core::result::Result::Ok(Self { #( #fields: #values, )* extra })
    };
    let (impls, types, bounds) = input.generics.split_for_impl();
    let implemented = implemented(input, &expecting, &body);
    quote! {
        impl #impls __kit::Members for #name #types #bounds {
            const NAMES: &'static [&'static str] = &[ #( #wires ),* ];
        }

        #implemented
    }
}

/// What a member is that came, or that did not.
pub(crate) fn value(input: &DeriveInput, member: &Member<'_>, slot: &syn::Ident) -> TokenStream {
    let wire = &member.wire;
    match &member.default {
        None if member.optional.is_some() => quote!(#slot.unwrap_or_default()),
        None if input.generics.type_params().next().is_none() => quote! {
            match #slot {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => {
                    return ::core::result::Result::Err(
                        <__A::Error as __kit::serde::de::Error>::missing_field(#wire),
                    );
                }
            }
        },
        Some(None) => quote_spanned!(member.span()=> #slot.unwrap_or_default()),
        Some(Some(path)) => quote!(#slot.unwrap_or_else(#path)),
        None => quote! {
            match #slot {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => __kit::missing(#wire)?,
            }
        },
    }
}

/// Reads a type from the members of an object, `members`.
pub(crate) fn implemented(
    input: &DeriveInput,
    expecting: &syn::LitStr,
    body: &TokenStream,
) -> TokenStream {
    let name = &input.ident;
    let (_, types, _) = input.generics.split_for_impl();
    let readable = input::readable(&input.generics);
    let (impls, _, bounds) = readable.split_for_impl();
    quote! {
        impl #impls __kit::FromMembers<'de> for #name #types #bounds {
            const EXPECTING: &'static str = #expecting;

            fn from_members<__A: __kit::serde::de::MapAccess<'de>>(
                mut members: __A,
            ) -> ::core::result::Result<Self, __A::Error> {
                #body
            }
        }

        impl #impls __kit::serde::Deserialize<'de> for #name #types #bounds {
            fn deserialize<__D: __kit::serde::Deserializer<'de>>(
                from: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                __kit::object(from)
            }
        }
    }
}

fn write(
    input: &DeriveInput,
    members: &[Member<'_>],
    tells: Option<&(syn::LitStr, syn::Ident)>,
) -> TokenStream {
    let written = members.iter().map(|member| {
        let (field, wire) = (member.ident, &member.wire);
        quote_spanned!(member.span()=> map.serialize_entry(#wire, &self.#field)?;)
    });
    let told = tells.map(|(name, method)| quote!(map.serialize_entry(#name, &self.#method())?;));
    serialized(input, &quote!(#( #written )* #told self.extra.write(&mut map)?;))
}

/// Writes a type as an object, `map`.
pub(crate) fn serialized(input: &DeriveInput, body: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let writable = input::bounded(&input.generics, &quote!(__kit::serde::Serialize));
    let (impls, types, bounds) = writable.split_for_impl();
    quote! {
        impl #impls __kit::serde::Serialize for #name #types #bounds {
            fn serialize<__S: __kit::serde::Serializer>(
                &self,
                to: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                use __kit::serde::ser::SerializeMap as _;
                let mut map = to.serialize_map(::core::option::Option::None)?;
                #body
                map.end()
            }
        }
    }
}
