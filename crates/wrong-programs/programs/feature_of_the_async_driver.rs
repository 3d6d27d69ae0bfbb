//! What needs a feature says which.

use codespar_async::{mandate, registry, testing::Replay, upivia, webhook::Verifier};

fn main() {}
