//! A server on loopback that does to a transport what networks do: silence, cuts, early closes. For
//! the checks of `codespar_engine::testing::check_transport`.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How long a silence lasts, unless the other side closes: longer than any limit that is checked.
const SILENCE: Duration = Duration::from_secs(5);

/// A server that misbehaves by path, on a loopback port. Stops when it is dropped.
///
/// | path | does |
/// |---|---|
/// | `/echo` | gives the body back, and in `x-method`, `x-target`, `x-probe` what else it saw |
/// | `/status/N` | answers with that status; of a redirect, to `/echo` |
/// | `/bytes/N` | N bytes, in chunks |
/// | `/encoded` | a body that says it is compressed, and is not |
/// | `/silent` | no answer |
/// | `/half` | a head and a piece of the body, then nothing |
/// | `/cut`, `/cut-chunked` | a body that ends before its end |
/// | `/close` | reads the request and closes |
/// | `/bye` | answers, and closes though it promised not to |
/// | `/count/PATH` | how many requests to `/PATH` came |
/// | `/closed/PATH` | waits until a client closes a connection of `/PATH`: `yes` or `no` |
#[derive(Debug)]
pub struct TransportPeer {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    stopped: AtomicBool,
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Seen {
    requests: HashMap<String, usize>,
    closed: HashMap<String, usize>,
}

impl TransportPeer {
    /// Starts one on a port that the system chooses.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let (address, state) = (listener.local_addr()?, Arc::new(State::default()));
        let shared = Arc::clone(&state);
        thread::Builder::new().name("transport-peer".into()).spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), state) = (stream, Arc::clone(&shared)) else { continue };
                // One that ends with an error was closed by the other side.
                let serve = move || drop(serve(&stream, &state));
                let _ =
                    thread::Builder::new().name("transport-peer-connection".into()).spawn(serve);
            }
        })?;
        Ok(Self { address, state })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for TransportPeer {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

struct Request {
    method: String,
    target: String,
    probe: String,
    body: Vec<u8>,
}

fn serve(stream: &TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE * 6))?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let path = path(&request.target).to_owned();
        state.note(|seen| *seen.requests.entry(path.clone()).or_default() += 1);
        if !answer(stream, state, &path, &request)? {
            return Ok(());
        }
    }
    Ok(())
}

/// The path of a target, which may be a whole URL (RFC 9112 3.2.2).
fn path(target: &str) -> &str {
    let target = target.strip_prefix("http://").unwrap_or(target);
    let target = target.find('/').and_then(|at| target.get(at..)).unwrap_or("/");
    target.split('?').next().unwrap_or_default()
}

/// Answers; whether the connection goes on.
fn answer(stream: &TcpStream, state: &State, path: &str, request: &Request) -> io::Result<bool> {
    let mut out = stream;
    let name = path.trim_start_matches('/');
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    match first {
        "echo" => {
            let Request { method, target, probe, body } = request;
            let headers =
                format!("x-method: {method}\r\nx-target: {target}\r\nx-probe: {probe}\r\n");
            whole(out, "200 OK", &headers, body)?;
        }
        "status" => whole(out, &format!("{rest} Status"), "location: /echo\r\n", b"")?,
        "bytes" => {
            write!(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            let left = rest.parse::<usize>().unwrap_or_default();
            for piece in vec![b'x'; left].chunks(10_000) {
                write!(out, "{:x}\r\n", piece.len())?;
                out.write_all(piece)?;
                write!(out, "\r\n")?;
            }
            write!(out, "0\r\n\r\n")?;
        }
        "encoded" => whole(out, "200 OK", "content-encoding: gzip\r\n", b"plain")?,
        "silent" => state.silence(stream, path)?,
        "half" => {
            write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")?;
            state.silence(stream, path)?;
            return Ok(false);
        }
        "cut" => write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")?,
        "cut-chunked" => {
            write!(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")?;
        }
        "bye" => whole(out, "200 OK", "connection: keep-alive\r\n", b"bye")?,
        "count" => {
            let path = format!("/{rest}");
            let count = state.note(|seen| seen.requests.get(&path).copied().unwrap_or_default());
            whole(out, "200 OK", "", count.to_string().as_bytes())?;
        }
        "closed" => {
            let closed = state.wait_closed(&format!("/{rest}"));
            whole(out, "200 OK", "", if closed { b"yes" } else { b"no" })?;
        }
        _ => {}
    }
    Ok(!matches!(first, "cut" | "cut-chunked" | "close" | "bye"))
}

fn whole(mut out: &TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    out.write_all(&[head.as_bytes(), body].concat())
}

impl State {
    fn note<O>(&self, note: impl FnOnce(&mut Seen) -> O) -> O {
        let noted = note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        noted
    }

    /// Says nothing for a while, and notes whether the other side closes meanwhile.
    fn silence(&self, mut stream: &TcpStream, path: &str) -> io::Result<()> {
        stream.set_read_timeout(Some(SILENCE))?;
        let ended = stream.read(&mut [0; 1]);
        if !matches!(&ended, Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
            self.note(|seen| *seen.closed.entry(path.to_owned()).or_default() += 1);
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// Waits for one that is closed, and takes it.
    fn wait_closed(&self, path: &str) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let none = |seen: &mut Seen| seen.closed.get(path).copied().unwrap_or_default() == 0;
        let waited = self.changed.wait_timeout_while(seen, SILENCE, none);
        let (mut seen, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = seen.closed.get_mut(path).filter(|_| !waited.timed_out()) {
            *count -= 1;
            return true;
        }
        false
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (method, target) = (word(), word());
    let (mut probe, mut length, mut chunked) = (String::new(), 0, false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "x-probe" => value.trim().clone_into(&mut probe),
            "content-length" => length = value.trim().parse().unwrap_or_default(),
            "transfer-encoding" => chunked = true,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    while chunked {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or_default();
        let mut piece = vec![0; size + 2];
        reader.read_exact(&mut piece)?;
        body.extend(piece.get(..size).unwrap_or_default());
        chunked = size > 0;
    }
    Ok(Some(Request { method, target, probe, body }))
}
