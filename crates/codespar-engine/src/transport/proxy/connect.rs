//! The conversation with a proxy that opens a tunnel, without I/O.

use std::{error::Error as StdError, fmt, mem};

use http::{StatusCode, Uri};

use crate::transport::proxy::ProxyTarget;

/// How long a proxy's answer may be, in bytes, what comes before it included.
const MOST: usize = 8 * 1024;
/// What an answer of HTTP begins with.
const PROTOCOL: &[u8] = b"HTTP/1.";

/// Reads what a proxy answers to `CONNECT`.
///
/// It takes one byte at a time: what follows the answer is the server's, and nobody else's.
#[derive(Default)]
pub struct ConnectAnswer {
    line: Vec<u8>,
    status: Option<StatusCode>,
    taken: usize,
}

impl ConnectAnswer {
    /// What the proxy is asked.
    pub fn request(server: &Uri, proxy: &ProxyTarget) -> Vec<u8> {
        let host = server.host().unwrap_or_default();
        let port = server.port_u16().unwrap_or(443);
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n");
        let mut end = b"\r\n".to_vec();
        if let Some(login) = proxy.authorization() {
            head.push_str("proxy-authorization: ");
            end = [login.as_bytes(), b"\r\n\r\n"].concat();
        }
        let mut head = head.into_bytes();
        head.append(&mut end);
        head
    }

    /// Takes a byte of the answer; says whether the tunnel is open.
    ///
    /// # Errors
    /// When the proxy refuses, or does not speak HTTP: as soon as that is certain.
    pub fn push(&mut self, byte: u8) -> Result<bool, TunnelError> {
        self.taken += 1;
        if self.taken > MOST {
            return Err(TunnelError::TooLong);
        }
        if byte != b'\n' {
            self.line.push(byte);
            let begun = self.line.get(..PROTOCOL.len()).unwrap_or(&self.line);
            return match self.status {
                None if !PROTOCOL.starts_with(begun) => Err(TunnelError::NotHttp),
                _ => Ok(false),
            };
        }
        let line = mem::take(&mut self.line);
        // A line may end without its carriage return.
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        match self.status {
            None => {
                let status = status(line).ok_or(TunnelError::NotHttp)?;
                if status.is_success() || is_interim(status) {
                    self.status = Some(status);
                    return Ok(false);
                }
                Err(TunnelError::Refused(status))
            }
            Some(_) if !line.is_empty() => Ok(false),
            Some(status) if is_interim(status) => {
                self.status = None;
                Ok(false)
            }
            Some(_) => Ok(true),
        }
    }
}

/// Without what the proxy says: it may set cookies.
impl fmt::Debug for ConnectAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Whether another answer follows.
fn is_interim(status: StatusCode) -> bool {
    status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS
}

/// The status of a first line such as `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Option<StatusCode> {
    let [version, b' ', rest @ ..] = line.strip_prefix(PROTOCOL)? else { return None };
    let (digits, rest) = rest.split_at_checked(3)?;
    let ends = version.is_ascii_digit() && matches!(rest, [] | [b' ', ..]);
    ends.then(|| StatusCode::from_bytes(digits).ok()).flatten()
}

/// Why a proxy opened no tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TunnelError {
    /// It answered with this status.
    Refused(StatusCode),
    /// What came is not HTTP.
    NotHttp,
    /// The answer has no end.
    TooLong,
    /// The connection ended before the answer did.
    HungUp,
}

impl fmt::Display for TunnelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(status) => write!(f, "the proxy answered {}", status.as_u16()),
            Self::NotHttp => f.write_str("the proxy does not speak HTTP"),
            Self::TooLong => f.write_str("the proxy's answer is too long"),
            Self::HungUp => f.write_str("the proxy hung up"),
        }
    }
}

impl StdError for TunnelError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{proxy::ProxyRules, settings::Proxy};

    /// What becomes of an answer, and how much of it was taken.
    fn read(text: &str) -> (Result<bool, TunnelError>, usize) {
        let mut answer = ConnectAnswer::default();
        for (taken, byte) in text.bytes().enumerate() {
            match answer.push(byte) {
                Ok(false) => {}
                end => return (end, taken + 1),
            }
        }
        (Ok(false), text.len())
    }

    #[test]
    fn any_success_opens_the_tunnel_and_what_follows_is_the_server_s() {
        for head in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200\r\n\r\n",
            "HTTP/1.0 200 Connection established\r\nvia: 1.1 p\r\n\r\n",
            "HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\n",
            "HTTP/1.1 204 \r\n\r\n",
            "HTTP/1.1 299 x\n\n",
            "HTTP/1.1 200 OK\nvia: p\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 103 Hints\r\nlink: a\r\n\r\nHTTP/1.1 102 x\n\nHTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert_eq!(read(&format!("{head}rest")), (Ok(true), head.len()), "{head:?}");
            for cut in 0..head.len() {
                assert_eq!(read(&head[..cut]).0, Ok(false), "{head:?} at {cut}");
            }
        }
    }

    #[test]
    fn a_refusal_is_known_by_its_first_line() {
        for status in [101, 300, 302, 400, 403, 407, 502, 599] {
            let head = format!("HTTP/1.1 {status} No\r\ncontent-length: 9\r\n\r\n");
            let expected = TunnelError::Refused(StatusCode::from_u16(status).unwrap());
            assert_eq!(read(&head), (Err(expected), head.find('\n').unwrap() + 1));
            assert_eq!(expected.to_string(), format!("the proxy answered {status}"));
        }
    }

    #[test]
    fn what_is_no_answer_of_http_is_refused_at_once() {
        for text in [
            "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 20\r\n\r\n",
            "HTTP/1.1 abc OK\r\n\r\n",
            "HTTP/1.1  200 OK\r\n\r\n",
            "HTTP/1.1 099 x\r\n\r\n",
            "HTTP/1.x 200 OK\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
            "SSH-2.0-OpenSSH_9.9\r\n",
            "\r\n\r\n",
            "\n",
            "\0\0\0\0",
            "HTTP/1.1 100 Continue\r\n\r\nnonsense",
        ] {
            assert_eq!(read(text).0, Err(TunnelError::NotHttp), "{text:?}");
        }
    }

    #[test]
    fn an_answer_without_an_end_is_too_long() {
        for text in ["x: y\r\n".repeat(9999), "y".repeat(9999)] {
            let text = format!("HTTP/1.1 200 OK\r\n{text}");
            assert_eq!(read(&text), (Err(TunnelError::TooLong), MOST + 1));
        }
        let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(9999);
        assert_eq!(read(&interim), (Err(TunnelError::TooLong), MOST + 1));
    }

    #[test]
    fn the_proxy_is_asked_for_host_and_port_and_shown_the_login() {
        let ask = |proxy: &str, server: &str| {
            let rules = ProxyRules::new(&Proxy::Url(proxy.to_owned()), |_| None).unwrap();
            let server = server.parse().unwrap();
            let proxy = rules.for_uri(&server).unwrap().unwrap().clone();
            String::from_utf8(ConnectAnswer::request(&server, &proxy)).unwrap()
        };
        assert_eq!(
            ask("http://p:1", "https://a.example/v1?q=secret"),
            "CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n"
        );
        assert_eq!(
            ask("http://user:pass%20word@p:1", "https://[::1]:8443/"),
            "CONNECT [::1]:8443 HTTP/1.1\r\nhost: [::1]:8443\r\n\
             proxy-authorization: Basic dXNlcjpwYXNzIHdvcmQ=\r\n\r\n"
        );
    }
}
