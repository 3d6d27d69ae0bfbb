//! A server with the faults of real networks, and what the clients make of it.
//!
//! [`Peer`] is a loopback server that answers each request by a script of [`Act`]s: it stalls,
//! cuts, resets, lies, floods. [`TlsPeer`] shows certificates that prove nothing. [`Driver`] runs
//! the same operation through either transport, [`Operation`] is one of each kind of both APIs,
//! request by request ([`Step`]), and [`Fault`] says of each fault what has to come of it. The
//! tests lay them side by side.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

mod act;
mod clients;
mod collector;
mod expect;
mod fault;
mod guard;
pub mod h2;
mod ledger;
mod operation;
mod peer;
mod recorded;
mod request;
mod shown;
mod step;
mod tls;

pub use testing_support::driver::{Driver, runtime};

pub use self::{
    act::{Act, Gate, chunk, head, ok, stream_head},
    clients::{Clients, Settings, client, clients, config, settings},
    collector::{collect_logs, dumped, logged},
    expect::{Expect, Repeat},
    fault::{FAULTS, Fault},
    guard::{LONG, each, guarded},
    ledger::{CallRecord, Ledger, chance, check_verdict, mark, marked},
    operation::{OPERATIONS, Operation, Outcome, UNREAD},
    peer::{Peer, Reserved},
    recorded::{recorded, recorded_bodies, recorded_objects},
    request::Request,
    shown::{around, everything},
    step::{Kind, Step},
    tls::{Certificate, TlsPeer},
};
