//! Keys, tokens, cookies, secrets, Pix codes and documents are never shown by `Debug`. What errors
//! and logs show is looked at in `tests/logs`.

mod coverage;
mod made;
mod planted;
mod types;
mod values;
