//! The check that every operation is repeated as its row says, by counting what is sent.

use std::collections::BTreeSet;

use codespar_engine::{
    Json,
    driver::TransportErrorKind::{Connect, Io},
    kit::{Retry, Route},
    registry::{Operation, Started},
    testing::{Recorded, Replay, Sent},
};
use serde_json::{Value, json};

use crate::embedding::{Api, NOISE};

/// How often a request is sent at most: once, and the repetitions of the default policy.
const MOST: usize = 3;

impl<A, B: 'static> Api<A, B> {
    /// Sends every row into failures, by its operation, and counts. `route` gives the row
    /// of an operation; `depends` says the class of those whose arguments decide about it, with the
    /// arguments that are made up for them. Gives the rows that were seen.
    ///
    /// # Panics
    /// Where a request is sent more often than its row allows, or less often, or under two keys.
    pub fn repeats(
        &self,
        route: fn(&Operation) -> Option<&'static Route>,
        depends: &[(&str, Retry)],
    ) -> BTreeSet<&'static str> {
        let mut seen = BTreeSet::new();
        // Of what is more than one exchange, the first is counted, where no other operation has
        // its row.
        for is_rest in [false, true] {
            for operation in &self.operations {
                let Some(row) = route(operation) else { continue };
                let args = Json::from(Value::Object(self.arguments_of(operation)));
                let is_due = match is_rest {
                    true => !seen.contains(row.operation),
                    false => self.is_one_exchange(operation.name, &args),
                };
                if is_due {
                    let told = depends.iter().find(|(name, _)| *name == operation.name);
                    self.count(operation.name, &args, told.map_or(row.retry, |(_, it)| *it));
                    seen.insert(row.operation);
                }
            }
        }
        seen
    }

    fn is_one_exchange(&self, name: &str, args: &Json) -> bool {
        match self.started(name, args) {
            Ok(Started::Call(call)) => call.into_exchange(NOISE).is_ok(),
            Ok(Started::Session(call)) => call.into_exchange(NOISE).is_ok(),
            Ok(Started::Items(items)) => items.into_exchange(NOISE).is_ok(),
            _ => false,
        }
    }

    fn count(&self, name: &str, args: &Json, class: Retry) {
        let answer = |status| Recorded::json(status, json!({}));
        for (failure, may_have_arrived) in [
            (Replay::new().fail(Connect).fail(Connect).fail(Connect).fail(Connect), false),
            (Replay::new().fail(Io).fail(Io).fail(Io).fail(Io), true),
            ((0..=MOST).fold(Replay::new(), |all, _| all.answer(answer(503))), true),
            ((0..=MOST).fold(Replay::new(), |all, _| all.answer(answer(429))), true),
        ] {
            self.send(&failure, name, args);
            let sent = failure.requests();
            let expected = if may_have_arrived && class == Retry::Once { 1 } else { MOST };
            assert_eq!(sent.len(), expected, "{name} is {class:?}: {sent:#?}");
            let keys: BTreeSet<_> =
                sent.iter().map(|sent: &Sent| sent.header("idempotency-key")).collect();
            assert_eq!(keys.len(), 1, "{name}");
            let bodies: BTreeSet<_> = sent.iter().map(|sent| sent.body.clone()).collect();
            assert_eq!(bodies.len(), 1, "{name}");
        }
    }

    fn send(&self, replay: &Replay, name: &str, args: &Json) {
        match (self.replayed)(replay, name, args) {
            Ok(Started::Call(call)) => assert!(call.send().is_err(), "{name}"),
            Ok(Started::Session(call)) => assert!(call.send().is_err(), "{name}"),
            Ok(Started::Items(items)) => assert!(items.take(1).all(|item| item.is_err()), "{name}"),
            Ok(_) => panic!("{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}
