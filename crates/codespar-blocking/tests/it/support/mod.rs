//! Scripted servers on loopback: each connection is played by its own closure, in order.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use codespar_blocking::{UreqBody, UreqTransport};
use codespar_engine::{
    Payload, Proxy, TransportSettings,
    driver::{BlockingBody, BlockingTransport, Connect, Exchange, TransportError},
};
use http::{Method, Request, Response};

/// What nothing in these tests may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub type Script = Box<dyn FnOnce(&mut TcpStream, &dyn Fn(String)) + Send>;

pub struct Server {
    pub address: SocketAddr,
    said: Receiver<String>,
}

impl Server {
    /// Plays one script per connection, then refuses.
    pub fn new(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (say, said) = channel();
        thread::spawn(move || {
            for script in scripts {
                let Some(mut stream) = accept(&listener) else { return };
                script(&mut stream, &|text| drop(say.send(text)));
            }
        });
        Self { address, said }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What the scripts reported until they were over.
    pub fn heard(self) -> Vec<String> {
        let mut all = Vec::new();
        while let Ok(text) = self.said.recv_timeout(PATIENCE) {
            all.push(text);
        }
        all
    }

    /// The next report.
    pub fn hear(&self) -> String {
        self.said.recv_timeout(PATIENCE).unwrap()
    }
}

fn accept(listener: &TcpListener) -> Option<TcpStream> {
    listener.set_nonblocking(true).unwrap();
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.set_write_timeout(Some(PATIENCE)).unwrap();
            return Some(stream);
        }
        thread::sleep(Duration::from_millis(2));
    }
    None
}

pub fn script(play: impl FnOnce(&mut TcpStream, &dyn Fn(String)) + Send + 'static) -> Script {
    Box::new(play)
}

/// Answers one request with these bytes, reports its first line.
pub fn answer(bytes: impl Into<Vec<u8>>) -> Script {
    let bytes = bytes.into();
    script(move |stream, say| {
        let Some((head, _)) = read_request(stream) else { return };
        say(first_line(&head));
        stream.write_all(&bytes).unwrap();
    })
}

pub fn first_line(head: &str) -> String {
    head.lines().next().unwrap_or_default().to_owned()
}

/// A request's head and body; `None` when the client hung up first.
pub fn read_request(stream: &mut impl Read) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = header(&head, "content-length").map_or(0, |value| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

pub fn settings() -> TransportSettings {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    settings
}

pub fn transport() -> UreqTransport {
    UreqTransport::connect(&settings(), &"http://127.0.0.1".parse().unwrap()).unwrap()
}

pub fn exchange(method: Method, url: &str, payload: impl Into<Payload>) -> Exchange {
    let request = Request::builder().method(method).uri(url).body(payload.into()).unwrap();
    let mut exchange = Exchange::new(request);
    exchange.timeout = Some(PATIENCE);
    exchange
}

pub fn get(url: &str) -> Exchange {
    exchange(Method::GET, url, Payload::default())
}

pub fn post(url: &str, body: &'static str) -> Exchange {
    exchange(Method::POST, url, Bytes::from_static(body.as_bytes()))
}

/// Sends, reads to the end.
pub fn fetch(
    transport: &UreqTransport,
    exchange: Exchange,
) -> Result<(u16, Vec<u8>), TransportError> {
    let response = transport.open(exchange)?;
    let status = response.status().as_u16();
    Ok((status, read_all(response)?))
}

pub fn read_all(response: Response<UreqBody>) -> Result<Vec<u8>, TransportError> {
    let mut body = response.into_body();
    let mut all = Vec::new();
    while let Some(chunk) = body.chunk(Some(PATIENCE))? {
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
