//! Chat: sessions, turns, and what they refuse.

mod bad_input;
mod sessions;
mod turn;
