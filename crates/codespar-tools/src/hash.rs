//! Hashes of texts, as hexadecimal digits.

use sha2::{Digest as _, Sha256};

/// The hash of several texts, which are told apart: 64 hexadecimal digits.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    #[test]
    fn parts_are_told_apart() {
        assert_ne!(super::hash(["ab", "c"]), super::hash(["a", "bc"]));
        assert_eq!(super::hash(["ab", "c"]).len(), 64);
    }
}
