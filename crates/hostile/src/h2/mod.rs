//! A hostile peer that speaks HTTP/2: frames written by hand, over TLS.

mod connection;
mod fault;
mod faults;
pub mod frame;
mod peer;
mod plain;
mod shared;
mod window;

pub use self::{
    fault::{Fate, H2Fault, Manner},
    faults::{good, h2_faults},
    peer::H2Peer,
    shared::Habits,
};
