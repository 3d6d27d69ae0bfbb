//! A source of tools that does no more than count, and a transport that is none.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use codespar_engine::{
    Call, Error, Json, Stage, Verdict, driver::Transport, kit::Ready, testing::Replay,
};
use codespar_tools::{Arguments, Outcome, ToolSource, ToolSpec};

/// A transport that is never asked for anything.
pub(crate) type Silent = Replay;

pub(crate) fn transport() -> Silent {
    Replay::new()
}

/// A source whose calls end with what it is told.
#[derive(Clone)]
pub(crate) struct Counting {
    pub(crate) specs: Vec<ToolSpec>,
    pub(crate) outcome: Arc<Mutex<Option<Outcome>>>,
    /// The keys of calls that were started.
    pub(crate) keys: Arc<Mutex<Vec<Option<String>>>>,
    pub(crate) arguments: Arc<Mutex<Vec<String>>>,
    pub(crate) sent: Arc<AtomicUsize>,
}

impl Counting {
    pub(crate) fn new(specs: Vec<ToolSpec>) -> Self {
        let outcome =
            Outcome::done(Stage::Completed, Json::from(serde_json::json!({ "id": "x_1" })));
        Self {
            specs,
            outcome: Arc::new(Mutex::new(Some(outcome))),
            keys: Arc::default(),
            arguments: Arc::default(),
            sent: Arc::default(),
        }
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    pub(crate) fn ends_with(&self, outcome: Option<Outcome>) {
        *self.outcome.lock().unwrap() = outcome;
    }
}

impl ToolSource<Silent> for Counting {
    fn tools(&self) -> Vec<ToolSpec> {
        self.specs.clone()
    }

    fn start(
        &self,
        _: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<Silent, Outcome>, Error> {
        self.keys.lock().unwrap().push(key.map(str::to_owned));
        self.arguments.lock().unwrap().push(arguments.to_json().as_str().to_owned());
        let (sent, outcome) = (Arc::clone(&self.sent), self.outcome.lock().unwrap().clone());
        Ok(Call::new(transport(), Ready::with(())).and_then(move |()| {
            sent.fetch_add(1, Ordering::SeqCst);
            Ok(outcome.unwrap_or_else(|| Outcome::new(Verdict::Unknown)))
        }))
    }
}

/// It is a transport.
const _: fn() = || {
    fn is_transport<T: Transport>() {}
    is_transport::<Silent>();
};
