//! What cannot work is said by the field's name, before anything is sent.

mod api;
mod session;

use codespar_proto::{Call, Error, ErrorKind, testing::Replay};

/// Sends a call that must fail at this field, before anything is sent.
fn refuses(field: &str, call: Call<Replay, ()>) -> Error {
    let error = call.send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
    assert!(!error.operation().is_empty(), "{error}");
    assert!(!error.may_have_been_sent());
    error
}

/// Calls that must fail, each at its field, by the `refuses` of the module.
macro_rules! refused {
    ($($field:literal: $target:ident => $call:expr;)*) => {
        $( refuses($field, |$target| $call.map(drop)); )*
    };
}

use refused;
