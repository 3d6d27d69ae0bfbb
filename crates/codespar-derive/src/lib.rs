//! Derives for the types of an API: reading and writing, constructors and setters, and a
//! description that schemas, command lines and tables are made from.
//!
//! They are re-exported by `codespar_engine`, whose names the generated code uses: depend on that
//! crate, and not on this one. What a member is on the wire is said in serde's own words where
//! serde has one (`#[serde(rename = "type")]`), and in `#[wire(…)]` otherwise. A word that a derive
//! does not read is an error.
//!
//! | word | where | meaning |
//! |---|---|---|
//! | `serde(rename = "…")` | member, variant | the name on the wire |
//! | `serde(rename_all = "…")` | enum | the names of all variants |
//! | `serde(default)`, `wire(default)` | member | absent is the default; in an answer `null` too |
//! | `serde(skip_serializing_if = "…")` | member of arguments | when it is left out |
//! | `wire(into)` | member of arguments | `new` and the setter take whatever becomes the type |
//! | `wire(no_setter)` | member of arguments | there is no setter |
//! | `wire(check)` | arguments | they are looked over by their method `check` before anything is sent |
//! | `wire(no_new)`, `wire(private_new)` | arguments | there is no `new`, or it is private |
//! | `wire(tells("name" = method))` | answer | one member more is written, which a method gives |
//! | `wire(minor)`, `wire(day)`, … | member, newtype | the unit, where the type does not say it |
//! | `wire(secret)`, `wire(personal)` | member, newtype | it is not to be shown; it is about a person |
//! | `wire(text)`, `integer`, `number`, `boolean`, `any` | member, newtype | what it is, where its type has no description |
//! | `wire(open)` | struct with `Describe` alone | it may have members that are not described |

mod answer;
mod args;
mod attributes;
mod case;
mod describe;
mod docs;
mod handle;
mod id;
mod input;
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
#[proc_macro_derive(Answer, attributes(serde, wire))]
pub fn answer(input: TokenStream) -> TokenStream {
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
#[proc_macro_derive(Args, attributes(serde, wire))]
pub fn args(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), args::derive)
}

/// Reads and writes an enumeration of texts that the server may extend: one variant,
/// `Other(Box<str>)`, keeps what is not known.
#[proc_macro_derive(WireEnum, attributes(serde, wire))]
pub fn wire_enum(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), wire_enum::derive)
}

/// Describes a type that is read and written in another way: by serde's own derives, or by hand.
///
/// Structs with named members, newtypes, enumerations of texts, and enums that are tagged within
/// or untagged.
#[proc_macro_derive(Describe, attributes(serde, wire))]
pub fn describe(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), describe::derive)
}

/// Makes a newtype around a text an id: it is written, read and shown as its text.
#[proc_macro_derive(Id)]
pub fn id(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), id::derive)
}

/// Makes a struct that holds a client a handle: `#[handle(Client.charges)]` writes the method
/// `Client::charges` that gives it, with the documentation of the struct.
#[proc_macro_derive(Handle, attributes(handle))]
pub fn handle(input: TokenStream) -> TokenStream {
    run(&parse_macro_input!(input as DeriveInput), handle::derive)
}

fn run(
    input: &DeriveInput,
    derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    derive(input).unwrap_or_else(|error| error.into_compile_error()).into()
}
