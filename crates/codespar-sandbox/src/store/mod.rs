//! What the sandbox remembers, and what that is made of. It knows neither HTTP nor the two APIs.

pub(crate) mod books;
pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod effects;
pub(crate) mod hex;
pub(crate) mod ids;
pub(crate) mod json;
pub(crate) mod locked;
pub(crate) mod money;
pub(crate) mod raw_json;
pub(crate) mod records;
pub(crate) mod selling;
pub(crate) mod settings;
pub(crate) mod state;
pub(crate) mod table;
pub(crate) mod timers;
pub(crate) mod upivia;
pub(crate) mod verdict;

use tokio::sync::Notify;

use crate::store::{clock::Clock, locked::Locked, settings::Settings, state::State};

/// What the handle of a sandbox and the thread of its server share.
pub(crate) struct Store {
    pub(crate) settings: Settings,
    pub(crate) state: Locked<State>,
    pub(crate) clock: Clock,
    /// Wakes whoever keeps the timers.
    pub(crate) wake: Notify,
}

impl Store {
    pub(crate) fn new(settings: Settings) -> Self {
        let state = Locked::new(State::new(&settings));
        Self { settings, state, clock: Clock::default(), wake: Notify::new() }
    }
}
