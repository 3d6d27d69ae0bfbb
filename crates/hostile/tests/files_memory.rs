//! The memory of large uploads and downloads does not grow with them.
//!
//! The memory of a process is measured: so this is one of its own, with one test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![cfg(target_os = "linux")]

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use codespar_engine::{
    Content, FilePiece, Items,
    kit::{BaseUrl, Dialect, Fetch, FetchTarget, Ready, Refusal, RequestBuilder, Retry, Service},
};
use hostile::{Driver, LONG, clients, runtime};
use http::Method;

const LENGTH: u64 = 48 << 20;
/// What may be in use more than before, at most: buffers of the client's, and of this server's.
const GROWTH: u64 = 16 << 20;

static DIALECT: Dialect = Dialect::new(|_| Refusal::default());

/// Takes what it is sent and keeps nothing of it; sends [`LENGTH`] bytes to whoever reads.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().take(64).flatten() {
            thread::spawn(move || while converse(&stream).is_ok() {});
        }
    });
    url
}

fn converse(mut stream: &TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.parse().unwrap());
    let taken = io::copy(&mut Read::take(stream, length), &mut io::sink())?;
    assert_eq!(taken, length);
    if head.starts_with("get") {
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n")?;
        io::copy(&mut Read::take(io::repeat(7), LENGTH), &mut stream).map(drop)
    } else {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    }
}

fn content() -> Content {
    Content::from_opener(|| Ok(Read::take(io::repeat(7), LENGTH))).length(LENGTH).with_sha256()
}

fn download<D: Driver>(transport: D, url: &str) -> Items<D, FilePiece> {
    let request = RequestBuilder::elsewhere("file", Method::GET, Retry::Safe, "url", url);
    let target = Ready::with(FetchTarget::new(request, Some(LENGTH), None));
    let service = Service::new(BaseUrl::parse(url).unwrap(), &DIALECT);
    Items::new(transport, Fetch::after(&service.into(), "file", target))
}

fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

/// What a large file in either direction adds to the most that was in use.
fn moved<D: Driver>(url: &str, save: fn(Items<D, FilePiece>) -> (u64, Option<String>)) {
    let clients = clients::<D>(url, LONG);
    let objects = clients.upivia.storage().objects();
    D::finish(objects.put(&format!("{url}/put"), "a/b", "warm")).unwrap();
    let before = memory("VmRSS:");
    let content = content();
    D::finish(objects.put(&format!("{url}/put"), "a/b", content.clone())).unwrap();
    let (bytes, digest) = save(download(clients.transport(), url));
    assert!(bytes == LENGTH && digest == content.sha256() && digest.is_some(), "{}", D::NAME);
    let grown = memory("VmHWM:").saturating_sub(before);
    assert!(grown < GROWTH, "{}: {grown} bytes more than before", D::NAME);
}

#[test]
fn files_of_any_length_take_the_same_memory() {
    let url = server();
    moved::<codespar_blocking::UreqTransport>(&url, |pieces| {
        let received = codespar_blocking::files::write_to(pieces, io::sink()).unwrap();
        (received.bytes, received.sha256)
    });
    moved::<codespar_async::HyperTransport>(&url, |pieces| {
        let received =
            runtime().block_on(codespar_async::files::write_to(pieces, tokio::io::sink()));
        let received = received.unwrap();
        (received.bytes, received.sha256)
    });
}
