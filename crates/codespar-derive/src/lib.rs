//! Derives for the types of an API: reading and writing, constructors and setters, and a
//! description that schemas, command lines and tables are made from.
//!
//! They are re-exported by `codespar_engine`, whose names the generated code uses: depend on that
//! crate, and not on this one. What a member is on the wire is said in serde's own words where
//! serde has one, and in `#[wire(…)]` otherwise. A word that a derive does not read is an error.
//!
//! | word | where | meaning |
//! |---|---|---|
//! | `serde(rename = "…")` | member, variant | the name on the wire |
//! | `serde(rename_all = "…")` | enum | the names of all variants |
//! | `serde(default)`, `wire(default)` | member | absent is the default; in an answer `null` too |
//! | `serde(default = "…")` | member of arguments | absent is what the function gives |
//! | `serde(skip_serializing_if = "…")` | member of arguments | when it is left out |
//! | `wire(into)` | member of arguments | `new` and the setter take whatever becomes it |
//! | `wire(no_setter)` | member of arguments | there is no setter |
//! | `wire(check)` | arguments | their method `check` looks them over first |
//! | `wire(no_new)`, `wire(private_new)` | arguments | there is no `new`, or it is private |
//! | `wire(tells("name" = method))` | answer | one member more is written, from a method |
//! | `wire(secret)`, `wire(personal)` | member, newtype | not to be shown; about a person |
//! | `wire(minor)`, … | member, newtype | its unit, where the type does not say it |
//! | `wire(text)`, … | member, newtype | what it is, where its type is not described |
//! | `wire(currency = "BRL")` | member of arguments | an amount of this currency alone |
//! | `wire(currency_of = "name")` | member of arguments | an amount whose currency that member is |
//! | `wire(like = Type)` | member of an answer | it is described as this type |
//! | `wire(open)` | `Describe` alone | it may have more than is described |
//!
//! The units are `minor`, `major`, `milliseconds`, `seconds`, `minutes`, `hours`, `days`, `day`,
//! `timestamp`, `unix_seconds`, `percent` and `bytes`; instead of a description stand `text`,
//! `integer`, `number`, `boolean` and `any`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod args;
mod attributes;
mod case;
mod describe;
mod docs;
mod handle;
mod id;
mod input;
mod setters;
#[cfg(test)]
mod tests;
mod wire_enum;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads and writes an answer. Members without a field are kept in `extra`, in their order.
///
/// A field is required unless it is an `Option` or has a default: absent and `null` are then the
/// default. Integers take every spelling of a whole number: `3`, `3.0`, `30e-1`. Of two members of
/// one name the last counts. Everything is written, `null` where there is nothing.
///
/// `#[wire(tells("name" = method))]` on the struct writes one member more, which is ours: it is
/// passed over when it is read.
///
/// In formats other than JSON, which have to say what comes next (as YAML, TOML and CBOR do), what
/// is free JSON is a tree.
///
/// ```
/// use codespar_engine::{Answer, Extra};
///
/// /// A receipt.
/// #[derive(Clone, Debug, PartialEq, Answer)]
/// #[non_exhaustive]
/// pub struct Receipt {
///     /// Its id.
///     pub id: String,
///     /// What it is for.
///     #[serde(rename = "type")]
///     pub kind: Option<String>,
///     /// Its lines.
///     #[wire(default)]
///     pub lines: Vec<String>,
///     /// Members this version has no field for.
///     pub extra: Extra,
/// }
///
/// let text = r#"{"id":"r1","type":"sale","new":[1,2]}"#;
/// let receipt: Receipt = serde_json::from_str(text)?;
/// assert_eq!(receipt.extra.get("new").unwrap().as_str(), "[1,2]");
/// let text = serde_json::to_string(&receipt)?;
/// assert_eq!(text, r#"{"id":"r1","type":"sale","lines":[],"new":[1,2]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// An answer without `extra` would lose what it does not know:
///
/// ```compile_fail
/// #[derive(codespar_engine::Answer)]
/// struct Receipt {
///     id: String,
/// }
/// ```
#[proc_macro_derive(Answer, attributes(serde, wire))]
pub fn derive_answer(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), answer::derive)
}

/// Reads and writes arguments. What is optional gets a setter and is left out unless it is set;
/// `new` takes the rest. Where nothing is required there is no `new`: derive `Default`.
///
/// Setters and `new` take whatever becomes the type for texts (`String`, `Sensitive`) and for
/// fields with `#[wire(into)]`, and the type itself otherwise. When arguments are read, unknown
/// members are passed over, and a member that comes twice is an error.
///
/// An optional member called `cursor` makes them the arguments of a list in pages.
///
/// ```
/// use codespar_engine::{Args, Id};
/// use std::borrow::Cow;
///
/// /// An organization.
/// #[derive(Clone, Debug, PartialEq, Id)]
/// pub struct OrganizationId(Cow<'static, str>);
///
/// /// What a project is made with.
/// #[derive(Clone, Debug, PartialEq, Args)]
/// #[non_exhaustive]
/// pub struct CreateProject {
///     /// Its name, 1 to 128 characters.
///     pub name: String,
///     /// Whose it is.
///     #[wire(into)]
///     pub organization: OrganizationId,
///     /// At most this many calls a day.
///     pub limit: Option<u32>,
///     /// A note.
///     pub note: Option<String>,
/// }
///
/// let args = CreateProject::new("Orders", "org_1").limit(20).note("ours");
/// assert_eq!(
///     serde_json::to_string(&args)?,
///     r#"{"name":"Orders","organization":"org_1","limit":20,"note":"ours"}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[proc_macro_derive(Args, attributes(serde, wire))]
pub fn derive_args(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), args::derive)
}

/// Reads and writes an enumeration of texts that the server may extend: one variant,
/// `Other(Box<str>)`, keeps what is not known.
///
/// ```
/// use codespar_engine::WireEnum;
///
/// /// How a payment stands.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
/// #[serde(rename_all = "lowercase")]
/// #[non_exhaustive]
/// pub enum PaymentState {
///     /// Nothing has come yet.
///     Pending,
///     /// The money is there.
///     Succeeded,
///     /// A value this version does not know, as the server wrote it.
///     Other(Box<str>),
/// }
///
/// assert_eq!(PaymentState::from("pending"), PaymentState::Pending);
/// let new: PaymentState = serde_json::from_str("\"disputed\"")?;
/// assert_eq!(new.as_str(), "disputed");
/// assert_eq!(serde_json::to_string(&new)?, "\"disputed\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[proc_macro_derive(WireEnum, attributes(serde, wire))]
pub fn derive_wire_enum(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), wire_enum::derive)
}

/// Describes a type that is read and written in another way: by serde's own derives, or by hand.
///
/// Structs with named members, newtypes, enumerations of texts, and enums that are tagged within
/// or untagged.
///
/// ```
/// use codespar_engine::{Describe, describe::{Shape, Unit}};
///
/// /// A whole number of cents.
/// #[derive(serde::Serialize, serde::Deserialize, Describe)]
/// #[serde(transparent)]
/// #[wire(minor)]
/// pub struct Cents(i64);
///
/// let Shape::Scalar(scalar) = Cents::SHAPE else { unreachable!() };
/// assert_eq!((scalar.kind.as_str(), scalar.unit), ("integer", Some(Unit::Minor)));
/// ```
#[proc_macro_derive(Describe, attributes(serde, wire))]
pub fn derive_describe(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), describe::derive)
}

/// Makes a newtype around a text an id: it is written, read and shown as its text.
///
/// ```
/// use codespar_engine::Id;
/// use std::borrow::Cow;
///
/// /// A session.
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
/// pub struct SessionId(Cow<'static, str>);
///
/// assert_eq!(SessionId::from("ses_1").as_str(), "ses_1");
/// ```
#[proc_macro_derive(Id)]
pub fn derive_id(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), id::derive)
}

/// Makes a struct that holds a client a handle: `#[handle(Client.charges)]` writes the method
/// `Client::charges` that gives it, with the documentation of the struct, and `Clone` and `Debug`.
///
/// What it is reached from has a method `client()`, as handles have.
///
/// ```
/// use codespar_engine::{Handle, driver::Transport};
///
/// #[derive(Clone)]
/// pub struct Client<T>(T);
///
/// impl<T> Client<T> {
///     fn client(&self) -> &Self {
///         self
///     }
/// }
///
/// /// Charges (`/v1/charges`).
/// #[derive(Handle)]
/// #[handle(Client.charges)]
/// pub struct Charges<T> {
///     client: Client<T>,
/// }
///
/// fn charges<T: Transport>(client: &Client<T>) -> Charges<T> {
///     client.charges()
/// }
/// ```
#[proc_macro_derive(Handle, attributes(handle))]
pub fn derive_handle(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), handle::derive)
}

/// Gives settings a setter for each of their members, with its documentation. For an `Option<T>`
/// it takes a `T`; what is there by default is changed, so derive or write `Default` too.
///
/// ```
/// use codespar_engine::Setters;
///
/// /// How much is read.
/// #[derive(Clone, Debug, Default, Setters)]
/// #[non_exhaustive]
/// pub struct Limits {
///     /// The size of an answer, in bytes.
///     pub bytes: u64,
///     /// How many there are at most.
///     pub most: Option<usize>,
/// }
///
/// let limits = Limits::default().bytes(1024).most(3);
/// assert_eq!((limits.bytes, limits.most), (1024, Some(3)));
/// ```
#[proc_macro_derive(Setters)]
pub fn derive_setters(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), setters::derive)
}

fn run(
    input: &DeriveInput,
    derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    derive(input).unwrap_or_else(|error| error.into_compile_error()).into()
}
