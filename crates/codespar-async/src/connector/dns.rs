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
pub(crate) struct Names {
    at_work: Arc<Mutex<Vec<Lookup>>>,
}

struct Lookup {
    name: Name,
    waiting: Vec<oneshot::Sender<Found>>,
}

type Found = Result<Vec<SocketAddr>, (ErrorKind, Arc<str>)>;
type Finding = Pin<Box<dyn Future<Output = io::Result<vec::IntoIter<SocketAddr>>> + Send>>;

impl Names {
    fn find(&self, name: Name) -> io::Result<oneshot::Receiver<Found>> {
        let (tell, told) = oneshot::channel();
        let mut at_work = self.at_work();
        if let Some(lookup) = at_work.iter_mut().find(|lookup| lookup.name == name) {
            lookup.waiting.push(tell);
            return Ok(told);
        }
        let (names, wanted) = (self.clone(), name.clone());
        thread::Builder::new().name("name lookup".to_owned()).spawn(move || {
            let found = (wanted.as_str(), 0).to_socket_addrs().map(Iterator::collect);
            names.end(&wanted, &found.map_err(|error| (error.kind(), error.to_string().into())));
        })?;
        at_work.push(Lookup { name, waiting: vec![tell] });
        Ok(told)
    }

    fn end(&self, name: &Name, found: &Found) {
        let mut at_work = self.at_work();
        let ended = at_work.iter().position(|lookup| lookup.name == *name);
        let lookup = ended.map(|ended| at_work.swap_remove(ended));
        drop(at_work);
        for tell in lookup.into_iter().flat_map(|lookup| lookup.waiting) {
            // Whoever asked may have given up.
            let _ = tell.send(found.clone());
        }
    }

    fn at_work(&self) -> MutexGuard<'_, Vec<Lookup>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Name> for Names {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Finding;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Finding {
        let finding = self.find(name);
        Box::pin(async move {
            match finding?.await {
                Ok(Ok(addresses)) => Ok(addresses.into_iter()),
                Ok(Err((kind, words))) => Err(io::Error::new(kind, words.to_string())),
                Err(_) => Err(io::Error::other("the lookup of the name was lost")),
            }
        })
    }
}
