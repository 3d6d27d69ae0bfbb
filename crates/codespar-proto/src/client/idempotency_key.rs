//! Which idempotency key a call goes out with, where the operation has a say in it.

use codespar_engine::{
    Error,
    driver::{Event, Flow, Key, Step, Tick},
};

/// Sees to the key before the call begins.
pub(crate) struct IdempotencyKey<F> {
    inner: F,
    rule: KeySource,
    operation: &'static str,
}

/// Where the key comes from when the caller of the call names none.
pub(crate) enum KeySource {
    /// From the operation.
    Default(String),
    /// From the arguments, which name the same key as the call if both name one.
    Agree {
        /// The key of the arguments.
        given: Option<String>,
        /// Whether there has to be one.
        required: bool,
    },
}

impl<F> IdempotencyKey<F> {
    pub(crate) const fn new(operation: &'static str, inner: F, rule: KeySource) -> Self {
        Self { inner, rule, operation }
    }
}

impl KeySource {
    fn key(&mut self, named: Option<Box<str>>) -> Result<Option<Box<str>>, Error> {
        match (self, named) {
            (Self::Default(key), None) => Ok(Some(std::mem::take(key).into())),
            (Self::Agree { given: Some(given), .. }, Some(named)) if **given != *named => {
                Err(Error::config("idempotency_key", "expected one key, two are named"))
            }
            (Self::Agree { given: None, required: true }, None) => {
                Err(Error::config("idempotency_key", "expected a key, which this charge needs"))
            }
            (Self::Agree { given, .. }, None) => Ok(given.take().map(Into::into)),
            (_, named) => Ok(named),
        }
    }
}

impl<F: Flow> Flow for IdempotencyKey<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick, mut event: Event) -> Step<F::Item, F::Output> {
        if let Event::Start(options) = &mut event {
            match self.rule.key(options.idempotency_key.take()) {
                Ok(key) => options.idempotency_key = key,
                Err(error) => return Step::Done(Err(error.at(self.operation))),
            }
        }
        self.inner.resume(tick, event)
    }

    fn key(&self) -> Key<'_> {
        match &self.rule {
            KeySource::Default(key) | KeySource::Agree { given: Some(key), .. } => Key::Named(key),
            KeySource::Agree { .. } => self.inner.key(),
        }
    }
}
