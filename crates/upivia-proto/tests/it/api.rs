//! The subjects of the API: what is sent, and what is made of the answers.

mod agents;
mod answers;
mod bad_files;
mod bad_input;
mod begun;
mod knowledge;
mod memory;
mod ops;
mod requests;
mod rooms;
mod storage;
mod triggers;
mod waits;
mod workflows;
mod workspace;
