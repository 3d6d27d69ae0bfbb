//! The derive `Setters`: a setter for each member of some settings.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use crate::{
    args,
    attributes::{self, Reader},
    input,
};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    attributes::read(&input.attrs, attributes::of_struct(Reader::Setters))?;
    let members = input::members(input, Reader::Setters)?;
    let setters = members.iter().map(args::set);
    let name = &input.ident;
    let (impls, types, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impls #name #types #bounds { #( #setters )* }
    })
}
