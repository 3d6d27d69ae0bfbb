//! The time and the noise of transports on tokio.

use std::{
    collections::hash_map::RandomState,
    time::{Duration, Instant, SystemTime},
};

use codespar_engine::driver::{Tick, Ticker};
use tokio::runtime::Handle;

/// What is said where nothing can be carried out.
pub(crate) const NO_RUNTIME: &str = "no tokio runtime: call it from within one";

/// The clocks of the system, since a moment of its own.
pub(crate) struct SystemClock {
    begun: Instant,
    ticker: Ticker<RandomState>,
}

impl SystemClock {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), ticker: Ticker::new(RandomState::new(), SystemTime::now) }
    }

    pub(crate) fn tick(&self) -> Tick<'_> {
        self.ticker.tick(self.begun.elapsed())
    }
}

/// Lets time pass.
pub(crate) async fn sleep(duration: Duration) {
    // Outside a runtime nothing can be waited for; what comes next fails and says why.
    if Handle::try_current().is_ok() {
        tokio::time::sleep(duration).await;
    }
}
