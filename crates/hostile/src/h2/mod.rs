//! A hostile peer that speaks HTTP/2: frames written by hand, over TLS.

mod connection;
mod fault;
pub mod frame;
mod peer;
mod window;

pub use self::{
    fault::{H2_FAULTS, H2Fault, Line, Manner, good},
    peer::{H2Peer, Habits},
};
