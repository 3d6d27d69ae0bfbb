//! This project's own calls, by the names the recordings give them.
//!
//! [`Sdk::begin`] picks the conversation by [`Setup::driver`] and the recording's `sdk`. A
//! conversation keeps the setup, builds its client at the first call (from `config` and `env`, with
//! `base_url` where neither names one) and, where the recording has a `session`, a session from
//! that create answer without a request. It then looks `object.method` up, hands the arguments over
//! as JSON and turns what comes back into an [`Outcome`].

mod arguments;
mod codespar;
mod drive;
mod guards;
mod mandate;
mod upivia;

use serde_json::Value;

use self::codespar::Codespar;
use self::drive::{Async, Blocking};
use self::upivia::Upivia;
use crate::operations::{Conversation, Driver, Operations, Outcome, Setup};
use crate::recording::Call;

/// The calls of this project's crates.
#[derive(Debug, Clone, Copy)]
pub struct Sdk;

impl Operations for Sdk {
    fn begin<'a>(&'a self, setup: Setup<'a>) -> Box<dyn Conversation + 'a> {
        let recording = setup.recording;
        match (recording.call.on.as_str(), !recording.sdk.contains("upivia"), setup.driver) {
            ("mandate", ..) => Box::new(Offline),
            (_, true, Driver::Blocking) => Box::new(Codespar::<Blocking>::new(setup)),
            (_, true, Driver::Async) => Box::new(Codespar::<Async>::new(setup)),
            (_, false, Driver::Blocking) => Box::new(Upivia::<Blocking>::new(setup)),
            (_, false, Driver::Async) => Box::new(Upivia::<Async>::new(setup)),
        }
    }

    fn names(&self) -> Vec<&'static str> {
        let codespar = codespar_proto::registry::operations().map(|operation| operation.name);
        let upivia = upivia_proto::registry::operations().map(|operation| operation.name);
        codespar.chain(upivia).chain(["client.new", guards::CLASSIFY]).collect()
    }
}

/// Mandates need no client.
struct Offline;

impl Conversation for Offline {
    fn call(&mut self, call: &Call) -> Outcome {
        mandate::call(&call.method, &Value::Object(call.args.clone()))
    }
}
