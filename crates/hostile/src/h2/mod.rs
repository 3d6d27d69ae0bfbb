//! A hostile peer that speaks HTTP/2: frames written by hand, over TLS.

mod connection;
mod fault;
mod faults;
pub mod frame;
mod peer;
mod shared;
mod window;

pub use self::{
    fault::{H2Fault, Line, Manner},
    faults::{good, h2_faults},
    peer::H2Peer,
    shared::Habits,
};
