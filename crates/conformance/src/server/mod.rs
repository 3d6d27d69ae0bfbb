//! A scripted loopback server: the n-th request gets the n-th recorded answer, and every request is
//! kept.

mod read;
mod write;

use std::io::{self, BufReader};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::recording::Response;

pub use read::Received;

/// How long a connection may say nothing before the server closes it, so that no client hangs for
/// ever.
const SILENCE: Duration = Duration::from_secs(20);
/// Connections a case may open, and requests it may send beyond the script, before the server stops
/// answering.
const EXCESS: usize = 40;

/// A bound address that does not answer yet: the recording can be told where it is.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Takes a free port on the loopback interface.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn new() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self { address: listener.local_addr()?, listener })
    }

    /// `http://127.0.0.1:port`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Begins to answer, the first request with the first answer.
    #[must_use]
    pub fn serve(self, answers: Vec<Response>) -> Server {
        let shared = Arc::new(Shared { answers, state: Mutex::default(), stopped: Condvar::new() });
        let (listener, state) = (self.listener, Arc::clone(&shared));
        let accepting = thread::spawn(move || accept(&listener, &state));
        Server { address: self.address, shared, accepting: Some(accepting) }
    }
}

/// A server that answers. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Stops at once, joins every thread and gives the requests in the order they came.
    #[must_use]
    pub fn finish(mut self) -> Vec<Received> {
        self.stop();
        std::mem::take(&mut self.shared.lock().received)
    }

    fn stop(&mut self) {
        let Some(accepting) = self.accepting.take() else { return };
        {
            let mut state = self.shared.lock();
            state.stopping = true;
            for connection in state.connections.drain(..) {
                // Fails where the client has closed already.
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
        self.shared.stopped.notify_all();
        // Wakes the accepting thread; it sees that it is to stop.
        let _ = TcpStream::connect(self.address);
        let _ = accepting.join();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

#[derive(Debug)]
struct Shared {
    answers: Vec<Response>,
    state: Mutex<State>,
    stopped: Condvar,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    connections: Vec<TcpStream>,
    stopping: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits that long, or until the server stops; says whether it may go on.
    fn pause(&self, milliseconds: u64) -> bool {
        let limit = Duration::from_millis(milliseconds);
        let waited = self.stopped.wait_timeout_while(self.lock(), limit, |state| !state.stopping);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stopping
    }

    /// Keeps the request and gives its number.
    fn keep(&self, request: Received) -> usize {
        let mut state = self.lock();
        state.received.push(request);
        state.received.len() - 1
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads = Vec::new();
    while let Ok((connection, _)) = listener.accept() {
        let mut state = shared.lock();
        if state.stopping {
            break;
        }
        let Ok(twin) = connection.try_clone() else { continue };
        if threads.len() >= shared.answers.len() + EXCESS {
            continue;
        }
        state.connections.push(twin);
        drop(state);
        let shared = Arc::clone(shared);
        threads.push(thread::spawn(move || {
            // An error here is a client that went away: what it sent is kept, and that is all there
            // is to say.
            let _ = converse(&connection, &shared);
            let _ = connection.shutdown(Shutdown::Both);
        }));
    }
    for thread in threads {
        let _ = thread.join();
    }
}

/// Answers the requests of one connection until either side ends it.
fn converse(connection: &TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(SILENCE))?;
    connection.set_write_timeout(Some(SILENCE))?;
    let mut reader = BufReader::new(connection);
    while let Some(request) = read::request(&mut reader)? {
        let (head, last) = (request.method == "HEAD", request.wants_close());
        let number = shared.keep(request);
        let beyond = Response { status: Some(599), ..Response::default() };
        let answer = shared.answers.get(number).unwrap_or(&beyond);
        if number >= shared.answers.len() + EXCESS || !shared.pause(answer.delay_ms) {
            break;
        }
        let goes_on = write::answer(&mut &*connection, answer, head, &|wait| shared.pause(wait))?;
        if !goes_on || last {
            break;
        }
    }
    Ok(())
}
