//! The derive `Handle`: the operations of one subject, reached from a client.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Data, DeriveInput, Error, Field, Ident, Path, Result, Token,
    parse::{Parse, ParseStream},
    spanned::Spanned as _,
};

use crate::{docs, input};

/// `Client.charges`: what the handle is reached from, and by which method.
struct From {
    parent: Path,
    method: Ident,
}

impl Parse for From {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let parent = input.parse()?;
        input.parse::<Token![.]>()?;
        Ok(Self { parent, method: input.parse()? })
    }
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let from = input.attrs.iter().find(|attr| attr.path().is_ident("handle"));
    let missing = || Error::new_spanned(name, "expected `#[handle(Client.method)]`");
    let From { parent, method } = from.ok_or_else(missing)?.parse_args()?;
    let client = &field(input)?.ty;
    let transport = input.generics.type_params().next();
    let wanted = || Error::new_spanned(name, "expected one parameter, the transport: `<T>`");
    let transport = &transport.ok_or_else(wanted)?.ident;
    let (impls, types, _) = input.generics.split_for_impl();
    let (vis, docs, title) = (&input.vis, docs::docs(&input.attrs), input::text(&name.to_string()));
    let span = client.span().resolved_at(proc_macro2::Span::call_site());
    let cloned = quote_spanned!(span=> #client: ::core::clone::Clone);
    Ok(quote! {
        #[automatically_derived]
        impl #impls #name #types {
            pub(crate) const fn client(&self) -> &#client {
                &self.client
            }
        }

        #[automatically_derived]
        impl #impls ::core::clone::Clone for #name #types where #cloned {
            fn clone(&self) -> Self {
                Self { client: ::core::clone::Clone::clone(&self.client) }
            }
        }

        #[automatically_derived]
        impl #impls ::core::fmt::Debug for #name #types {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#title).finish_non_exhaustive()
            }
        }

        #[automatically_derived]
        impl<#transport: ::codespar_engine::driver::Transport> #parent<#transport> {
            #( #docs )*
            #vis fn #method(&self) -> #name<#transport> {
                #name { client: ::core::clone::Clone::clone(self.client()) }
            }
        }
    })
}

/// The field `client`, and no other.
fn field(input: &DeriveInput) -> Result<&Field> {
    let wanted = "expected one field, `client: Client<T>`";
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, wanted));
    };
    let is_client = |field: &Field| field.ident.as_ref().is_some_and(|ident| ident == "client");
    match data.fields.iter().find(|field| !is_client(field)) {
        Some(other) => Err(Error::new_spanned(other, wanted)),
        None => data.fields.iter().next().ok_or_else(|| Error::new_spanned(&input.ident, wanted)),
    }
}
