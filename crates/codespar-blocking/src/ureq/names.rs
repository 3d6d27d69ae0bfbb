//! Name resolution with a short memory.
//!
//! ureq resolves on every call, also when the connection is there already, and needs a thread
//! for it as soon as it may not take for ever. Remembering makes both rare.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use codespar_engine::{ProxyRules, ProxyTarget};
use http::{Uri, uri::Authority};
use ureq::{
    Error,
    config::Config,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{NextTimeout, time},
    },
};

use super::attempt;

/// How long an answer is believed.
const LIFETIME: Duration = Duration::from_secs(30);
/// How many names are remembered: a client talks to one or two servers.
const MOST: usize = 16;

/// Finds the addresses to connect to: the proxy's where a request takes one.
#[derive(Clone)]
pub(super) struct Names {
    rules: Arc<ProxyRules>,
    known: Arc<Mutex<Vec<Known>>>,
}

struct Known {
    authority: Authority,
    secure: bool,
    addresses: ResolvedSocketAddrs,
    until: Instant,
}

impl Names {
    pub(super) fn new(rules: Arc<ProxyRules>) -> Self {
        Self { rules, known: Arc::default() }
    }

    /// Looks the name of this address up anew next time.
    pub(super) fn forget(&self, uri: &Uri) {
        let uri = self.target(uri);
        self.known().retain(|known| !known.is(uri));
    }

    fn target<'a>(&'a self, uri: &'a Uri) -> &'a Uri {
        self.rules.for_uri(uri).map_or(uri, ProxyTarget::uri)
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is(&self, uri: &Uri) -> bool {
        uri.authority() == Some(&self.authority) && is_secure(uri) == self.secure
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let uri = self.target(uri);
        if let Some(address) = literal(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        let now = Instant::now();
        if let Some(known) = self.known().iter().find(|known| known.is(uri) && known.until > now) {
            return Ok(known.addresses.clone());
        }
        let mut timeout = NextTimeout::default();
        if let Some(deadline) = attempt::with(|attempt| attempt.connected_by).flatten() {
            timeout.after = time::Duration::Exact(deadline.saturating_duration_since(now));
            timeout.reason = ureq::Timeout::Resolve;
        }
        let addresses = DefaultResolver::default().resolve(uri, config, timeout)?;
        if let Some(authority) = uri.authority().cloned() {
            let mut all = self.known();
            all.retain(|known| known.until > now && !known.is(uri));
            if all.len() >= MOST {
                all.remove(0);
            }
            all.push(Known {
                authority,
                secure: is_secure(uri),
                addresses: addresses.clone(),
                until: now + LIFETIME,
            });
        }
        Ok(addresses)
    }
}

/// The address of a host that is one itself.
fn literal(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let address: IpAddr = host.parse().ok()?;
    let default = if is_secure(uri) { 443 } else { 80 };
    Some(SocketAddr::new(address, uri.port_u16().unwrap_or(default)))
}

fn is_secure(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https")
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
