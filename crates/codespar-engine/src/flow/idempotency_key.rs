//! Which idempotency key a call goes out with, where the operation has a say in it.

use std::{fmt, mem, sync::Arc};

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{Event, Flow, Key, Step, out_of_turn, tick::Tick},
    http::retry::made_up_key,
};

/// Where the key comes from when the caller of the call names none.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum KeySource {
    /// A random UUID, unless the request takes none.
    #[default]
    MadeUp,
    /// From a function, asked once for each call.
    MadeBy(Arc<dyn Fn() -> String + Send + Sync>),
    /// From the operation: this one.
    Operation(String),
    /// From the arguments, which name the same key as the call if both name one.
    Arguments {
        /// The key of the arguments.
        given: Option<String>,
        /// What is said where neither names one; `None` where there need not be one.
        required: Option<&'static str>,
    },
}

impl KeySource {
    /// A function that makes keys, asked once for each call.
    pub fn made_by(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self::MadeBy(Arc::new(make))
    }

    /// The key, where the call names this one; `None` where the request may make one up.
    fn key(&self, named: Option<Box<str>>) -> Result<Option<Box<str>>, Error> {
        match (self, named) {
            (Self::MadeBy(make), None) => Ok(Some(make().into())),
            (Self::Operation(key), None) => Ok(Some(key.as_str().into())),
            (Self::Arguments { given: Some(given), .. }, Some(named)) if **given != *named => {
                Err(Error::config("idempotency_key", "expected one key, two are named"))
            }
            (Self::Arguments { given: None, required: Some(reason) }, None) => {
                Err(Error::config("idempotency_key", reason))
            }
            (Self::Arguments { given, .. }, None) => Ok(given.as_deref().map(Into::into)),
            (_, named) => Ok(named),
        }
    }
}

/// The kind of source only: a key may tell what it is for.
impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MadeUp => "MadeUp",
            Self::MadeBy(_) => "MadeBy",
            Self::Operation(_) => "Operation",
            Self::Arguments { .. } => "Arguments",
        })
    }
}

/// Sees to the idempotency key before a flow begins: the one that the caller of the call names, or
/// one of a [`KeySource`].
pub struct IdempotencyKey<F> {
    operation: &'static str,
    source: KeySource,
    phase: Phase<F>,
}

type Make<F> = Box<dyn FnOnce(&str) -> F + Send>;

enum Phase<F> {
    /// A flow that is made once the key is known.
    Making(Make<F>),
    Made(F),
    Over,
}

impl<F: Flow> IdempotencyKey<F> {
    /// Gives a flow its key.
    pub const fn around(operation: &'static str, source: KeySource, flow: F) -> Self {
        Self { operation, source, phase: Phase::Made(flow) }
    }

    /// Makes a flow of its key, for requests that state it in their body too. There is always one:
    /// where neither the call nor the source names a key, it is made up.
    pub fn known(
        operation: &'static str,
        source: KeySource,
        make: impl FnOnce(&str) -> F + Send + 'static,
    ) -> Self {
        Self { operation, source, phase: Phase::Making(Box::new(make)) }
    }

    /// Makes the flow, where it waited for its key.
    fn make(&mut self, tick: Tick<'_>, options: &mut CallOptions) {
        self.phase = match mem::replace(&mut self.phase, Phase::Over) {
            Phase::Making(make) => {
                let made_up = || made_up_key(tick.noise());
                Phase::Made(make(options.idempotency_key.get_or_insert_with(made_up)))
            }
            phase => phase,
        };
    }
}

impl<F: Flow> Flow for IdempotencyKey<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick<'_>, mut event: Event) -> Step<F::Item, F::Output> {
        if let Event::Start(options) = &mut event {
            match self.source.key(options.idempotency_key.take()) {
                Ok(key) => options.idempotency_key = key,
                Err(error) => return Step::Done(Err(error.at(self.operation))),
            }
            self.make(tick, options);
        }
        match &mut self.phase {
            Phase::Made(flow) => flow.resume(tick, event),
            _ => Step::Done(Err(out_of_turn(self.operation, &event))),
        }
    }

    fn key(&self) -> Key<'_> {
        let inner = match &self.phase {
            Phase::Making(_) => Key::Open,
            Phase::Made(flow) => flow.key(),
            Phase::Over => Key::None,
        };
        match (&self.source, inner) {
            (KeySource::Operation(key), _) | (KeySource::Arguments { given: Some(key), .. }, _) => {
                Key::Named(key)
            }
            (KeySource::MadeBy(make), Key::Open) => Key::MadeBy(&**make),
            (_, inner) => inner,
        }
    }

    fn is_one_exchange(&self) -> bool {
        matches!(&self.phase, Phase::Made(flow) if flow.is_one_exchange())
    }
}
