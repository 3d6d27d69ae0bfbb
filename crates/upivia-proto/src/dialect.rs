//! How the API words its refusals.

use codespar_engine::{
    Answer, Dialect, Refusal,
    describe::{envelope, members},
};

/// The Upivia wording of errors: an `error` object, in practice also a text or the top level.
/// An empty success is an answer, of an object without members.
pub(crate) static DIALECT: Dialect = Dialect::new(read).with_nothing("{}");

fn read(answer: &Answer) -> Refusal {
    members(&answer.body).as_ref().map(envelope).unwrap_or_default()
}
