//! What a derive reads: structs with named members, and what stands on them.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, Error, ExprPath, Field, Fields, GenericArgument, GenericParam,
    Generics, Ident, LitStr, PathArguments, Result, Type, Visibility, ext::IdentExt as _,
    parse_quote, spanned::Spanned as _,
};

use crate::{
    attributes::{self, Meaning, Reader},
    case::Rule,
    docs,
};

/// A member of a struct.
pub(crate) struct Member<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) ty: &'a Type,
    /// `T` of an `Option<T>`.
    pub(crate) optional: Option<&'a Type>,
    pub(crate) wire: LitStr,
    /// What is absent is the default, or what this gives.
    pub(crate) default: Option<Option<ExprPath>>,
    pub(crate) skip_if: Option<ExprPath>,
    /// `new` and the setter take whatever becomes the type.
    pub(crate) into: bool,
    pub(crate) no_setter: bool,
    pub(crate) meaning: Meaning,
    pub(crate) docs: Vec<&'a Attribute>,
    pub(crate) about: String,
}

impl Member<'_> {
    /// Whether there is no value without it.
    pub(crate) const fn is_required(&self) -> bool {
        self.optional.is_none() && self.default.is_none()
    }

    /// Where errors of the member's type belong, seen as the derive's own code is.
    pub(crate) fn span(&self) -> Span {
        self.ty.span().resolved_at(Span::call_site())
    }
}

/// The members of a struct.
pub(crate) fn members(input: &DeriveInput, reader: Reader) -> Result<Vec<Member<'_>>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(_) => members_of(&data.fields, reader, Rule::AsItIs),
            fields => Err(Error::new(at(input, fields), "expected named members")),
        },
        _ => Err(Error::new_spanned(&input.ident, "expected a struct")),
    }
}

/// A unit struct has no tokens of its own to point at.
fn at(input: &DeriveInput, fields: &Fields) -> Span {
    if matches!(fields, Fields::Unit) { input.ident.span() } else { fields.span() }
}

/// The members of a struct or a variant, with a rule for names that are not said.
pub(crate) fn members_of(fields: &Fields, reader: Reader, rule: Rule) -> Result<Vec<Member<'_>>> {
    let members: Vec<Member<'_>> = fields
        .iter()
        .filter_map(|field| member(field, reader, rule).transpose())
        .collect::<Result<_>>()?;
    for (at, member) in members.iter().enumerate() {
        if members.iter().take(at).any(|before| before.wire.value() == member.wire.value()) {
            return Err(Error::new(member.wire.span(), "this name is another member's, too"));
        }
    }
    Ok(members)
}

/// `None` for what serde passes over.
fn member<'a>(field: &'a Field, reader: Reader, rule: Rule) -> Result<Option<Member<'a>>> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "expected a named member"));
    };
    let words = attributes::read(&field.attrs, attributes::of_member(reader))?;
    if words.skip {
        return Ok(None);
    }
    let optional = argument_of(&field.ty, "Option");
    let name = || LitStr::new(&rule.member(&ident.unraw().to_string()), ident.span());
    Ok(Some(Member {
        ident,
        vis: &field.vis,
        ty: &field.ty,
        optional,
        wire: words.rename.unwrap_or_else(name),
        default: words.default,
        skip_if: words.skip_if,
        into: words.into || is_text(optional.unwrap_or(&field.ty)),
        no_setter: words.no_setter,
        meaning: words.meaning,
        docs: docs::docs(&field.attrs),
        about: docs::sentence(&field.attrs),
    }))
}

/// A type without the group that a macro put it into.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        other => other,
    }
}

/// The `T` of `Name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ungrouped(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn is_text(ty: &Type) -> bool {
    let Type::Path(path) = ungrouped(ty) else { return false };
    path.path.segments.last().is_some_and(|it| it.ident == "String" || it.ident == "Sensitive")
}

/// The type's parameters, each with a bound more.
pub(crate) fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Type(param) = param {
            param.bounds.push(parse_quote!(#bound));
        }
    }
    generics
}

/// The type's parameters as serde wants them for reading: a lifetime more, which outlives its own.
pub(crate) fn readable(generics: &Generics) -> Generics {
    let mut generics = bounded(generics, &quote!(__kit::serde::Deserialize<'de>));
    let lifetimes: Vec<_> = generics.lifetimes().map(|it| it.lifetime.clone()).collect();
    let reader = match lifetimes.is_empty() {
        true => parse_quote!('de),
        false => parse_quote!('de: #(#lifetimes)+*),
    };
    generics.params.insert(0, reader);
    generics
}

/// What has `as_str` is shown and written as that.
pub(crate) fn shown_as_text(name: &Ident) -> TokenStream {
    quote! {
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
    }
}

/// Puts implementations where their short names are seen by nobody else.
pub(crate) fn hidden(body: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use ::codespar_engine::kit as __kit;
            #body
        };
    }
}

pub(crate) fn text(value: &str) -> LitStr {
    LitStr::new(value, Span::call_site())
}
