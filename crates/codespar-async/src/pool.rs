//! Connections that are kept, and shared where HTTP/2 allows it.
//!
//! hyper-util's client keeps one HTTP/2 connection per server, without a look at how many streams
//! the server allows on it, and dials once per call before it knows that one will do. So this is a
//! pool of our own over hyper's connections: [`state`] decides, [`host`] carries it out.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use codespar_engine::TransportSettings;
use http::{Request, Uri, header::HOST, uri};
use tokio::time::Instant;

pub(crate) use self::{errand::Errand, lease::Lease, state::Purpose};
use self::{failure::Failure, host::Host, lease::Retire, settings::Settings};
use crate::{connector::Connector, request_body::RequestBody};

mod errand;
pub(crate) mod failure;
mod gate;
mod host;
mod http1;
mod http2;
mod lease;
mod reaper;
mod settings;
mod state;
mod waiting;

/// The connections of a transport.
pub(crate) struct Pool {
    settings: Arc<Settings>,
    /// Few: a client has one server, and those that files are put on.
    hosts: Mutex<Vec<Arc<Host>>>,
}

impl Pool {
    pub(crate) fn new(connector: Connector, settings: &TransportSettings) -> Self {
        Self { settings: Arc::new(Settings::new(connector, settings)), hosts: Mutex::default() }
    }

    fn host(&self, uri: &Uri) -> Result<Arc<Host>, Failure> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(Failure::Request("expected an absolute URL"));
        };
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |host: &&Arc<Host>| host.authority == *authority && host.scheme == *scheme;
        if let Some(host) = hosts.iter().find(known) {
            return Ok(Arc::clone(host));
        }
        // Those that nobody uses any more make room.
        hosts.retain(|host| Arc::strong_count(host) > 1 || !host.connections().state.is_unused());
        let host = Host::new(scheme, authority, &self.settings)
            .map_err(|_| Failure::Request("expected a URL with a host"))?;
        let host = Arc::new(host);
        hosts.push(Arc::clone(&host));
        Ok(host)
    }

    /// Sends a request and waits for the head of its answer. The lease is held while the body is
    /// read. What the request went over, where others share it, is noted in `over` beforehand, for
    /// those who give up.
    pub(crate) async fn send(
        &self,
        errand: &mut Errand,
        timeout: Option<Duration>,
        mut now: Instant,
        over: &mut Option<Retire>,
    ) -> Result<Lease, Failure> {
        let host = self.host(errand.request()?.uri())?;
        if !host.shows_closes() {
            catch_up().await;
        }
        loop {
            let kept = host.connected(errand.purpose, now);
            let was_kept = kept.is_some();
            let mut lease = match kept {
                Some(lease) => lease,
                None => host.wait(errand.purpose, self.settings.patience(timeout)).await?,
            };
            *over = lease.shared();
            match exchange(&mut lease, &host, errand).await {
                Ok(()) => return Ok(lease),
                // Its server has closed it since: over another one, then. Each of those was there
                // or used by somebody before, so that there is an end to them.
                Err(Failure::Unsent(_)) if lease.is_old(was_kept) => now = Instant::now(),
                Err(failure) => return Err(failure),
            }
        }
    }
}

async fn exchange(lease: &mut Lease, host: &Arc<Host>, errand: &mut Errand) -> Result<(), Failure> {
    let ended = if let Some(connection) = lease.http1() {
        address(errand.request()?, host, connection.is_proxied());
        connection.send(errand).await
    } else if let Some(connection) = lease.http2() {
        address_whole(errand.request()?, host);
        let sender = connection.sender().ok_or_else(Failure::closed)?;
        let answering = { sender }.try_send_request(errand.take_request()?);
        errand.ends(answering.await)
    } else {
        Err(Failure::Request("expected a connection"))
    };
    if ended.as_ref().is_err_and(Failure::wants_http1) {
        host.only_http1();
    }
    ended
}

/// Addresses a request as HTTP/1.1 wants it: by path and `Host`, to proxies by the whole URL. One
/// that comes back from another connection may be addressed already.
fn address(request: &mut Request<RequestBody>, host: &Host, proxied: bool) {
    if let (Some(name), false) = (&host.name, request.headers().contains_key(HOST)) {
        request.headers_mut().insert(HOST, name.clone());
    }
    if proxied != is_whole(request) {
        readdress(request, host, proxied);
    }
}

/// Addresses a request as HTTP/2 wants it, which is how it comes: unless it comes back from a
/// connection of HTTP/1.1.
fn address_whole(request: &mut Request<RequestBody>, host: &Host) {
    if !is_whole(request) {
        readdress(request, host, true);
        if request.headers().get(HOST) == host.name.as_ref() {
            request.headers_mut().remove(HOST);
        }
    }
}

fn is_whole(request: &Request<RequestBody>) -> bool {
    request.uri().authority().is_some()
}

fn readdress(request: &mut Request<RequestBody>, host: &Host, whole: bool) {
    let mut parts = uri::Parts::default();
    parts.path_and_query = std::mem::take(request.uri_mut()).into_parts().path_and_query;
    if whole {
        (parts.scheme, parts.authority) = (Some(host.scheme.clone()), Some(host.authority.clone()));
    }
    // A path alone is a URI.
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
}

/// Lets the runtime look at its sockets first.
///
/// A program may have kept its only thread busy since the last call. Then nobody has seen that the
/// server has closed an idle connection, and the request would be given to it. One turn lets the
/// runtime see it, the next lets the connection's task act on it.
async fn catch_up() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}
