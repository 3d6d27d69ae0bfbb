//! The derive `Args`: reading, writing, `new` and setters of what an operation takes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Ident, Result, Type, Visibility};

use crate::{
    answer,
    attributes::{self, Reader},
    describe,
    input::{self, Member},
};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let words = attributes::read(&input.attrs, attributes::of_struct(Reader::Args))?;
    let members = input::members(input, Reader::Args)?;
    let name = &input.ident;
    let (impls, types, bounds) = input.generics.split_for_impl();
    let vis = if words.private_new { &Visibility::Inherited } else { &input.vis };
    let new = if words.no_new { TokenStream::new() } else { new(&members, vis) };
    let setters = members.iter().filter_map(setter);
    let expecting = input::text(&format!("struct {name}"));
    let read = answer::implemented(input, &expecting, &read(input, &members));
    let written = members.iter().map(write);
    let write = answer::serialized(input, &quote!(#( #written )*));
    let object = describe::Object::of(input, &members, false).described(input);
    let check = check(input, words.check);
    let cursor = cursor(input, &members);
    let hidden = input::hidden(&quote!(#read #write #object #check #cursor));
    Ok(quote! {
        #[automatically_derived]
        impl #impls #name #types #bounds { #new #( #setters )* }

        #hidden
    })
}

fn read(input: &DeriveInput, members: &[Member<'_>]) -> TokenStream {
    let slots: Vec<_> =
        members.iter().map(|member| format_ident!("slot_{}", member.ident)).collect();
    let fields = members.iter().map(|member| member.ident);
    let opened = members.iter().zip(&slots).map(|(member, slot)| {
        let ty = member.ty;
        quote!(let mut #slot: ::core::option::Option<#ty> = ::core::option::Option::None;)
    });
    let taken = members.iter().zip(&slots).enumerate().map(|(place, (member, slot))| {
        let wire = &member.wire;
        quote_spanned! {member.span()=>
            ::core::option::Option::Some(#place) => {
                __kit::once(#wire, &mut #slot, &mut members)?;
            }
        }
    });
    let names = members.iter().map(|member| &member.wire);
    let values =
        members.iter().zip(&slots).map(|(member, slot)| answer::value(input, member, slot));
    quote! {
        #( #opened )*
        let mut known = __kit::Known::new(&[ #( #names ),* ]);
        loop {
            match known.next(&mut members)? {
                #( #taken )*
                _ => break,
            }
        }
        ::core::result::Result::Ok(Self { #( #fields: #values, )* })
    }
}

fn write(member: &Member<'_>) -> TokenStream {
    let (field, wire) = (member.ident, &member.wire);
    let span = member.span();
    if let Some(skip) = &member.skip_if {
        quote_spanned! {span=>
            if !#skip(&self.#field) {
                map.serialize_entry(#wire, &self.#field)?;
            }
        }
    } else if member.optional.is_some() {
        quote_spanned! {span=>
            if let ::core::option::Option::Some(value) = &self.#field {
                map.serialize_entry(#wire, value)?;
            }
        }
    } else {
        quote_spanned!(span=> map.serialize_entry(#wire, &self.#field)?;)
    }
}

/// `new` takes what is required; where nothing is, there is `Default`.
fn new(members: &[Member<'_>], vis: &Visibility) -> TokenStream {
    let (given, rest): (Vec<&Member<'_>>, Vec<_>) =
        members.iter().partition(|member| member.is_required());
    if given.is_empty() {
        return TokenStream::new();
    }
    let names: Vec<_> = given.iter().map(|member| member.ident).collect();
    let takes = given.iter().map(|member| takes(member.ty, member.into));
    let values = given.iter().map(|member| made(member.ident, member.into));
    let rest = rest.iter().map(|member| {
        let (name, span) = (member.ident, member.span());
        match &member.default {
            Some(Some(path)) => quote!(#name: #path()),
            _ => quote_spanned!(span=> #name: ::core::default::Default::default()),
        }
    });
    quote! {
        /// What must be given; everything else is left out until it is set.
        #vis fn new(#( #names: #takes ),*) -> Self {
            Self { #( #names: #values, )* #( #rest, )* }
        }
    }
}

fn setter(member: &Member<'_>) -> Option<TokenStream> {
    if member.no_setter || member.is_required() {
        return None;
    }
    Some(set(member))
}

/// The setter of a member.
pub(crate) fn set(member: &Member<'_>) -> TokenStream {
    let (field, vis, docs) = (member.ident, member.vis, &member.docs);
    let takes = takes(member.optional.unwrap_or(member.ty), member.into);
    let value = made(&format_ident!("value"), member.into);
    let value = match member.optional {
        Some(_) => quote!(::core::option::Option::Some(#value)),
        None => value,
    };
    quote! {
        #( #docs )*
        #[must_use]
        #vis fn #field(mut self, value: #takes) -> Self {
            self.#field = #value;
            self
        }
    }
}

/// Arguments are looked over by their own method `check`, or need not be.
fn check(input: &DeriveInput, by_method: bool) -> TokenStream {
    let name = &input.ident;
    let (impls, types, bounds) = input.generics.split_for_impl();
    let check = by_method.then(|| {
        quote! {
            fn check(&self) -> ::core::result::Result<(), __kit::Error> {
                Self::check(self)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impls __kit::Check for #name #types #bounds { #check }
    }
}

/// Arguments with an optional `cursor` are those of a list in pages.
fn cursor(input: &DeriveInput, members: &[Member<'_>]) -> TokenStream {
    let is_cursor = |member: &&Member<'_>| member.ident == "cursor" && member.optional.is_some();
    let Some(cursor) = members.iter().find(is_cursor) else { return TokenStream::new() };
    let (name, field) = (&input.ident, cursor.ident);
    let (impls, types, bounds) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impls __kit::Cursor for #name #types #bounds {
            fn cursor(&self) -> ::core::option::Option<&str> {
                self.#field.as_deref()
            }

            fn at(&self, cursor: ::core::option::Option<::std::string::String>) -> Self {
                let mut query = ::core::clone::Clone::clone(self);
                query.#field = cursor;
                query
            }
        }
    }
}

fn takes(ty: &Type, into: bool) -> TokenStream {
    if into { quote!(impl ::core::convert::Into<#ty>) } else { quote!(#ty) }
}

fn made(name: &Ident, into: bool) -> TokenStream {
    if into { quote!(::core::convert::Into::into(#name)) } else { quote!(#name) }
}
