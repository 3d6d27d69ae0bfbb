//! CodeSpar for programs that block: no runtime, and no thread but one while a name is looked up;
//! the client over [ureq](https://docs.rs/ureq).
//!
//! ```no_run
//! use codespar_blocking::{Buyer, ChargeArgs, Client, CreateSession};
//!
//! let client = Client::from_env()?;
//! let session = client.create(&CreateSession::new("buyer-77")).send()?;
//! let order = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
//! let charge = session.charge(&order).send()?;
//! let payment = session.settled(charge.call_id()?).send()?;
//! println!("{}", payment.payment_status);
//! # Ok::<(), codespar_blocking::Error>(())
//! ```
//!
//! # Guides
//! By task, with programs that run: [a nightly charge run][nightly],
//! [an order service with webhooks][orders], [an agent][agent], [paying bills][payables],
//! [paying under a mandate][governed], [errors and money][errors], [testing][tests],
//! [self-hosted][self-hosted], [logs][logs].
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
//! - use the Upivia API: [`upivia`]
//!
//! All types that are not on this page are in [`proto`].
//!
//! # For any transport
//! A function that takes any transport can be tested without a network:
//!
//! ```
//! use codespar_blocking::{ChargeArgs, Error, PaymentStatus, Session, driver::BlockingTransport};
//!
//! fn sell<T: BlockingTransport>(
//!     session: &Session<T>,
//!     order: &ChargeArgs,
//! ) -> Result<PaymentStatus, Error> {
//!     let charge = session.charge(order).send()?;
//!     session.settled(charge.call_id()?).send()
//! }
//! ```
//!
//! # The transport
//! [`UreqTransport`] carries the requests. It keeps connections, knows TLS and proxies, holds
//! time limits exactly, follows no redirect and repeats nothing on its own: what is retried is
//! decided in one place, the engine. It can be used by itself:
//!
//! ```
//! use codespar_blocking::{
//!     TransportSettings, UreqTransport,
//!     driver::{BlockingBody, BlockingTransport, Connect, Exchange},
//!     http,
//! };
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let base = "https://api.codespar.dev".parse()?;
//! let transport = UreqTransport::connect(&TransportSettings::default(), &base)?;
//!
//! let request = http::Request::get("https://api.codespar.dev/health").body(Default::default())?;
//! let mut body = transport.open(Exchange::new(request))?.into_body();
//! while let Some(bytes) = body.chunk(None)? {
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
//! - `tracing`: tells `tracing` of calls, retries and reconnects: never of headers, queries and
//!   bodies.
//! - `testing`: transports that record and answer from recordings, and fakes, in the module of that
//!   name.
//!
//! [`Charges::settled`]: proto::charges::Charges::settled
#![cfg_attr(
    all(feature = "testing", feature = "webhook"),
    doc = include_str!("guide/links.md")
)]
#![cfg_attr(
    not(all(feature = "testing", feature = "webhook")),
    doc = include_str!("guide/links_without_features.md")
)]
#![cfg_attr(feature = "mandate", doc = "[`mandate`]: crate::mandate")]
#![cfg_attr(not(feature = "mandate"), doc = "[`mandate`]: #features")]
#![cfg_attr(feature = "mandate", doc = "[`receipt`]: crate::receipt")]
#![cfg_attr(not(feature = "mandate"), doc = "[`receipt`]: #features")]
#![cfg_attr(feature = "registry", doc = "[`registry`]: crate::registry")]
#![cfg_attr(not(feature = "registry"), doc = "[`registry`]: #features")]
#![cfg_attr(feature = "testing", doc = "[`testing`]: crate::testing")]
#![cfg_attr(not(feature = "testing"), doc = "[`testing`]: #features")]
#![cfg_attr(feature = "upivia", doc = "[`upivia`]: crate::upivia")]
#![cfg_attr(not(feature = "upivia"), doc = "[`upivia`]: #features")]
#![cfg_attr(feature = "webhook", doc = "[`webhook`]: crate::webhook")]
#![cfg_attr(not(feature = "webhook"), doc = "[`webhook`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod attempt;
mod body;
mod buffers;
#[doc(hidden)]
pub mod compiled;
mod connection;
mod dial;
mod dns;
mod error;
pub mod files;
mod happy_eyeballs;
mod head;
mod idle;
mod request_body;
mod socket;
mod stream;
mod transport;

// Only documentation, which names what these features bring.
#[cfg(all(any(doc, doctest), feature = "testing", feature = "webhook"))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::{body::UreqBody, transport::UreqTransport};

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

/// A client of the CodeSpar API over [`UreqTransport`]: see [`proto::Client`].
///
/// It is this one type, so that `Client::from_env()` needs no other word. Code for any transport
/// names [`proto::Client<T>`](proto::Client).
#[doc(alias = "CodeSpar")]
#[doc(alias = "sdk")]
#[doc(alias = "api_key")]
#[doc(alias = "connect")]
pub type Client = proto::Client<UreqTransport>;

/// An open session: see [`proto::Session`]. Code for any transport names `Session<T>`.
///
/// Sessions are opened by [`Client::create`], and taken up again by [`Client::session`].
#[doc(alias = "agent")]
#[doc(alias = "conversation")]
#[doc(alias = "resume")]
pub type Session<T = UreqTransport> = proto::Session<T>;

/// The client of the Upivia API over the same transport.
#[cfg(feature = "upivia")]
pub mod upivia {
    pub use upivia_proto::*;

    /// A client of the Upivia API: see [`upivia_proto::Client`].
    pub type Client = upivia_proto::Client<crate::UreqTransport>;
}
