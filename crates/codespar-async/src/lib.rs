//! CodeSpar for asynchronous programs: the client over [hyper](https://hyper.rs) and
//! [tokio](https://tokio.rs).
//!
//! Every operation is a method that returns a call; here calls are finished with `.await`:
//!
//! ```no_run
//! use codespar_async::{Buyer, ChargeArgs, Client, CreateSession};
//!
//! # async fn example() -> Result<(), codespar_async::Error> {
//! let client = Client::from_env()?;
//! let session = client.create(&CreateSession::new("buyer-77")).await?;
//! let order = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
//! let charge = session.charge(&order).await?;
//! let payment = session.settled(charge.call_id()?).await?;
//! println!("{}", payment.payment_status);
//! # Ok(())
//! # }
//! ```
//!
//! # Guides
//! By task, in the documentation of [`codespar-blocking`][guide], whose methods are the same:
//! [a nightly charge run][nightly], [an order service with webhooks][orders], [an agent][agent],
//! [paying bills][payables], [files][file-guide], [errors and money][errors],
//! [testing][tests], [self-hosted][self-hosted], [logs][logs]. What is different here is how calls
//! are run.
//!
//! # Calls as futures
//! `.await` makes a call. What wants a future (`tokio::spawn`, `join_all`) takes its
//! [`future()`](Call::future); it is `Send` and `'static`. Lists and event streams have
//! [`next()`](Items::next): `while let Some(event) = events.next().await`. They are streams
//! (`futures_core::Stream`) as well, for the methods of the `futures-util` or `tokio-stream` crate.
//! A time limit is best set on the call ([`Call::timeout`]): then the error knows what was under
//! way. A future that is dropped (by `tokio::time::timeout`, `select!`, an aborted task) leaves
//! nothing behind: no error, no verdict. **What it sent may have been done**: do not drop what
//! moves money, or write down its key before ([`Call::key`]).
//!
//! ```
//! use std::time::Duration;
//! use codespar_async::{Buyer, Call, ChargeArgs, Client, Error, Session};
//! use futures_util::{TryStreamExt as _, future::join_all};
//! # use codespar_async::{Config, CreateSession};
//!
//! /// Charges several orders at once; each has a result of its own.
//! async fn charge_all(session: &Session, orders: &[ChargeArgs]) -> Vec<Result<(), Error>> {
//!     let limit = Duration::from_secs(20);
//!     let calls = orders.iter().map(|order| session.charge(order).timeout(limit).map(|_| ()));
//!     join_all(calls.map(Call::future)).await
//! }
//!
//! /// Follows a turn of chat, event by event.
//! async fn talk(session: &Session) -> Result<usize, Error> {
//!     session.send_stream("Say hello.").try_fold(0, async |count, _| Ok(count + 1)).await
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = codespar_sandbox::Sandbox::start()?;
//! # let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
//! # let client = Client::with_config(config)?;
//! # let session = client.create(&CreateSession::new("buyer-77")).await?;
//! let maria = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
//! let ana = ChargeArgs::pix("89.90".parse()?, "Order 43", Buyer::new("Ana Souza"));
//! assert!(charge_all(&session, &[maria, ana]).await.iter().all(Result::is_ok));
//! assert!(talk(&session).await? > 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//! - open a session, or take one up again: [`Client::create`], [`Client::session`]
//! - charge: [`Session::charge`]; [`Client::charges`] for charges without a session, with a key
//! - wait for money: [`Session::settled`], [`Charges::settled`]; look once:
//!   [`Session::payment_status`]
//! - wait for a decision: [`Session::decided`], [`Client::approvals`]
//! - pay: [`Session::pay`]; [`Client::payables`] for batches of bills, [`Client::mandates`] under a
//!   mandate, [`Client::wallets`] and [`Client::consumers`] for wallets
//! - give money back (refunds): [`Client::devolutions`](proto::Client::devolutions)
//! - talk to the agent: [`Session::send`], [`Session::send_stream`], [`ChatEvent`]
//! - use tools: [`Session::execute`], [`Session::list_tools`], [`ToolResult`]; [`Session::mcp`] for
//!   an agent of your own
//! - run calls: [`Call`], [`CallOptions`], [`Reply`], [`CancelHandle`]
//! - go through lists and streams: [`Items`]
//! - handle errors: [`Error`], [`ErrorKind`]; what became of the money: [`Error::verdict`],
//!   [`Verdict`], [`KeyUse`]
//! - charge once however often it is asked for: [`Call::idempotency_key`], [`Call::key`]
//! - name amounts and free JSON: [`Major`], [`Minor`], [`Currency`], [`Json`]
//! - show a charge: [`Charge::pix_code`], and with the feature `qr` its QR code; log it:
//!   [`redacted`]
//! - send and receive files: [`files`], [`Content`]
//! - receive webhooks: [`webhook`], [`Client::webhook_endpoints`]
//! - check mandates and receipts: [`mandate`], [`receipt`]
//! - configure: [`Config`], [`RetryPolicy`], [`TransportSettings`], [`Proxy`], [`Roots`],
//!   [`Identity`]
//! - see logs and traces: the feature [`tracing`](#features), [guide][logs]
//! - test your program: [`testing`], and the crate `codespar-sandbox`
//! - call what has no method yet: [`Client::request`], [`request`]
//! - give a model tools, in the form of its provider: the feature [`tools`](#features)
//! - offer operations on a command line: [`registry`]
//! - write code for any transport, or a transport: [`proto`], [`driver`]
//! - put layers around the HTTP client, or bring another one: [`tower`]
//! - use the Upivia API: [`upivia`]
//!
//! All types that are not on this page are in [`proto`].
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
//! # Connections
//! Unused ones are kept for 65 s, as many as were in use at once in that time. Over HTTP/2 calls
//! and streams share connections, as many on each as the server allows; further ones are opened
//! where all are taken, up to [`TransportSettings::http2_max_connections`]. With the 128 of the
//! default and a server that allows 100 streams, some 11 500 event streams can be open, and calls
//! are served beside them. Over HTTP/1.1 each call in flight and each open stream has a
//! connection. **Every connection is an open file**: a service that follows thousands of payments
//! raises its limit (`ulimit -n`). Where no connection may be opened and none becomes free, a call
//! ends with an error of kind `Connect` before its time limit does, and nothing was sent.
//!
//! # For any transport
//! A function that takes any transport can be tested without a network:
//!
//! ```
//! use codespar_async::{ChargeArgs, Error, PaymentStatus, Session, driver::AsyncTransport};
//!
//! async fn sell<T: AsyncTransport>(
//!     session: &Session<T>,
//!     order: &ChargeArgs,
//! ) -> Result<PaymentStatus, Error> {
//!     let charge = session.charge(order).await?;
//!     session.settled(charge.call_id()?).await
//! }
//! ```
//!
//! # The transport
//! [`HyperTransport`] carries the requests, and can be used by itself:
//!
//! ```no_run
//! use codespar_async::{
//!     HyperTransport, TransportSettings,
//!     driver::{AsyncBody, AsyncTransport, Connect, Exchange},
//!     http,
//! };
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
//! # Features
//! - `accounts`, `commerce`, `governance`, `selling` (all default): subjects of the API, by
//!   [module](#modules). Sessions, charges, mandates, approvals, webhook endpoints and the like are
//!   always there; a program that leaves the others out is built sooner.
//! - `tls` (default): `https`, by rustls with ring and Mozilla's root certificates. Without it a
//!   client for an `https` address is refused when it is made.
//! - `platform-verifier`: makes [`Roots::Platform`] a setting, which trusts what the operating
//!   system trusts.
//! - `upivia`: the client of the Upivia API, in the module of that name.
//! - `sha256`: the SHA-256 of files, worked out while they are sent and received.
//! - `webhook`, `mandate`: the modules that verify webhook deliveries, mandate tokens and
//!   receipts.
//! - `qr`: QR codes of Pix codes, as SVG and as text for terminals.
//! - `registry`: the module that has every operation by its name, with arguments and results as
//!   JSON.
//! - `tools`: a session's tools, the operations and Upivia's catalogue as tools of a language
//!   model, in the module `agent_tools`.
//! - `metrics`: counts calls, retries and open event streams for the recorder of the crate of that
//!   name; the module has the names.
//! - `tower`: the module of that name, in which services of `tower` are transports, and the
//!   transport is a service: for layers of limits, metrics, traces.
//! - `tracing`: tells `tracing` of calls, retries and reconnects: never of headers, queries and
//!   bodies.
//! - `testing`: transports that record and answer from recordings, and fakes, in the module of that
//!   name.
//!
//! [`Charges::settled`]: proto::charges::Charges::settled
//! [guide]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/
//! [nightly]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/nightly_charges/
//! [orders]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/webhooks/
//! [agent]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/agent/
//! [payables]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/payables/
//! [file-guide]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/files/
//! [errors]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/errors/
//! [tests]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/testing/
//! [self-hosted]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/self_hosted/
//! [logs]: https://docs.rs/codespar-blocking/latest/codespar_blocking/guide/logs/
#![cfg_attr(feature = "mandate", doc = "[`mandate`]: crate::mandate")]
#![cfg_attr(not(feature = "mandate"), doc = "[`mandate`]: #features")]
#![cfg_attr(feature = "mandate", doc = "[`receipt`]: crate::receipt")]
#![cfg_attr(not(feature = "mandate"), doc = "[`receipt`]: #features")]
#![cfg_attr(feature = "registry", doc = "[`registry`]: crate::registry")]
#![cfg_attr(not(feature = "registry"), doc = "[`registry`]: #features")]
#![cfg_attr(feature = "testing", doc = "[`testing`]: crate::testing")]
#![cfg_attr(not(feature = "testing"), doc = "[`testing`]: #features")]
#![cfg_attr(feature = "tower", doc = "[`tower`]: crate::tower")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower`]: #features")]
#![cfg_attr(feature = "upivia", doc = "[`upivia`]: crate::upivia")]
#![cfg_attr(not(feature = "upivia"), doc = "[`upivia`]: #features")]
#![cfg_attr(feature = "webhook", doc = "[`webhook`]: crate::webhook")]
#![cfg_attr(not(feature = "webhook"), doc = "[`webhook`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod clock;
#[doc(hidden)]
pub mod compiled;
mod connector;
mod error;
pub mod files;
mod pool;
mod request_body;
#[cfg(feature = "tower")]
pub mod tower;
mod transport;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::{body::HyperBody, transport::HyperTransport};

#[cfg(feature = "tools")]
#[doc(alias = "openai")]
#[doc(alias = "anthropic")]
#[doc(alias = "function calling")]
pub use codespar_proto::agent_tools;
#[cfg(feature = "metrics")]
pub use codespar_proto::metrics;
#[cfg(feature = "registry")]
pub use codespar_proto::registry;
#[cfg(feature = "testing")]
#[doc(alias = "cassette")]
#[doc(alias = "mock")]
pub use codespar_proto::testing;
#[cfg(feature = "webhook")]
pub use codespar_proto::webhook;
#[cfg(feature = "accounts")]
pub use codespar_proto::{
    account_applications, consent_records, contact_verifications, dda, events, sellers, wallet,
    wallets, webhook_endpoints,
};
#[cfg(feature = "governance")]
pub use codespar_proto::{
    audit_events, bank_consents, cards, facilitator, organizations, policies,
};
#[cfg(feature = "commerce")]
pub use codespar_proto::{cart, commerce_memory, counterparties, mcp_servers, payables};
#[cfg(feature = "selling")]
pub use codespar_proto::{collect, fees, gate, meters, oauth, payment_links, paywalls};
#[cfg(feature = "mandate")]
pub use codespar_proto::{mandate, receipt};
pub use {bytes, codespar_proto as proto, http};

pub use codespar_engine::{
    Call, CallOptions, CancelHandle, Content, Error, ErrorKind, Identity, Items, Json, KeyUse,
    Proxy, Reply, RetryPolicy, Roots, TransportSettings, Verdict, driver, redacted,
};
pub use codespar_proto::{
    Buyer, Charge, ChargeArgs, ChargeMethod, ChatEvent, Config, CreateCharge, CreateSession,
    Currency, Major, Minor, PaymentState, PaymentStatus, Preset, Reconnect, ToolResult, request,
};
pub use codespar_proto::{
    account, agents, api_keys, approvals, charges, chat, connections, consents, consumers,
    devolutions, funding_sources, mandates, meta_tools, operations, pix, projects, providers,
    receipts, sessions, test_money, tool_calls, tools, types, workflow,
};

/// A client of the CodeSpar API over [`HyperTransport`]: see [`proto::Client`].
///
/// It is this one type, so that `Client::from_env()` needs no other word. Code for any transport
/// names [`proto::Client<T>`](proto::Client).
#[doc(alias = "CodeSpar")]
#[doc(alias = "sdk")]
#[doc(alias = "api_key")]
#[doc(alias = "connect")]
pub type Client = proto::Client<HyperTransport>;

/// An open session: see [`proto::Session`]. Code for any transport names `Session<T>`.
///
/// Sessions are opened by [`Client::create`], and taken up again by [`Client::session`].
#[doc(alias = "agent")]
#[doc(alias = "conversation")]
#[doc(alias = "resume")]
pub type Session<T = HyperTransport> = proto::Session<T>;

/// The client of the Upivia API over the same transport.
#[cfg(feature = "upivia")]
pub mod upivia {
    pub use upivia_proto::*;

    /// A client of the Upivia API: see [`upivia_proto::Client`].
    pub type Client = upivia_proto::Client<crate::HyperTransport>;
}
