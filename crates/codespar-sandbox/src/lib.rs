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
//! - Declared mocks answer tools named `server/tool`, and come back as they were written: order of
//!   members and spelling of numbers included. A mock may be a refusal, which is handed out like any
//!   other: `success` is true, and its `data` says no. The catalog has 17 servers; [`Builder::server`]
//!   adds others.
//! - The commerce tools (`codespar_charge`, `codespar_pay`, …) give made-up, repeatable answers.
//! - `send` is answered by a small script without a model: a message that asks to charge an amount
//!   makes a charge, one that names a `server/tool` calls it, anything else is echoed.
//! - [`Sandbox::inject`] makes answers late, wrong, cut or missing; [`Sandbox::requests`] shows what
//!   arrived; [`Sandbox::effects`] counts what would have moved money.
//! - [`Sandbox::advance`] turns its clock, so that no test has to wait.
//!
//! # What a key does
//!
//! What the service does with it, and no more. A request that is sent twice where none is honoured
//! does its work twice, as it would in production: [`Effects::count_with_key`] shows it.
//!
//! | request | key | repeated | with something else |
//! |---|---|---|---|
//! | `POST /v1/charges` for a boleto with a due date | `Idempotency-Key`, or `idempotency_key` in the body; equal when both | the charge that was issued | 400 `idempotency_key_conflict` |
//! | `POST /v1/charges` for all else, a Pix above all | none | another charge; none of them is found or canceled afterwards: 404 | |
//! | tools of a session (`codespar_charge`, `codespar_pay`, …) | none | again | |
//! | a spend, `consumer-payments/execute` and `…/execute-stream` | `attempt_id` in the body, one for the whole organization | the recorded answer, `idempotent_replay: true` | 409 `attempt_id_conflict` with `mismatched_fields`; 409 `attempt_id_unavailable` from another project |
//! | `POST /v1/wallets/{id}/transfer` | `idempotency_key` in the body | the first answer | 409 `idempotency_key_conflict` |
//! | `POST /v1/consumers/{id}/pix/devolutions` | `idempotency_key` in the body, required | 200 in place of 201 | 409 `idempotency_key_conflict` |
//! | `POST /v1/payables/batches` | `Idempotency-Key` | the batch as it stands | 409 `idempotency_key_conflict` |
//! | `…/batches/{id}/pay` | the list itself | goes on, pays no item twice | 409 `payable_batch_version_mismatch` |
//! | Upivia's `service-requests` | `Idempotency-Key` or `idempotency_key` | the first answer | 409 `idempotency_key_payload_mismatch` |
//!
//! Two amounts fail on the way out, in spends, transfers and devolutions. R$ 6,66 is refused, and the
//! key is used up with it (409 `psp_attempt_conflict`, `withdrawal_failed`). Of R$ 6,67 nobody hears
//! again: 502, and 409 `psp_attempt_uncertain` for the same attempt until [`Sandbox::reconcile`] says
//! what became of it.
//!
//! # What settles
//!
//! A charge, a payment and a verification settle by themselves after [`Builder::settle_after`],
//! whether anybody looks or not.
//!
//! - What a tool has begun is told by its payment status and verification status.
//! - A charge of `/v1/charges` becomes `CONFIRMED`, `settled`. A boleto with a due date is
//!   `PROCESSING` at first; after half of that time (a second at most) it is registered: `PENDING` and
//!   payable.
//! - [`Sandbox::pay`] pays a charge at once, [`Sandbox::post_event`] lets something else happen, and so
//!   does `POST /v1/test/charges/{id}/pay`, for which the charge has to be registered.
//!
//! # Payments that wait for a person
//!
//! A Pix under a mandate above the cap of one payment is held, and so is any above
//! [`Builder::approval_above`]: 403 with an `approval_id`, `approval_required` for the first (flat
//! body), `policy_denied` for the second (nested). The same `attempt_id` gets the same answer until
//! [`Sandbox::decide`] approves, denies or expires it, or lets it fail; 24 hours expire it too.
//! `GET /v1/approvals/{id}/status` tells.
//!
//! # Webhooks
//!
//! An endpoint may be at `http://127.0.0.1…`, `http://[::1]…` or `http://localhost…`, and only to such
//! is anything ever delivered; https elsewhere can be registered, and its deliveries fail with
//! `ssrf_blocked:sandbox`.
//!
//! - What happens is delivered to the active endpoints of the project for the event, to the letter:
//!   `commerce.charge.{created,paid,payment_notified,cancelled,expired}` for charges,
//!   `commerce.payment.*` and `commerce.kyc.*` as a tool call's status tells them, and
//!   `approval.{pending,decided}`. Other events of the service do not come by themselves:
//!   [`Sandbox::deliver`] delivers any.
//! - `data` of a charge's event holds `payment_id`, `amount_minor`, `currency` and `rail`.
//! - Deliveries are signed. One that fails is repeated after 1, 5, 30 and 120 minutes of the sandbox's
//!   clock, five attempts in all, and is dead then. What `test-fire` and `replay` send is not repeated.
//!
//! # Beside a browser
//!
//! A page may make its visitor's browser send requests to this machine. So a request whose `Host` is
//! not this machine's is refused with 421, and one with an `Origin` with 403, before its body is read.
//! What is kept for [`Sandbox::requests`] is bounded by [`Builder::request_log`].
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
//! fields are not public answer 501 with the code `not_in_sandbox`. Where the service's own behaviour
//! is not known, the sandbox does the stricter thing: a boleto's key with another request is a
//! conflict, and an attempt whose approval was denied is used up.

#![cfg_attr(docsrs, feature(doc_cfg))]

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

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use crate::approvals::Decision;
pub use crate::builder::{Builder, Dialect};
pub use crate::effects::{Effect, EffectKind, Effects};
pub use crate::faults::Fault;
pub use crate::recorded::ReceivedRequest;
pub use crate::sandbox::Sandbox;
pub use crate::upivia::verdict::Verdict;
