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
//! - Two dialects, [`Dialect::Managed`] and [`Dialect::SelfHosted`], chosen by the [`Builder`].
//!   They differ as the two real servers do: size of the create answer, event streams, error
//!   bodies, the routes there are.
//! - Declared mocks answer tools named `server/tool`, and come back as they were written: order of
//!   members and spelling of numbers included. A mock may be a refusal, which is handed out like
//!   any other: `success` is true, and its `data` says no. The catalog has 17 servers;
//!   [`Builder::server`] adds others.
//! - The commerce tools (`codespar_charge`, `codespar_pay`, …) give made-up, repeatable answers.
//! - `send` is answered by a small script without a model: a message that asks to charge an amount
//!   makes a charge, one that names a `server/tool` calls it, anything else is echoed.
//! - [`Sandbox::inject`] makes answers late, wrong, cut or missing; [`Sandbox::requests`] shows
//!   what arrived; [`Sandbox::effects`] counts what would have moved money.
//! - [`Sandbox::advance`] turns its clock, so that no test has to wait.
//!
//! # What a key does
//!
//! What the service does with it, and no more. A request that is sent twice where none is honoured
//! does its work twice, as it would in production: [`Effects::count_with_key`] shows it.
//!
#![doc = include_str!("what_a_key_does.md")]
//!
//! Two amounts fail on the way out, in spends, transfers and devolutions. R$ 6,66 is refused, and
//! the key is used up with it (409 `psp_attempt_conflict`, `withdrawal_failed`). Of R$ 6,67 nobody
//! hears again: 502, and 409 `psp_attempt_uncertain` for the same attempt until
//! [`Sandbox::reconcile`] says what became of it.
//!
//! # What settles
//!
//! A charge, a payment and a verification settle by themselves after [`Builder::settle_after`],
//! whether anybody looks or not.
//!
//! - What a tool has begun is told by its payment status and verification status.
//! - A charge of `/v1/charges` becomes `CONFIRMED`, `settled`. A boleto with a due date is
//!   `PROCESSING` at first; after half of that time (a second at most) it is registered: `PENDING`
//!   and payable.
//! - A devolution is `accepted` at first.
//! - [`Sandbox::pay`] pays a charge at once, [`Sandbox::post_event`] lets something else happen,
//!   and so does `POST /v1/test/charges/{id}/pay`, for which the charge has to be registered.
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
//! An endpoint may be at `http://127.0.0.1…`, `http://[::1]…` or `http://localhost…`, and only to
//! such is anything ever delivered; https elsewhere can be registered, and its deliveries fail with
//! `ssrf_blocked:sandbox`.
//!
//! - What happens is delivered to the active endpoints of the project for the event, to the letter:
//!   `commerce.charge.{created,paid,payment_notified,cancelled,expired}` for charges,
//!   `commerce.payment.*` and `commerce.kyc.*` as a tool call's status tells them, and
//!   `approval.{pending,decided}`. Other events of the service do not come by themselves:
//!   [`Sandbox::deliver`] delivers any to the endpoints for it, [`Sandbox::deliver_to`] to any
//!   address, signed with a secret of yours.
//! - `data` of a charge's event holds `payment_id`, `amount_minor`, `currency` and `rail`.
//! - Deliveries are signed. One that fails is repeated after 1, 5, 30 and 120 minutes of the
//!   sandbox's clock, five attempts in all, and is dead then: [`Sandbox::advance`] lets their time
//!   come. What `test-fire` and `replay` send is not repeated; a test has `test`, `trigger_id` and
//!   `requested_at` in its `data`.
//!
//! # Beside a browser
//!
//! A page may make its visitor's browser send requests to this machine. So a request whose `Host`
//! is not this machine's is refused with 421, and one with an `Origin` with 403, before its body is
//! read. What is kept for [`Sandbox::requests`] is bounded by [`Builder::request_log`].
//!
//! # Upivia
//!
//! The Upivia API is served beside, under [`Sandbox::upivia_url`], with three credentials: an agent
//! key, a personal access token and a session cookie. What a route takes is checked as documented.
//!
//! - Service requests are executed at the prices of a small catalogue, unless policy, budget,
//!   [`Sandbox::upivia_decide`] or their own metadata say otherwise. A running one, a workflow run,
//!   a document and a publish request settle after [`Builder::settle_after`].
//! - A chat turn names an operation such as `email.send` to call it, a local tool to have it
//!   called, `delegate` to hand a task on, or `fail` to go wrong; anything else is echoed.
//! - The agents of a room answer after [`Builder::settle_after`], and those of a swarm speak round
//!   after round, at a cent each, until the cap of the room is reached: then it is `paused`. Where
//!   `human_input` is in what they are told, the first of them asks a person instead.
//! - A run whose input has `"sandbox": "failed"`, `"waiting_approval"` or `"waiting_input"` ends
//!   so, or waits; a step that failed can be retried or passed over.
//! - `simulations/policy-check` says what a service request would come to by the same policy.
//! - A presigned upload goes to the sandbox itself, and is refused when it carries credentials.
//! - Where the fields of an answer are not public, it holds what was sent and an `id`.
//!
//! # What it is not
//!
//! Fees, limits, policies, quotas and the rules of single providers are not modelled. Routes whose
//! fields are not public answer 501 with the code `not_in_sandbox`. Where the service's own
//! behaviour is not known, the sandbox does the stricter thing: a boleto's key with another request
//! is a conflict, and an attempt whose approval was denied is used up.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod codespar;
mod router;
mod sandbox;
mod server;
mod store;
pub mod transport_peer;
mod upivia;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use crate::{
    builder::Builder,
    codespar::{approvals::Decision, mandates::payment::Reconciliation},
    sandbox::Sandbox,
    server::{faults::Fault, log::ReceivedRequest},
    store::{
        effects::{Effect, EffectKind, Effects},
        settings::Dialect,
        verdict::Verdict,
    },
};
