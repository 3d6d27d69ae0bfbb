//! Requests as the server saw them.

use std::io::{self, Read};

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A request, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Which connection it came on, from 0.
    pub connection: usize,
    /// Which request of that server it is, from 0.
    pub number: usize,
    /// The first line and the header lines.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The method.
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Reads one; `None` when the client closed before its head was whole.
    pub(crate) fn read(mut stream: impl Read) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte)? == 0 {
                return Ok(None);
            }
            head.extend_from_slice(&byte);
        }
        let mut request = Self::begun(head)?;
        stream.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    /// The same, without a thread.
    ///
    /// # Errors
    /// What the connection gives, its end among them.
    pub async fn receive(mut stream: impl AsyncRead + Unpin) -> io::Result<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let mut request = Self::begun(head)?;
        stream.read_exact(&mut request.body).await?;
        Ok(request)
    }

    /// With room for its body.
    fn begun(head: Vec<u8>) -> io::Result<Self> {
        let head = String::from_utf8(head).map_err(io::Error::other)?;
        let mut request = Self { connection: 0, number: 0, head, body: Vec::new() };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        request.body.resize(length.unwrap_or(0), 0);
        Ok(request)
    }
}
