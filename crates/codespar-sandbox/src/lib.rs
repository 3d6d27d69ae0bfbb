//! A loopback server that speaks the CodeSpar and Upivia APIs in test mode.
//!
//! It is a double for tests and first steps: it answers in the shapes of the real service, keeps
//! what it is told in memory, moves no money and reaches no provider. It never binds anything but
//! loopback, and everything it knows is gone when it stops.
//!
//! ```
//! use codespar_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start()?;
//! println!("base URL {}, key {}", sandbox.base_url(), sandbox.api_key());
//! assert!(sandbox.requests().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What it does
//!
//! - Two dialects, [`Dialect::Managed`] and [`Dialect::SelfHosted`], chosen by the [`Builder`]. They
//!   differ as the two real servers do: size of the create answer, event streams, error bodies, the
//!   routes there are.
//! - Declared mocks answer tools named `server/tool`; the commerce tools (`codespar_charge`,
//!   `codespar_pay`, …) give made-up, repeatable answers. A charge, a payment and a verification
//!   settle by themselves after [`Builder::settle_after`].
//! - `send` is answered by a small script without a model: a message that asks to charge an amount
//!   makes a charge, one that names a `server/tool` calls it, anything else is echoed.
//! - [`Sandbox::inject`] makes answers late, wrong, cut or missing; [`Sandbox::requests`] shows what
//!   arrived; [`Sandbox::effects`] counts what would have moved money.
//!
//! # Upivia
//!
//! The Upivia API is served beside, under [`Sandbox::upivia_url`], with three credentials: an agent
//! key, a personal access token and a session cookie. What a route takes is checked as documented.
//!
//! - Service requests are executed at the prices of a small catalogue, unless policy, budget,
//!   [`Sandbox::upivia_decide`] or their own metadata say otherwise. A running one, a workflow run,
//!   a document and a publish request settle after [`Builder::settle_after`].
//! - A chat turn names an operation such as `email.send` to call it, a local tool to have it called,
//!   `delegate` to hand a task on, or `fail` to go wrong; anything else is echoed.
//! - A presigned upload goes to the sandbox itself, and is refused when it carries credentials.
//! - Where the fields of an answer are not public, it holds what was sent and an `id`.
//!
//! # What it is not
//!
//! Fees, limits, policies, quotas and the rules of single providers are not modelled. Routes whose
//! fields are not public answer 501 with the code `not_in_sandbox`.

mod account;
mod agenda;
mod agent;
mod agents;
mod answer;
mod approvals;
mod body;
mod builder;
mod call;
mod catalog;
mod charges;
mod connections;
mod consents;
mod consumers;
mod deliveries;
mod devolutions;
mod door;
mod effects;
mod errors;
mod events;
mod execute;
mod faults;
mod fields;
mod follow;
mod keyed;
mod mandates;
mod meta_tools;
mod mocks;
mod money;
mod payables;
mod pix;
mod pix_keys;
mod projects;
mod proxy;
mod rail;
mod receipts;
mod recorded;
mod routes;
mod sandbox;
mod send;
mod server;
mod sessions;
mod spend;
mod state;
mod status;
mod table;
mod time;
mod tool_calls;
mod tools;
mod upivia;
mod verbatim;
mod wallets;
mod webhooks;

pub use crate::approvals::Decision;
pub use crate::builder::{Builder, Dialect};
pub use crate::effects::{Effect, EffectKind, Effects};
pub use crate::faults::Fault;
pub use crate::recorded::ReceivedRequest;
pub use crate::sandbox::Sandbox;
pub use crate::upivia::verdict::Verdict;
