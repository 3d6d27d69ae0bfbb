//! The idempotency keys of service requests.

use std::{fmt, sync::Arc};

use codespar_engine::driver::{Event, Flow, Key, Step, Tick};

/// Makes keys, as the caller wants them.
#[derive(Clone, Default)]
pub(crate) struct Keys(Option<Arc<dyn Fn() -> String + Send + Sync>>);

impl Keys {
    pub(crate) fn made_by(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(make)))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Keys(own)" } else { "Keys(made up)" })
    }
}

/// Gives a call that has no key of its own the next one, where the caller makes them.
pub(crate) struct WithKey<F> {
    pub(crate) flow: F,
    pub(crate) keys: Keys,
}

impl<F: Flow> Flow for WithKey<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick, mut event: Event) -> Step<F::Item, F::Output> {
        if let (Event::Start(options), Keys(Some(make))) = (&mut event, &self.keys) {
            options.idempotency_key.get_or_insert_with(|| make().into());
        }
        self.flow.resume(tick, event)
    }

    fn key(&self) -> Key<'_> {
        match (&self.keys, self.flow.key()) {
            (Keys(Some(make)), Key::Open) => Key::MadeBy(&**make),
            (_, key) => key,
        }
    }
}
