//! Name resolution that does without the runtime's threads: it panics where it gets none.

use std::{
    future::Future,
    io::{self, ErrorKind},
    net::{SocketAddr, ToSocketAddrs},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    thread, vec,
};

use hyper_util::client::legacy::connect::dns::Name;
use tokio::sync::oneshot;
use tower_service::Service;

/// Finds the addresses of names, each on a thread of its own; those who ask for the same name
/// meanwhile share it, so that there are never more threads than names.
#[derive(Clone, Default)]
pub(crate) struct Resolver {
    in_flight: Arc<Mutex<Vec<Lookup>>>,
}

struct Lookup {
    name: Name,
    waiting: Vec<oneshot::Sender<LookupResult>>,
}

type LookupResult = Result<Vec<SocketAddr>, (ErrorKind, Arc<str>)>;
type Resolving = Pin<Box<dyn Future<Output = io::Result<vec::IntoIter<SocketAddr>>> + Send>>;

impl Resolver {
    fn lookup(&self, name: Name) -> io::Result<oneshot::Receiver<LookupResult>> {
        let (sender, receiver) = oneshot::channel();
        let mut in_flight = self.in_flight();
        if let Some(lookup) = in_flight.iter_mut().find(|lookup| lookup.name == name) {
            lookup.waiting.push(sender);
            return Ok(receiver);
        }
        let (resolver, wanted) = (self.clone(), name.clone());
        thread::Builder::new().name("name lookup".to_owned()).spawn(move || {
            let result = (wanted.as_str(), 0).to_socket_addrs().map(Iterator::collect);
            resolver.complete(
                &wanted,
                &result.map_err(|error| (error.kind(), error.to_string().into())),
            );
        })?;
        in_flight.push(Lookup { name, waiting: vec![sender] });
        Ok(receiver)
    }

    fn complete(&self, name: &Name, result: &LookupResult) {
        let mut in_flight = self.in_flight();
        let ended = in_flight.iter().position(|lookup| lookup.name == *name);
        let lookup = ended.map(|ended| in_flight.swap_remove(ended));
        drop(in_flight);
        for sender in lookup.into_iter().flat_map(|lookup| lookup.waiting) {
            // Whoever asked may have given up.
            let _ = sender.send(result.clone());
        }
    }

    fn in_flight(&self) -> MutexGuard<'_, Vec<Lookup>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Resolving;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Resolving {
        let receiver = self.lookup(name);
        Box::pin(async move {
            match receiver?.await {
                Ok(Ok(addresses)) => Ok(addresses.into_iter()),
                Ok(Err((kind, words))) => Err(io::Error::new(kind, words.to_string())),
                Err(_) => Err(io::Error::other("the lookup of the name was lost")),
            }
        })
    }
}
