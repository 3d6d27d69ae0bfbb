//! CodeSpar webhooks for [axum](https://docs.rs/axum): a verifying extractor and layer, and answers
//! for calls that failed.
//!
//! ```
//! use axum::{Router, extract::State, response::Response, routing::post};
//! use codespar_axum::{CallFailed, Webhook, Webhooks};
//! use codespar_proto::webhook::{EventData, EventType, MemorySeenEvents, Verifier};
//! use std::sync::Arc;
//!
//! /// An extractor of the state has to find `Webhooks` in it.
//! #[derive(Clone)]
//! struct App { webhooks: Webhooks, seen: Arc<MemorySeenEvents> }
//!
//! impl axum::extract::FromRef<App> for Webhooks {
//!     fn from_ref(app: &App) -> Self { app.webhooks.clone() }
//! }
//!
//! /// Reached by what the service has signed, and by nothing else.
//! async fn paid(State(app): State<App>, webhook: Webhook) -> Response {
//!     webhook.once(&*app.seen, async |event| {
//!         match (&event.kind, event.typed_data().map_err(CallFailed)?) {
//!             (EventType::CommerceChargePaid, EventData::Payment(paid)) => {
//!                 println!("read charge {:?} again, then ship", paid.payment_id);
//!             }
//!             _ => println!("a test, or an event of another type"),
//!         }
//!         Ok(())
//!     }).await
//! }
//!
//! let verifier = Verifier::new("the secret of the endpoint, 64 hexadecimal digits")?;
//! let app = App { webhooks: Webhooks::new(verifier), seen: Arc::default() };
//! let router: Router = Router::new().route("/webhooks", post(paid)).with_state(app);
//! # Ok::<(), codespar_proto::webhook::WebhookError>(())
//! ```
//!
//! - [`Webhook`] is an extractor: the delivery, verified. [`Webhooks::layer`] verifies before any
//!   handler and leaves the [`Delivery`] in the request's extensions.
//! - [`Webhook::once`] does the work of an event once and answers so that the service repeats what
//!   failed, and nothing else.
//! - [`WebhookRejection`] is what everybody else is answered: 401 for what is unsigned, forged or
//!   stale, 400 for what is broken, 413 for what is too large.
//! - [`CallFailed`] answers for a call of your own that failed, by what happened to the money.
//!
//! Other frameworks: [`Verifier::verify_request`] takes any `http::Request` whose body was read. A
//! whole service is `examples/order_service.rs` in the repository.
//!
//! [`Delivery`]: codespar_proto::webhook::Delivery
//! [`Verifier::verify_request`]: codespar_proto::webhook::Verifier::verify_request

#![cfg_attr(docsrs, feature(doc_cfg))]

mod call_failed;
mod layer;
mod rejection;
mod webhook;
mod webhooks;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use self::{
    call_failed::CallFailed,
    layer::{VerifyLayer, VerifyService},
    rejection::WebhookRejection,
    webhook::Webhook,
    webhooks::Webhooks,
};
