//! What a type says of itself.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Error, Fields, LitStr, Result, Type, Variant,
    spanned::Spanned as _,
};

use crate::{
    attributes::{self, Meaning, Reader},
    case::Rule,
    docs::sentence,
    input::{self, Member, members_of},
    wire_enum,
};

/// `#[derive(Describe)]`, for types that are read and written in another way.
pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let shape = match &input.data {
        Data::Struct(data) => of_struct(input, data)?,
        Data::Enum(data) => of_enum(input, data)?,
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "expected no union")),
    };
    Ok(input::hidden(&shape))
}

fn of_struct(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let words = attributes::read(&input.attrs, attributes::of_struct(Reader::Describe))?;
    if let Fields::Named(_) = &data.fields {
        let rule = words.rule()?.unwrap_or(Rule::AsItIs);
        let members = members_of(&data.fields, Reader::Describe, rule)?;
        return Ok(Object::of(input, &members, words.open).described(input));
    }
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return Err(Error::new_spanned(&input.ident, "expected named members, or one without"));
    };
    let inner = shape(&field.ty, &words.meaning);
    let said = said(&words.meaning);
    Ok(described(input, &quote!(&(*#inner) #said)))
}

fn of_enum(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let of = ["serde(rename_all)", "serde(tag)", "serde(untagged)", "wire(open)"];
    let words = attributes::read(&input.attrs, &of)?;
    let variants: Vec<&Variant> = data.variants.iter().collect();
    let is_plain = variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    let texts = wire_enum::texts(Some(words.rule()?.unwrap_or(Rule::AsItIs)), &variants)?;
    if is_plain && words.tag.is_none() && !words.untagged {
        return Ok(choice(input, &variants, &texts, words.open));
    }
    if words.tag.is_some() == words.untagged {
        let wanted = "expected `#[serde(tag = \"…\")]` or `#[serde(untagged)]`";
        return Err(Error::new_spanned(&input.ident, wanted));
    }
    let mut rows = Vec::with_capacity(variants.len());
    for (variant, text) in variants.iter().zip(&texts) {
        let (shape, about) = (of_variant(input, variant, words.open)?, sentence(&variant.attrs));
        rows.push(quote!(__kit::describe::Variant::new(#text, #about, #shape)));
    }
    let (name, about) = (input.ident.to_string(), sentence(&input.attrs));
    let tag = match &words.tag {
        Some(tag) => quote!(::core::option::Option::Some(#tag)),
        None => quote!(::core::option::Option::None),
    };
    let shape = quote! {
        &__kit::describe::Shape::OneOf(|| const {
            &__kit::describe::OneOf::new(#name, #about, #tag, const { &[ #( #rows ),* ] })
        })
    };
    Ok(described(input, &shape))
}

fn of_variant(input: &DeriveInput, variant: &Variant, is_open: bool) -> Result<TokenStream> {
    let mut fields = variant.fields.iter();
    match (&variant.fields, fields.next(), fields.next()) {
        (Fields::Unit, ..) => Ok(quote!(__kit::describe::Shape::NULL)),
        (Fields::Unnamed(_), Some(field), None) => Ok(shape(&field.ty, &Meaning::default())),
        (Fields::Named(_), ..) => {
            let members = members_of(&variant.fields, Reader::Describe, Rule::AsItIs)?;
            let title = format!("{}{}", input.ident, variant.ident);
            let about = sentence(&variant.attrs);
            let object = Object { title, about, is_open, members: &members, tells: None }.shape();
            Ok(quote!(const { #object }))
        }
        _ => Err(Error::new_spanned(variant, "expected at most one value, or named members")),
    }
}

/// An object with members.
pub(crate) struct Object<'a> {
    title: String,
    about: String,
    is_open: bool,
    members: &'a [Member<'a>],
    tells: Option<&'a LitStr>,
}

impl<'a> Object<'a> {
    pub(crate) fn of(input: &DeriveInput, members: &'a [Member<'a>], is_open: bool) -> Self {
        let (title, about) = (input.ident.to_string(), sentence(&input.attrs));
        Self { title, about, is_open, members, tells: None }
    }

    /// One member more, which a method gives.
    pub(crate) fn telling(mut self, name: Option<&'a LitStr>) -> Self {
        self.tells = name;
        self
    }

    /// The object is what the type looks like.
    pub(crate) fn described(&self, input: &DeriveInput) -> TokenStream {
        described(input, &self.shape())
    }

    fn shape(&self) -> TokenStream {
        let Self { title, about, is_open, members, tells } = self;
        let told = tells.map(|name| {
            let about = "What this library makes of it";
            quote!(__kit::describe::Member::new(#name, #about, true, __kit::describe::Shape::ANY))
        });
        let rows = members.iter().map(row).chain(told);
        quote! {
            &__kit::describe::Shape::Object(|| const {
                &__kit::describe::Object::new(#title, #about, #is_open, const { &[ #( #rows ),* ] })
            })
        }
    }
}

fn row(member: &Member<'_>) -> TokenStream {
    let (wire, about, required) = (&member.wire, &member.about, member.is_required());
    let shape = shape(member.optional.unwrap_or(member.ty), &member.meaning);
    let said = said(&member.meaning);
    let currency = currency(&member.meaning);
    quote!(__kit::describe::Member::new(#wire, #about, #required, #shape) #said #currency)
}

/// The currency of an amount that has none beside it.
fn currency(meaning: &Meaning) -> Option<TokenStream> {
    let always = meaning.currency.as_ref().map(|code| quote!(Always(#code)));
    let of_member = meaning.currency_of.as_ref().map(|name| quote!(OfMember(#name)));
    let currency = always.or(of_member)?;
    Some(quote!(.in_currency(__kit::describe::InCurrency::#currency)))
}

/// What is said besides the type.
fn said(meaning: &Meaning) -> TokenStream {
    let Meaning { unit, secret, personal, .. } = meaning;
    let unit = unit.as_ref().map(|unit| quote!(.in_unit(__kit::describe::Unit::#unit)));
    let secret = secret.then(|| quote!(.secret()));
    let personal = personal.then(|| quote!(.personal()));
    quote!(#unit #secret #personal)
}

/// The shape of a type, or what was said instead.
fn shape(ty: &Type, meaning: &Meaning) -> TokenStream {
    let span = ty.span().resolved_at(proc_macro2::Span::call_site());
    let ty = meaning.like.as_ref().unwrap_or(ty);
    match &meaning.kind {
        Some(kind) => quote!(__kit::describe::Shape::#kind),
        None => quote_spanned!(span=> <#ty as __kit::describe::Describe>::SHAPE),
    }
}

/// An enumeration of texts.
pub(crate) fn choice(
    input: &DeriveInput,
    variants: &[&Variant],
    texts: &[LitStr],
    is_open: bool,
) -> TokenStream {
    let (title, about) = (input.ident.to_string(), sentence(&input.attrs));
    let abouts = variants.iter().map(|variant| sentence(&variant.attrs));
    let shape = quote! {
        &__kit::describe::Shape::Choice(const {
            &__kit::describe::Choice::new(#title, #about, #is_open, const {
                &[ #( __kit::describe::Value::new(#texts, #abouts) ),* ]
            })
        })
    };
    described(input, &shape)
}

fn described(input: &DeriveInput, shape: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let describable = input::bounded(&input.generics, &quote!(__kit::describe::Describe));
    let (impls, types, bounds) = describable.split_for_impl();
    quote! {
        impl #impls __kit::describe::Describe for #name #types #bounds {
            const SHAPE: &'static __kit::describe::Shape = #shape;
        }
    }
}
