//! How many unused connections are kept: as many as were in use at once lately.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use codespar_engine::driver::RecentPeak;
use http::Uri;

/// What is in use and what is not, for each server.
pub(crate) struct ConnectionCounts {
    /// For how long a peak counts; `None` where the pool has a limit of its own.
    span: Option<Duration>,
    servers: Mutex<HashMap<String, Arc<Mutex<Server>>>>,
}

struct Server {
    in_use: usize,
    idle: usize,
    peak: RecentPeak,
}

impl ConnectionCounts {
    /// Counts, and keeps as many as were in use within such a span.
    pub(crate) fn new(span: Option<Duration>) -> Self {
        Self { span, servers: Mutex::default() }
    }

    /// A connection to this server, in use.
    pub(crate) fn connected(&self, uri: &Uri) -> Option<CountedConnection> {
        let span = self.span?;
        let scheme = uri.scheme_str().unwrap_or_default();
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let server = servers.entry(format!("{scheme}://{authority}")).or_insert_with(|| {
            Arc::new(Mutex::new(Server { in_use: 0, idle: 0, peak: RecentPeak::new(span) }))
        });
        let mut connection = CountedConnection { server: Arc::clone(server), in_use: false };
        connection.lock().idle += 1;
        connection.take_up();
        Some(connection)
    }
}

/// One connection among those to its server.
pub(crate) struct CountedConnection {
    server: Arc<Mutex<Server>>,
    in_use: bool,
}

impl CountedConnection {
    /// It is used again.
    pub(crate) fn take_up(&mut self) {
        self.in_use = true;
        let mut server = self.lock();
        server.idle = server.idle.saturating_sub(1);
        server.in_use += 1;
        let in_use = server.in_use;
        server.peak.begun(in_use);
    }

    /// Its answer is over; whether there are no more connections than were in use at once lately.
    pub(crate) fn put_aside(&mut self) -> bool {
        self.in_use = false;
        let mut server = self.lock();
        server.idle += 1;
        let in_use = server.in_use.saturating_sub(1);
        server.in_use = in_use;
        let peak = server.peak.ended(Instant::now(), in_use);
        in_use + server.idle <= peak
    }

    fn lock(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        if self.in_use {
            self.put_aside();
        }
        let mut server = self.lock();
        server.idle = server.idle.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(span: Duration) -> impl Fn() -> CountedConnection {
        let counts = ConnectionCounts::new(Some(span));
        move || counts.connected(&Uri::from_static("https://api.example/x")).unwrap()
    }

    #[test]
    fn as_many_are_kept_as_were_in_use_at_once() {
        let connect = counts(Duration::MAX);
        let mut all: Vec<_> = (0..300).map(|_| connect()).collect();
        assert!(all.iter_mut().all(CountedConnection::put_aside));
        all[0].take_up();
        assert!(all[0].put_aside());
        // One more than ever was in use, and all the others lie idle.
        assert!(!connect().put_aside());
        drop(all.pop());
        assert!(connect().put_aside());
    }

    #[test]
    fn those_that_are_not_needed_any_more_are_closed_one_by_one() {
        let connect = counts(Duration::ZERO);
        let mut all: Vec<_> = (0..3).map(|_| connect()).collect();
        let kept: Vec<_> = all.iter_mut().map(CountedConnection::put_aside).collect();
        assert_eq!(kept, [true, false, false], "two were in use right before the second");
        assert!(ConnectionCounts::new(None).connected(&Uri::from_static("http://a")).is_none());
    }

    #[test]
    fn servers_are_counted_apart() {
        let counts = ConnectionCounts::new(Some(Duration::MAX));
        let mut one = counts.connected(&Uri::from_static("https://a.example")).unwrap();
        let mut other = counts.connected(&Uri::from_static("https://b.example")).unwrap();
        assert!(one.put_aside() && other.put_aside());
        let mut again = counts.connected(&Uri::from_static("https://a.example/y")).unwrap();
        assert!(!again.put_aside());
    }
}
