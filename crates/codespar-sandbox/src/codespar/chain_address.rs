//! Addresses on a chain, of which the sandbox has none.

use sha2::{Digest, Sha256};

use crate::store::hex::hex;

/// Whether a text has the form of an address on a chain.
pub(crate) fn is_address(text: &str) -> bool {
    let are_digits = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.strip_prefix("0x").is_some_and(|rest| !rest.is_empty() && are_digits(rest))
}

/// The address that a consumer is given.
pub(crate) fn made_address(consumer: &str) -> String {
    let digest = hex(&Sha256::digest(consumer.as_bytes()));
    format!("0x{}", digest.get(..40).unwrap_or_default())
}
