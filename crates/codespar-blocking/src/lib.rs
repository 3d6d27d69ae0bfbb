//! CodeSpar for programs that block: no runtime, and no thread but one while a name is looked up;
//! the client over [ureq](https://docs.rs/ureq).
//!
//! ```no_run
//! use codespar_blocking::{Client, CreateSession};
//!
//! let client = Client::from_env()?;
//! let session = client.create(&CreateSession::new("buyer-77")).send()?;
//! println!("{}", session.id());
//! # Ok::<(), codespar_blocking::Error>(())
//! ```
//!
//! [`UreqTransport`] carries the requests. It keeps connections, knows TLS and proxies, holds
//! time limits exactly, follows no redirect and repeats nothing on its own: what is retried is
//! decided in one place, the engine.
//!
//! ```
//! use codespar_blocking::UreqTransport;
//! use codespar_engine::{BlockingBody, BlockingTransport, Connect, Exchange, TransportSettings};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let base = "https://api.codespar.dev".parse()?;
//! let transport = UreqTransport::connect(&TransportSettings::default(), &base)?;
//!
//! let request = http::Request::get("https://api.codespar.dev/v1/servers").body(Default::default())?;
//! let mut body = transport.open(Exchange::new(request))?.into_body();
//! while let Some(bytes) = body.chunk(None)? {
//!     println!("{} bytes", bytes.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `tls` (default): `https`, by rustls with ring and Mozilla's root certificates.
//! - `platform-verifier`: makes `Roots::Platform` a setting, which trusts what the operating
//!   system trusts.
//! - `upivia`: the client of the Upivia API, in the module of that name.
//! - `webhook`, `mandate`: the modules that verify webhook deliveries and mandate tokens.
//! - `tracing`: tells `tracing` of calls, retries and reconnects.
//! - `testing`: transports that answer from recordings, in the module of that name.
//!
//! Without `tls`, a client for an `https` address is refused when it is made.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod ureq;

/// What the READMEs of the repository and of this crate show, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::ureq::{UreqBody, UreqTransport};

pub use codespar_proto::*;

/// A client of the CodeSpar API: see [`codespar_proto::Client`].
pub type Client = codespar_proto::Client<UreqTransport>;

/// An open session: see [`codespar_proto::Session`].
pub type Session = codespar_proto::Session<UreqTransport>;

/// The client of the Upivia API over the same transport.
#[cfg(feature = "upivia")]
pub mod upivia {
    pub use upivia_proto::*;

    /// A client of the Upivia API: see [`upivia_proto::Client`].
    pub type Client = upivia_proto::Client<crate::UreqTransport>;
}
