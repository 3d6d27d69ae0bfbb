//! What cannot work is said by the field's name, before anything is sent.

mod accounts;
mod api;
mod commerce;
mod governance;
mod governance_texts;
mod selling;
mod session;

use codespar_proto::{Call, Client, Error, ErrorKind, testing::Replay};

use crate::support::client;

/// Sends a call that must fail at this field, before anything is sent.
fn refuses(field: &str, call: Call<Replay, ()>) -> Error {
    let error = call.send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
    assert!(!error.operation().is_empty(), "{error}");
    assert!(!error.may_have_been_sent());
    error
}

/// Makes a call of a client that must fail at this field. The script is empty: sending would panic.
fn client_refuses(field: &str, make: impl FnOnce(&Client<Replay>) -> Call<Replay, ()>) {
    refuses(field, make(&client(&Replay::new())));
}

/// Calls that must fail, each at its field, by the `refuses` of the module.
macro_rules! refused {
    ($($field:literal: $target:ident => $call:expr;)*) => {
        $( refuses($field, |$target| $call.map(drop)); )*
    };
}

use refused;
