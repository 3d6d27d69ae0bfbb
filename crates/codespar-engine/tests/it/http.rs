//! Requests and responses: how they are written, and whose they are.

mod content;
mod credentials;
mod elsewhere;
mod encoding;
