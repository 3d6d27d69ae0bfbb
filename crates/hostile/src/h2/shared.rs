//! What all connections of an HTTP/2 peer share: its script, its habits, what it has seen.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, AtomicUsize},
};

use bytes::Bytes;
use rustls::ServerConfig;

use super::frame::{setting, settings, window_update};
use crate::{Act, Request};

type Script = dyn Fn(&Request, u32) -> Vec<Act> + Send + Sync;

/// How a server behaves before there is anything to answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Habits {
    /// The protocols it takes, best first.
    pub protocols: Vec<&'static str>,
    /// Whether it speaks HTTP/1.1 where that was agreed on. If not it sends frames all the same.
    pub speaks_http1: bool,
    /// What it says first.
    pub greeting: Bytes,
    /// While this is not set it says nothing at first, and answers heads instead of requests.
    pub mute_until: Option<Arc<AtomicBool>>,
    /// Whether it gives room again for what it has taken.
    pub gives_room: bool,
}

impl Default for Habits {
    fn default() -> Self {
        let window =
            [(setting::MAX_CONCURRENT_STREAMS, 1000), (setting::INITIAL_WINDOW_SIZE, 1 << 24)];
        Self {
            protocols: vec!["h2"],
            speaks_http1: false,
            greeting: [settings(&window), window_update(0, 1 << 24)].concat().into(),
            mute_until: None,
            gives_room: true,
        }
    }
}

/// What all connections share.
pub(super) struct Shared {
    pub(super) script: Box<Script>,
    pub(super) habits: Habits,
    pub(super) heads: AtomicUsize,
    pub(super) requests: Mutex<Vec<Request>>,
    pub(super) guarded: Mutex<Vec<String>>,
    pub(super) resets: Mutex<Vec<(usize, u32, u32)>>,
    pub(super) pings: AtomicUsize,
    pub(super) handshakes: AtomicUsize,
    pub(super) flooded: AtomicU64,
    pub(super) closed: Arc<AtomicUsize>,
    pub(super) tls: Arc<ServerConfig>,
    pub(super) offers: Mutex<Vec<Vec<String>>>,
    pub(super) connections: AtomicUsize,
    pub(super) open: AtomicUsize,
}

impl Shared {
    /// Takes a request down, by its number.
    pub(super) fn take_down(&self, request: &mut Request) {
        let mut requests = self.requests.lock().unwrap();
        request.number = requests.len();
        requests.push(request.clone());
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("habits", &self.habits).finish_non_exhaustive()
    }
}
