//! How much a client lets a server send: kept to by floods, so that they prove something.

use std::{collections::HashMap, sync::Mutex};

use tokio::sync::Notify;

/// What may be sent on a connection and on each of its streams.
#[derive(Debug)]
pub(super) struct Windows {
    inner: Mutex<Inner>,
    grown: Notify,
}

#[derive(Debug)]
struct Inner {
    initial: i64,
    connection: i64,
    streams: HashMap<u32, i64>,
}

impl Windows {
    pub(super) fn new() -> Self {
        let inner = Inner { initial: 65_535, connection: 65_535, streams: HashMap::new() };
        Self { inner: Mutex::new(inner), grown: Notify::new() }
    }

    /// The client says how much each stream may send.
    pub(super) fn begin(&self, initial: u32) {
        self.inner.lock().unwrap().initial = initial.into();
    }

    /// The client lets more through; stream 0 is the connection.
    pub(super) fn grow(&self, stream: u32, by: u32) {
        *self.inner.lock().unwrap().of(stream) += i64::from(by);
        self.grown.notify_waiters();
    }

    /// Takes note of what is sent, allowed or not.
    pub(super) fn spend(&self, stream: u32, bytes: usize) {
        let mut inner = self.inner.lock().unwrap();
        *inner.of(0) -= bytes as i64;
        *inner.of(stream) -= bytes as i64;
    }

    /// Waits until so much may be sent.
    pub(super) async fn wait(&self, stream: u32, bytes: usize) {
        loop {
            let mut grown = std::pin::pin!(self.grown.notified());
            grown.as_mut().enable();
            {
                let mut inner = self.inner.lock().unwrap();
                let open = (*inner.of(0)).min(*inner.of(stream));
                if open >= bytes as i64 {
                    return;
                }
            }
            grown.await;
        }
    }
}

impl Inner {
    fn of(&mut self, stream: u32) -> &mut i64 {
        match stream {
            0 => &mut self.connection,
            stream => self.streams.entry(stream).or_insert(self.initial),
        }
    }
}
