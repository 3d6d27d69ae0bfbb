//! What values and errors show, for the tests that nothing in it is secret.

use std::{error::Error as _, iter};

use codespar_proto::Error;

/// Everything an error and its causes say, both ways.
pub fn everything(error: &Error) -> String {
    let causes = iter::successors(error.source(), |cause| (**cause).source());
    let own = format!("{error} {error:?} {error:#?}");
    causes.fold(own, |words, cause| format!("{words} {cause} {cause:?} {cause:#?}"))
}

/// The words around one that should not be there, to find it by.
pub fn around(text: &str, what: &str) -> String {
    let before = text.split(what).next().unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(200);
    text.chars().skip(skipped).take(400).collect()
}
