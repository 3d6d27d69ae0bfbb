//! What a transport is told when it is made; the same for every driver.

use std::{fmt, time::Duration};

use bytes::Bytes;
use codespar_derive::Setters;

/// How connections are made: time limit, pool, proxy, TLS certificates, HTTP/2. Both drivers take
/// the same settings.
///
/// ```
/// use codespar_engine::{Proxy, TransportSettings};
///
/// # let ca = b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----";
/// let settings = TransportSettings::default()
///     .proxy(Proxy::Url("http://proxy.example:3128".to_owned()))
///     .extra_roots(vec![bytes::Bytes::from_static(ca)]);
/// // … and `Config::new(key).transport(settings)`.
/// ```
#[doc(alias = "connection pool")]
#[doc(alias = "keep-alive")]
#[doc(alias = "tls")]
#[derive(Clone, Debug, Setters)]
#[non_exhaustive]
pub struct TransportSettings {
    /// How long name resolution, TCP, proxy and TLS may take. Default 10 s.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept. Default 65 s, less where the server says so
    /// (`Keep-Alive: timeout`, less one second).
    pub pool_idle_timeout: Duration,
    /// How many unused connections are kept per server. Default `None`: as many as were in use
    /// at once within [`pool_idle_timeout`](Self::pool_idle_timeout).
    pub pool_max_idle: Option<usize>,
    /// How many HTTP/2 connections are open per server at most. Default 128. A further one is
    /// opened where the streams of all others are taken; a server that allows 100 streams on each
    /// serves 11 520 event streams then, and calls beside them. Each counts against the files that
    /// the process may have open.
    #[doc(alias = "max_concurrent_streams")]
    pub http2_max_connections: usize,
    /// How large the head of a response may be, in bytes. Default 64 KiB.
    pub max_header_bytes: usize,
    /// How many lines of headers the head of a response may have. Default 100. The blocking driver
    /// takes no more than 128, whatever is set: the library below reads no more.
    pub max_header_lines: usize,
    /// Whether HTTP/2 is offered where the driver has it. Default yes.
    pub http2: bool,
    /// Which proxy, if any. Default: as the environment says.
    pub proxy: Proxy,
    /// Which certificate authorities are trusted. Default: the built-in ones.
    pub roots: Roots,
    /// Certificate authorities trusted besides [`roots`](Self::roots): PEM (one or more) or DER
    /// (one) each. The certificate of a server that signed itself is one only where it says that it
    /// is none (`CA:FALSE`): `openssl req -x509` writes that with
    /// `-addext basicConstraints=critical,CA:FALSE`.
    pub extra_roots: Vec<Bytes>,
    /// Whether only [`extra_roots`](Self::extra_roots) are trusted. Default no.
    pub only_extra_roots: bool,
    /// The certificate the client shows, where the server asks for one.
    pub identity: Option<Identity>,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(65),
            pool_max_idle: None,
            http2_max_connections: 128,
            max_header_bytes: 64 * 1024,
            max_header_lines: 100,
            http2: true,
            proxy: Proxy::Environment,
            roots: Roots::BuiltIn,
            extra_roots: Vec::new(),
            only_extra_roots: false,
            identity: None,
        }
    }
}

/// Which certificate authorities are trusted for TLS.
///
/// A setting rather than a feature: features add up across a build, and what another crate asks
/// for must not change whom a client trusts.
#[doc(alias = "tls")]
#[doc(alias = "ca")]
#[doc(alias = "certificate")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Roots {
    /// Mozilla's list, as compiled into the program.
    #[default]
    BuiltIn,
    /// Those the operating system trusts. Needs the feature `platform-verifier` of the driver;
    /// without it the client is refused when it is made.
    Platform,
}

/// A client certificate (mutual TLS), of version 3, and its private key, both PEM.
#[doc(alias = "mtls")]
#[doc(alias = "client certificate")]
#[derive(Clone)]
#[non_exhaustive]
pub struct Identity {
    /// The certificate, followed by the intermediate ones.
    pub certificates: Bytes,
    /// The private key: PKCS #8, PKCS #1 or SEC 1.
    pub key: Bytes,
}

impl Identity {
    /// A certificate chain and its key, both PEM.
    pub fn from_pem(certificates: impl Into<Bytes>, key: impl Into<Bytes>) -> Self {
        Self { certificates: certificates.into(), key: key.into() }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

/// Which HTTP proxy requests take.
#[doc(alias = "HTTPS_PROXY")]
#[doc(alias = "NO_PROXY")]
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say (lower case too).
    #[default]
    Environment,
    /// Straight to the server.
    Direct,
    /// This one for everything, as a URL: `http://user:password@proxy.example:3128`.
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            Self::Url(_) => "Url([redacted])",
        })
    }
}
