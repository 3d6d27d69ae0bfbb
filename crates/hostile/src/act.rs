//! What a hostile server does, step by step.

use bytes::Bytes;
use tokio::sync::watch;

/// One step of a server's answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Act {
    /// Sends these bytes.
    Send(Bytes),
    /// Sends these bytes one at a time.
    Drip(Bytes),
    /// Sends a piece now and then, for ever.
    Trickle(Bytes),
    /// Sends a piece again and again, until the client goes away or a great deal was sent.
    Flood(Bytes),
    /// Lets a moment pass.
    Pause,
    /// Waits until the test lets it go on.
    Until(Gate),
    /// Says nothing more, and keeps the connection open.
    Stall,
    /// Closes the connection in good order.
    Close,
    /// Resets the connection.
    Reset,
}

impl Act {
    /// Sends text or bytes.
    pub fn send(bytes: impl AsRef<[u8]>) -> Self {
        Self::Send(Bytes::copy_from_slice(bytes.as_ref()))
    }

    /// Sends a text again and again.
    pub fn flood(bytes: impl AsRef<[u8]>) -> Self {
        Self::Flood(Bytes::from(bytes.as_ref().repeat(1 + 4096 / bytes.as_ref().len())))
    }
}

/// What holds scripts back until the test opens it, for good.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// A gate that is shut.
    pub fn shut() -> Self {
        Self(watch::Sender::new(false))
    }

    /// Lets all go on.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_open(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is open.
    pub async fn opened(&self) {
        // The sender is in this very value.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// A head with these header lines, the blank line included.
pub fn head(status: &str, lines: &[&str]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for line in lines {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A whole answer: 200, this media type, this body.
pub fn ok(kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut all = head(
        "200 OK",
        &[&format!("content-type: {kind}"), &format!("content-length: {}", body.len())],
    );
    all.extend_from_slice(body);
    all
}

/// The head of an event stream in chunks.
pub fn stream_head() -> Vec<u8> {
    head("200 OK", &["content-type: text/event-stream", "transfer-encoding: chunked"])
}

/// A chunk of a body in chunks; an empty one ends it.
pub fn chunk(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}
