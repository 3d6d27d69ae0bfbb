//! The requests of operations, and their calls.

use testing_support::driver::Driver;

use super::{Operation, Outcome, codespar, upivia};
use crate::{Clients, Kind, Step};

impl Operation {
    /// Its requests where all goes well, with their answers, for a server at this address.
    pub fn steps(self, url: &str) -> Vec<Step> {
        if self.is_upivia() { upivia::steps(self, url) } else { codespar::steps(self) }
    }

    fn first(self) -> Step {
        self.steps("http://127.0.0.1").swap_remove(0)
    }

    /// How the answer to its first request goes over the wire.
    pub fn kind(self) -> Kind {
        self.first().kind
    }

    /// Whether its first request may be repeated once the server may have seen it.
    pub fn repeats(self) -> bool {
        self.first().repeats
    }

    /// The body of a good answer to its first request.
    pub fn body(self) -> String {
        self.first().body
    }

    /// The media type of that answer.
    pub fn media_type(self) -> &'static str {
        self.first().media_type()
    }

    /// That answer, whole.
    pub fn answer(self) -> Vec<u8> {
        self.first().answer()
    }

    /// Makes the call.
    pub fn run<D: Driver>(self, clients: &Clients<D>) -> Outcome {
        if self.is_upivia() {
            upivia::run(self, &clients.upivia)
        } else {
            codespar::run(self, &clients.codespar)
        }
    }
}
