//! Chat, triggers, files, knowledge and tools: what is sent, and what is made of the answers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "chat_and_files/bad_input.rs"]
mod bad_input;
#[path = "chat_and_files/chat.rs"]
mod chat;
#[path = "chat_and_files/knowledge.rs"]
mod knowledge;
#[path = "chat_and_files/large.rs"]
mod large;
#[path = "chat_and_files/storage.rs"]
mod storage;
#[path = "api/support.rs"]
mod support;
#[path = "chat_and_files/toolkit.rs"]
mod toolkit;
#[path = "chat_and_files/triggers.rs"]
mod triggers;
#[path = "chat_and_files/turn.rs"]
mod turn;
