//! What needs a feature says which.

use codespar_blocking::{mandate, registry, testing::Replay, upivia, webhook::Verifier};

fn main() {}
