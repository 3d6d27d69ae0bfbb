//! A server with the faults of real networks, and what the clients make of it.
//!
//! [`Peer`] is a loopback server that answers each request by a script of [`Act`]s: it stalls,
//! cuts, resets, lies, floods. [`TlsPeer`] shows certificates that prove nothing. [`Driver`] runs
//! the same operation through either transport, [`Operation`] is one of each kind, and [`Fault`]
//! says of each fault what has to come of it. The tests lay them side by side.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

mod act;
pub mod answers;
mod collector;
mod driver;
mod fault;
mod guard;
mod operation;
mod peer;
mod recorded;
mod request;
mod tls;
mod upivia;

pub use self::{
    act::{Act, chunk, head, ok, stream_head},
    answers::{Reader, codespar_answers, codespar_arguments, webhook_answers},
    collector::{collect_logs, dumped, logged},
    driver::{Driver, client, config, runtime, settings},
    fault::{Again, Expect, FAULTS, Fault},
    guard::{each, guarded},
    operation::{Kind, OPERATIONS, Operation, Outcome},
    peer::Peer,
    recorded::{recorded, recorded_bodies, recorded_objects},
    request::Request,
    tls::{Certificate, TlsPeer},
    upivia::upivia_answers,
};
