//! Keys, tokens, cookies, secrets, Pix codes and documents are never shown: not by `Debug`, not by
//! errors, not to `log` or `tracing`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod coverage;
mod errors;
mod made;
mod planted;
mod traces;
mod types;
mod values;
