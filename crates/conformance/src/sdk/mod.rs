//! This project's own calls, by the names the recordings give them.
//!
//! [`Sdk::begin`] picks the conversation by [`Setup::driver`] and the recording's `sdk`. A conversation keeps the setup,
//! builds its client at the first call (from `config` and `env`, with `base_url` where neither names one) and, where the
//! recording has a `session`, a session from that create answer without a request. It then looks `object.method` up,
//! hands the arguments over as JSON and turns what comes back into an [`Outcome`].

mod mandate;

use serde_json::Value;

use crate::operations::{Conversation, Operations, Outcome, Setup};
use crate::recording::Call;

/// The calls of this project's crates.
#[derive(Debug, Clone, Copy)]
pub struct Sdk;

impl Operations for Sdk {
    fn begin<'a>(&'a self, _: Setup<'a>) -> Box<dyn Conversation + 'a> {
        Box::new(Offline)
    }
}

/// Calls that need no client.
struct Offline;

impl Conversation for Offline {
    fn call(&mut self, call: &Call) -> Outcome {
        match &*call.on {
            "mandate" => mandate::call(&call.method, &Value::Object(call.args.clone())),
            _ => Outcome::Unknown,
        }
    }
}
