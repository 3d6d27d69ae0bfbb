//! What is done with one session.

mod send;
mod status;
