//! Timestamps, kept as the server wrote them.

pub use codespar_engine::Timestamp;
