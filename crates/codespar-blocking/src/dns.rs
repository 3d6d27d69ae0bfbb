//! The DNS cache: name resolution with a short memory.
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
const TTL: Duration = Duration::from_secs(30);
/// How many names are remembered: a client talks to one or two servers.
const CAPACITY: usize = 16;

/// All addresses of a name, in the order in which they are to be tried.
pub(crate) type Addresses = Arc<[SocketAddr]>;

/// Finds the addresses of names.
#[derive(Clone, Default)]
pub(crate) struct DnsCache {
    entries: Arc<Mutex<Vec<CacheEntry>>>,
}

/// A name, and what is or will be known about it.
struct CacheEntry {
    host: Box<str>,
    port: u16,
    /// After a fork, the thread that looks it up is the other process's.
    process: u32,
    lookup: Arc<Lookup>,
    until: Instant,
}

impl DnsCache {
    /// The addresses of the host of a URL, by then at the latest.
    pub(crate) fn resolve(&self, uri: &Uri, deadline: Option<Instant>) -> io::Result<Addresses> {
        let (host, port) = host_and_port(uri);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(Arc::new([SocketAddr::new(address, port)]));
        }
        let now = Instant::now();
        let mut entries = self.entries();
        entries.retain(|entry| entry.until > now && entry.process == process::id());
        let lookup = match entries.iter().find(|entry| entry.is(host, port)) {
            Some(entry) => Arc::clone(&entry.lookup),
            None => {
                let lookup = Lookup::spawn(host, port)?;
                if entries.len() >= CAPACITY {
                    entries.remove(0);
                }
                entries.push(CacheEntry {
                    host: host.into(),
                    port,
                    process: process::id(),
                    lookup: Arc::clone(&lookup),
                    until: now + TTL,
                });
                lookup
            }
        };
        drop(entries);
        let result = lookup.wait(deadline);
        if result.as_ref().is_err_and(|error| error.kind() != ErrorKind::TimedOut) {
            self.invalidate(uri);
        }
        result
    }

    /// Looks the name of this address up anew next time.
    pub(crate) fn invalidate(&self, uri: &Uri) {
        let (host, port) = host_and_port(uri);
        self.entries().retain(|entry| !entry.is(host, port) || !entry.lookup.is_complete());
    }

    fn entries(&self) -> MutexGuard<'_, Vec<CacheEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheEntry {
    fn is(&self, host: &str, port: u16) -> bool {
        self.port == port && *self.host == *host
    }
}

/// One lookup, for all who wait for it.
#[derive(Default)]
struct Lookup {
    result: Mutex<Option<Result<Addresses, LookupError>>>,
    completed: Condvar,
}

/// An error for many.
type LookupError = (ErrorKind, Arc<str>);

impl Lookup {
    /// Fails when there is no thread to be had.
    fn spawn(host: &str, port: u16) -> io::Result<Arc<Self>> {
        let lookup = Arc::new(Self::default());
        let (name, working) = (host.to_owned(), Arc::clone(&lookup));
        thread::Builder::new().name("name lookup".to_owned()).spawn(move || {
            let result = (&*name, port).to_socket_addrs();
            let result = result.map(Iterator::collect);
            working.complete(result.map_err(|error| (error.kind(), error.to_string().into())));
        })?;
        Ok(lookup)
    }

    fn complete(&self, result: Result<Addresses, LookupError>) {
        *self.result() = Some(result);
        self.completed.notify_all();
    }

    fn is_complete(&self) -> bool {
        self.result().is_some()
    }

    fn wait(&self, deadline: Option<Instant>) -> io::Result<Addresses> {
        let mut result = self.result();
        loop {
            match &*result {
                Some(Ok(addresses)) => return Ok(Arc::clone(addresses)),
                Some(Err((kind, words))) => return Err(io::Error::new(*kind, words.to_string())),
                None => {}
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            result = match left {
                None => self.completed.wait(result).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return Err(ErrorKind::TimedOut.into()),
                Some(left) => {
                    self.completed
                        .wait_timeout(result, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    fn result(&self) -> MutexGuard<'_, Option<Result<Addresses, LookupError>>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host without the brackets of an IPv6 address, and the port.
fn host_and_port(uri: &Uri) -> (&str, u16) {
    let host = uri.host().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    (host, uri.port_u16().unwrap_or(default))
}

impl fmt::Debug for DnsCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DnsCache").finish_non_exhaustive()
    }
}

/// What ureq is told, which asks before every call, also when the connection is there already, and
/// has room for sixteen addresses: nothing. They are looked for where a connection is made.
#[derive(Debug)]
pub(crate) struct DeferredResolver;

impl Resolver for DeferredResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_that_failed_is_not_remembered_and_those_at_work_are_shared() {
        let cache = DnsCache::default();
        let uri: Uri = "http://no-such-host.invalid/".parse().unwrap();
        cache.resolve(&uri, None).unwrap_err();
        assert!(cache.entries().is_empty());
        // One that never ends: all who ask wait for it, and forget it no more than it itself does.
        let endless = Arc::new(Lookup::default());
        cache.entries().push(CacheEntry {
            host: "a.example".into(),
            port: 80,
            process: process::id(),
            lookup: Arc::clone(&endless),
            until: Instant::now() + TTL,
        });
        let uri: Uri = "http://a.example/".parse().unwrap();
        let late = cache.resolve(&uri, Some(Instant::now())).unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
        cache.invalidate(&uri);
        assert_eq!((cache.entries().len(), Arc::strong_count(&endless)), (1, 2));
        let address = SocketAddr::from(([192, 0, 2, 1], 80));
        endless.complete(Ok(Arc::new([address])));
        assert_eq!(*cache.resolve(&uri, None).unwrap(), [address]);
        cache.invalidate(&uri);
        assert!(cache.entries().is_empty());
    }

    #[test]
    fn the_lookups_of_another_process_are_not_waited_for() {
        let cache = DnsCache::default();
        cache.entries().push(CacheEntry {
            host: "localhost".into(),
            port: 80,
            process: process::id() ^ 1,
            lookup: Arc::default(),
            until: Instant::now() + TTL,
        });
        let result = cache.resolve(&"http://localhost/".parse().unwrap(), None).unwrap();
        assert!(result.iter().all(|address| address.ip().is_loopback()));
    }
}
