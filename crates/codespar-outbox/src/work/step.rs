//! What a machine asks of its driver, and what it is told.

use codespar_engine::Call;

use crate::{
    error::OutboxError,
    observation::Observation,
    store::{StoreError, StoreRequest, Stored},
};

/// What the driver of a [`Work`](crate::Work) has to do next.
#[allow(clippy::exhaustive_enums, reason = "a driver that passed over a step would hang")]
#[derive(Debug)]
pub enum Step<T, O> {
    /// Ask the store.
    Store(StoreRequest),
    /// Make the call.
    Call(Call<T, Observation>),
    /// Let time pass.
    Wait(std::time::Duration),
    /// It is over.
    Done(Result<O, OutboxError>),
}

/// Work as a state machine without I/O, which a driver carries out.
pub trait Machine<T> {
    /// What it ends with.
    type Output;

    /// Takes in what happened, says what is to happen next.
    fn resume(&mut self, event: Event) -> Step<T, Self::Output>;
}

/// What happened since a [`Work`](crate::Work) was last resumed.
#[allow(clippy::exhaustive_enums, reason = "each answers one step")]
#[derive(Debug)]
pub enum Event {
    /// The work begins.
    Start,
    /// What the store answered.
    Stored(Result<Stored, StoreError>),
    /// What the call came to.
    Called(Result<Observation, codespar_engine::Error>),
    /// The wait is over.
    Woke,
}
