//! CodeSpar for asynchronous programs: the client over [hyper](https://hyper.rs) and
//! [tokio](https://tokio.rs).
//!
//! Every operation is a method that returns a call; here calls are finished with `.await`:
//!
//! ```no_run
//! use codespar_async::{Client, CreateSession};
//!
//! # async fn example() -> Result<(), codespar_async::Error> {
//! let client = Client::from_env()?;
//! let session = client.create(&CreateSession::new("buyer-77")).await?;
//! println!("{}", session.id());
//! # Ok(())
//! # }
//! ```
//!
//! [`HyperTransport`] carries the requests, and can be used by itself:
//!
//! ```no_run
//! use codespar_async::HyperTransport;
//! use codespar_engine::{AsyncBody, AsyncTransport, Connect, Exchange, TransportSettings};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let base = "https://api.codespar.dev".parse()?;
//! let transport = HyperTransport::connect(&TransportSettings::default(), &base)?;
//! let request = http::Request::get("https://api.codespar.dev/health").body(Default::default())?;
//! let mut response = transport.open(Exchange::new(request)).await?;
//! while let Some(bytes) = response.body_mut().chunk(None).await? {
//!     println!("{} bytes", bytes.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The runtime
//! Everything runs on the tokio runtime it is awaited on, current-thread or multi-thread, with
//! sockets and timers enabled (`enable_all`, as `#[tokio::main]` does). Outside a runtime a call
//! ends with an error of kind `Connect`. Connections belong to the runtime that opened them: one
//! client per runtime. Neither outlives a fork: a process that forks makes runtime and client
//! afterwards, in each process its own.
//!
//! Dropping a call or a stream closes its connection at once; over HTTP/2 it ends the stream and
//! keeps the connection. One on which a call ran out of time gets no other call, as it may be dead:
//! those that are on it go on.
//!
//! # Features
//! * `tls` (default): `https`, by rustls with ring and Mozilla's root certificates. Without it an
//!   `https` base URL is refused when the client is built.
//! * `platform-verifier`: makes `Roots::Platform` a setting, which trusts what the operating
//!   system trusts.
//! * `upivia`: the client of the Upivia API, in the module of that name.
//! * `webhook`, `mandate`: the modules that verify webhook deliveries and mandate tokens.
//! * `tracing`: tells `tracing` of calls, retries and reconnects.
//! * `testing`: transports that answer from recordings, in the module of that name.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod connector;
mod hyper;
mod line;
mod names;
mod tcp;
#[cfg(feature = "tls")]
mod tunnel;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use crate::{body::HyperBody, hyper::HyperTransport};

/// Why an `https` URL is refused where TLS was left out.
const NO_TLS: &str = "http, as this build has no TLS: it needs the feature `tls`";

pub use codespar_proto::*;

/// A client of the CodeSpar API: see [`codespar_proto::Client`].
pub type Client = codespar_proto::Client<HyperTransport>;

/// An open session: see [`codespar_proto::Session`].
pub type Session = codespar_proto::Session<HyperTransport>;

/// The client of the Upivia API over the same transport.
#[cfg(feature = "upivia")]
pub mod upivia {
    pub use upivia_proto::*;

    /// A client of the Upivia API: see [`upivia_proto::Client`].
    pub type Client = upivia_proto::Client<crate::HyperTransport>;
}
