//! The server: threads, sockets, a script per request.

use std::{
    io::{self, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use socket2::{Domain, SockRef, Socket, Type};

use crate::{Act, Request};

/// How long a silent connection is kept at most: longer than any test waits.
const PATIENCE: Duration = Duration::from_secs(180);
/// How much a flood sends at most: far more than any limit lets through.
const FLOOD: u64 = 256 << 20;
/// How many connections a server takes at most.
const CONNECTIONS: usize = 50_000;
/// A moment: between the bytes of a trickle, and wherever a script pauses.
const MOMENT: Duration = Duration::from_millis(20);

type Script = dyn Fn(&Request) -> Vec<Act> + Send + Sync;

/// A server on loopback that answers by a script. Dropping it closes everything.
pub struct Peer {
    shared: Arc<Shared>,
    /// Keeps the address from being given to somebody else.
    _reserved: Reserved,
}

/// An address where nobody listens, and where nobody else will.
#[derive(Debug)]
pub struct Reserved {
    address: SocketAddr,
    _socket: Socket,
}

struct Shared {
    address: SocketAddr,
    script: Box<Script>,
    last: usize,
    requests: Mutex<Vec<Request>>,
    open: Mutex<Vec<Weak<TcpStream>>>,
    connections: AtomicUsize,
    flooded: AtomicU64,
    over: AtomicBool,
    /// Whether nobody listens any more.
    gone: AtomicBool,
}

impl Peer {
    /// A server that answers each request as the script says. What is left of the connection is
    /// kept open for the next request, unless the script closed it.
    pub fn start(script: impl Fn(&Request) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::until(usize::MAX, script)
    }

    /// The same, but from this request on, counted from 0, connections are refused. Those that are
    /// there stay until the script closes them.
    pub fn until(
        last: usize,
        script: impl Fn(&Request) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let (listener, reserved) = listener();
        let shared = Arc::new(Shared {
            address: reserved.address,
            script: Box::new(script),
            last,
            requests: Mutex::default(),
            open: Mutex::default(),
            connections: AtomicUsize::new(0),
            flooded: AtomicU64::new(0),
            over: AtomicBool::new(false),
            gone: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        spawn(move || serving.serve(listener));
        Self { shared, _reserved: reserved }
    }

    /// An address where nobody listens.
    pub fn absent() -> Reserved {
        listener().1
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The requests so far, in the order in which they were whole.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many requests came so far.
    pub fn seen(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// How many connections came so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of floods were taken by the client and the buffers between.
    pub fn flooded(&self) -> u64 {
        self.shared.flooded.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.shared.open.lock().unwrap().iter().filter(|open| open.strong_count() > 0).count()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.shared.stop_listening();
        for stream in self.shared.open.lock().unwrap().drain(..).filter_map(|open| open.upgrade()) {
            // An error means that it is closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Reserved {
    /// Where that is.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A socket that listens, and one that keeps its address when it does not any more. The first takes
/// an address that nobody has; only for the second it is allowed to share it.
fn listener() -> (TcpListener, Reserved) {
    let [socket, second] = [(); 2].map(|()| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap());
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = socket.local_addr().unwrap();
    socket.set_reuse_address(true).unwrap();
    second.set_reuse_address(true).unwrap();
    second.bind(&address).unwrap();
    socket.listen(1024).unwrap();
    (socket.into(), Reserved { address: address.as_socket().unwrap(), _socket: second })
}

impl Shared {
    /// Wakes the listener, which then goes away; when that fails there is none.
    fn stop_listening(&self) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }

    fn serve(self: &Arc<Self>, listener: TcpListener) {
        self.accept(&listener);
        drop(listener);
        self.gone.store(true, Ordering::SeqCst);
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().take(CONNECTIONS) {
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            let Ok(stream) = stream else { continue };
            let number = self.connections.fetch_add(1, Ordering::SeqCst);
            let stream = Arc::new(stream);
            self.open.lock().unwrap().push(Arc::downgrade(&stream));
            let shared = Arc::clone(self);
            // A client that goes away ends the conversation, whatever the script says.
            spawn(move || drop(shared.converse(stream, number)));
        }
    }

    fn converse(&self, stream: Arc<TcpStream>, connection: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        SockRef::from(&*stream).set_send_buffer_size(64 << 10)?;
        let mut reader = BufReader::new(&*stream);
        while let Some(mut request) = Request::read(&mut reader)? {
            request.connection = connection;
            let request = {
                let mut requests = self.requests.lock().unwrap();
                request.number = requests.len();
                requests.push(request.clone());
                request
            };
            if request.number == self.last {
                self.stop_listening();
                while !self.gone.load(Ordering::SeqCst) {
                    thread::yield_now();
                }
            }
            for act in (self.script)(&request) {
                if !self.perform(&stream, &act)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Says whether the connection goes on.
    fn perform(&self, mut stream: &TcpStream, act: &Act) -> io::Result<bool> {
        match act {
            Act::Send(bytes) => stream.write_all(bytes)?,
            Act::Drip(bytes) => bytes.chunks(1).try_for_each(|byte| stream.write_all(byte))?,
            Act::Trickle(piece) => {
                for _ in 0..PATIENCE.as_millis() / MOMENT.as_millis() {
                    stream.write_all(piece)?;
                    thread::sleep(MOMENT);
                }
                return Ok(false);
            }
            Act::Flood(piece) => {
                for _ in 0..FLOOD / piece.len() as u64 {
                    stream.write_all(piece)?;
                    self.flooded.fetch_add(piece.len() as u64, Ordering::SeqCst);
                }
                return Ok(false);
            }
            Act::Pause => thread::sleep(MOMENT),
            Act::Until(gate) => {
                while !gate.is_open() {
                    thread::sleep(MOMENT);
                }
            }
            Act::Stall => {
                while matches!(stream.read(&mut [0; 1024]), Ok(1..)) {}
                return Ok(false);
            }
            Act::Close => {
                stream.shutdown(Shutdown::Write)?;
                return Ok(false);
            }
            Act::Reset => {
                SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Small stacks: a test may open thousands of connections.
fn spawn(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap();
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("address", &self.address()).finish_non_exhaustive()
    }
}
