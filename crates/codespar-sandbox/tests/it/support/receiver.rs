//! Who takes deliveries of webhooks.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::mpsc,
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// Longest time a test waits for a delivery.
const PATIENCE: Duration = Duration::from_secs(20);

/// An address on this machine, and what arrives there.
pub(crate) struct Receiver {
    pub(crate) url: String,
    arrived: mpsc::Receiver<Delivery>,
}

/// One delivery as it arrived.
pub(crate) struct Delivery {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Receiver {
    /// Answers the deliveries with these statuses, one after the other, and then is gone.
    pub(crate) fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/hook?a=1", listener.local_addr().unwrap());
        let (sender, arrived) = mpsc::channel();
        std::thread::spawn(move || {
            for status in statuses {
                let Ok((stream, _)) = listener.accept() else { return };
                let Some(delivery) = take(stream, *status) else { return };
                if sender.send(delivery).is_err() {
                    return;
                }
            }
        });
        Self { url, arrived }
    }

    pub(crate) fn next(&self) -> Delivery {
        self.arrived.recv_timeout(PATIENCE).unwrap()
    }

    /// What arrives within this time.
    pub(crate) fn within(&self, wait: Duration) -> Option<Delivery> {
        self.arrived.recv_timeout(wait).ok()
    }

    /// Whether nothing has arrived that was not taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

impl Delivery {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// When it says that it was signed, in seconds since 1970.
    pub(crate) fn signed_at(&self) -> u64 {
        let signature = self.header("x-codespar-signature").unwrap();
        let at = signature.strip_prefix("t=").and_then(|rest| rest.split_once(','));
        at.unwrap().0.parse().unwrap()
    }

    /// Whether it was signed with this secret.
    pub(crate) fn is_signed(&self, secret: &Value) -> bool {
        let signature = self.header("x-codespar-signature").unwrap();
        let (at, signature) =
            signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).unwrap();
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_str().unwrap().as_bytes()).unwrap();
        let expected = mac.chain_update(format!("{at}.{}", self.body)).finalize().into_bytes();
        let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
        signature == expected
    }
}

fn take(mut stream: TcpStream, status: u16) -> Option<Delivery> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            if header(head, "content-length")?.parse() == Ok(body.len()) {
                let (head, body) = (head.to_owned(), body.to_owned());
                write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").ok()?;
                return Some(Delivery { head, body });
            }
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..read]).ok()?);
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}
