//! Chat: sessions, turns, and what they refuse.

mod bad_input;
mod decided_turn;
mod sessions;
mod turn;
