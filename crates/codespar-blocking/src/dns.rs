//! Name resolution with a short memory.
//!
//! Names are looked up when a connection is made, on a thread of their own, because nothing else
//! can end a lookup in time. Those who ask for the same name share one: there are never more
//! threads than names.

use std::{
    fmt,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    process,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use http::Uri;
use ureq::{
    Error,
    config::Config,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How long an answer is believed.
const LIFETIME: Duration = Duration::from_secs(30);
/// How many names are remembered: a client talks to one or two servers.
const MOST: usize = 16;

/// All addresses of a name, in the order in which they are to be tried.
pub(crate) type Addresses = Arc<[SocketAddr]>;

/// Finds the addresses of names.
#[derive(Clone, Default)]
pub(crate) struct Names {
    known: Arc<Mutex<Vec<Known>>>,
}

/// A name, and what is or will be known about it.
struct Known {
    host: Box<str>,
    port: u16,
    /// After a fork, the thread that looks it up is the other process's.
    process: u32,
    lookup: Arc<Lookup>,
    until: Instant,
}

impl Names {
    /// The addresses of the host of a URL, by then at the latest.
    pub(crate) fn find(&self, uri: &Uri, deadline: Option<Instant>) -> io::Result<Addresses> {
        let (host, port) = host_and_port(uri);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(Arc::new([SocketAddr::new(address, port)]));
        }
        let now = Instant::now();
        let mut known = self.known();
        known.retain(|known| known.until > now && known.process == process::id());
        let lookup = match known.iter().find(|known| known.is(host, port)) {
            Some(known) => Arc::clone(&known.lookup),
            None => {
                let lookup = Lookup::begin(host, port)?;
                if known.len() >= MOST {
                    known.remove(0);
                }
                known.push(Known {
                    host: host.into(),
                    port,
                    process: process::id(),
                    lookup: Arc::clone(&lookup),
                    until: now + LIFETIME,
                });
                lookup
            }
        };
        drop(known);
        let found = lookup.wait(deadline);
        if found.as_ref().is_err_and(|error| error.kind() != ErrorKind::TimedOut) {
            self.forget(uri);
        }
        found
    }

    /// Looks the name of this address up anew next time.
    pub(crate) fn forget(&self, uri: &Uri) {
        let (host, port) = host_and_port(uri);
        self.known().retain(|known| !known.is(host, port) || !known.lookup.is_over());
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && *self.host == *host
    }
}

/// One lookup, for all who wait for it.
#[derive(Default)]
struct Lookup {
    found: Mutex<Option<Result<Addresses, Failure>>>,
    over: Condvar,
}

/// An error for many.
type Failure = (ErrorKind, Arc<str>);

impl Lookup {
    /// Fails when there is no thread to be had.
    fn begin(host: &str, port: u16) -> io::Result<Arc<Self>> {
        let lookup = Arc::new(Self::default());
        let (name, working) = (host.to_owned(), Arc::clone(&lookup));
        thread::Builder::new().name("name lookup".to_owned()).spawn(move || {
            let found = (&*name, port).to_socket_addrs();
            let found = found.map(Iterator::collect);
            working.end(found.map_err(|error| (error.kind(), error.to_string().into())));
        })?;
        Ok(lookup)
    }

    fn end(&self, found: Result<Addresses, Failure>) {
        *self.found() = Some(found);
        self.over.notify_all();
    }

    fn is_over(&self) -> bool {
        self.found().is_some()
    }

    fn wait(&self, deadline: Option<Instant>) -> io::Result<Addresses> {
        let mut found = self.found();
        loop {
            match &*found {
                Some(Ok(addresses)) => return Ok(Arc::clone(addresses)),
                Some(Err((kind, words))) => return Err(io::Error::new(*kind, words.to_string())),
                None => {}
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            found = match left {
                None => self.over.wait(found).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return Err(ErrorKind::TimedOut.into()),
                Some(left) => {
                    self.over.wait_timeout(found, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    fn found(&self) -> MutexGuard<'_, Option<Result<Addresses, Failure>>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host without the brackets of an IPv6 address, and the port.
fn host_and_port(uri: &Uri) -> (&str, u16) {
    let host = uri.host().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    (host, uri.port_u16().unwrap_or(default))
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

/// What ureq is told, which asks before every call, also when the connection is there already, and
/// has room for sixteen addresses: nothing. They are looked for where a connection is made.
#[derive(Debug)]
pub(crate) struct Later;

impl Resolver for Later {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_that_failed_is_not_remembered_and_those_at_work_are_shared() {
        let names = Names::default();
        let uri: Uri = "http://no-such-host.invalid/".parse().unwrap();
        names.find(&uri, None).unwrap_err();
        assert!(names.known().is_empty());
        // One that never ends: all who ask wait for it, and forget it no more than it itself does.
        let endless = Arc::new(Lookup::default());
        names.known().push(Known {
            host: "a.example".into(),
            port: 80,
            process: process::id(),
            lookup: Arc::clone(&endless),
            until: Instant::now() + LIFETIME,
        });
        let uri: Uri = "http://a.example/".parse().unwrap();
        let late = names.find(&uri, Some(Instant::now())).unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
        names.forget(&uri);
        assert_eq!((names.known().len(), Arc::strong_count(&endless)), (1, 2));
        let address = SocketAddr::from(([192, 0, 2, 1], 80));
        endless.end(Ok(Arc::new([address])));
        assert_eq!(*names.find(&uri, None).unwrap(), [address]);
        names.forget(&uri);
        assert!(names.known().is_empty());
    }

    #[test]
    fn the_lookups_of_another_process_are_not_waited_for() {
        let names = Names::default();
        names.known().push(Known {
            host: "localhost".into(),
            port: 80,
            process: process::id() ^ 1,
            lookup: Arc::default(),
            until: Instant::now() + LIFETIME,
        });
        let found = names.find(&"http://localhost/".parse().unwrap(), None).unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback()));
    }
}
