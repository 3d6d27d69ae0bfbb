//! CodeSpar and Upivia as a server of the [Model Context Protocol][mcp]: tools with honest hints,
//! questions before money, never a payment twice by mistake.
//!
//! A [`Server`] is made of clients and [`Options`], and served over standard input and output
//! ([`serve_stdio`]), over any pair of byte streams ([`serve`]), or over HTTP on this machine
//! (feature `http`). It implements `rmcp`'s `ServerHandler`.
//!
//! ```no_run
//! use codespar_async::{Client, CreateSession};
//! use codespar_mcp::{Options, Server, serve_stdio};
//!
//! # async fn example() -> Result<(), codespar_async::Error> {
//! let mut options = Options::new();
//! options.allow_money = true;
//! options.max_amount = vec![codespar_mcp::amount("200.00BRL")?];
//! let server = Server::builder(options)
//!     .codespar(&Client::from_env()?, CreateSession::new("agent-1"))
//!     .build()?;
//! serve_stdio(server, std::future::pending()).await
//! # }
//! ```
//!
//! # What is offered
//! - the tools of a session, which is opened when it is first needed, opened again when it has
//!   ended, and closed at the end;
//! - the operations of the API ([`Options::operations`]); where there are many, behind five gates:
//!   find, describe, and calls of what reads, changes and moves money;
//! - the services of Upivia, and its operations ([`Options::upivia`]);
//! - without a key, one tool that says how to set one up.
//!
//! # Before money
//! | options | within the limit | above it, or not countable |
//! |---|---|---|
//! | none | a person is asked | a person is asked |
//! | [`allow_money`][allow], [`max_amount`][max] | sent | a person is asked |
//! | the same, [`Ask::Always`] | a person is asked | a person is asked |
//!
//! [allow]: Options::allow_money
//! [max]: Options::max_amount
//!
//! The client asks (an elicitation). Where it cannot, the call is refused. Under protocol
//! 2026-07-28 the call comes back with the answer, and with a sealed state that belongs to this
//! call, this session and this run of the server, holds for ten minutes, and once.
//!
//! # Results
//! Every result has one shape ([`ToolAnswer`](codespar_async::agent_tools::ToolAnswer)): the
//! verdict first, then the code, the key, the ids, the data. Failures are results, too.
//!
//! # Calls that are repeated
//! A host that gives the model's own call id in `_meta` has its calls told apart by it, and keys
//! are made of it. An id of no conversation but its own makes the same key after a restart;
//! others need [`Options::conversation`] for that.
//!
//! [mcp]: https://modelcontextprotocol.io
//!
//! # Features
//! - `http`: the server over streamable HTTP on loopback, with a bearer token.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod calls;
mod catalog;
mod chance;
mod gates;
mod handler;
#[cfg(feature = "http")]
pub mod http;
mod input;
mod options;
mod progress;
mod question;
mod record;
mod result;
mod sealed;
mod serve;
mod server;
mod set_up;
mod sources;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::{
    options::{Ask, Options, Protocol, Results, amount},
    serve::{serve, serve_stdio},
    server::{Server, ServerBuilder},
};
