//! The audit trail: entries that are linked by their hashes, and anchors of its head.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::store::{
    clock::{Now, rfc3339},
    hex::hex,
};

/// What was done, and the hash that links it to what was done before.
pub(crate) struct AuditEntry {
    pub(crate) sequence: u64,
    pub(crate) kind: &'static str,
    /// The project it was done in; none where it concerns the organization.
    pub(crate) project: Option<String>,
    /// The person who did it; none where a key did.
    pub(crate) person: Option<&'static str>,
    pub(crate) at: Timestamp,
    pub(crate) payload: Value,
    pub(crate) previous: String,
    pub(crate) hash: String,
}

/// The head of the trail at some time, as it is shown to others.
#[derive(Clone)]
pub(crate) struct Anchor {
    pub(crate) id: String,
    pub(crate) sequence: u64,
    pub(crate) hash: String,
    pub(crate) at: String,
}

/// The whole trail, oldest first.
#[derive(Default)]
pub(crate) struct AuditLog {
    pub(crate) entries: Vec<AuditEntry>,
    pub(crate) anchors: Vec<Anchor>,
}

impl AuditEntry {
    /// The hash that it must have, by what it says.
    pub(crate) fn expected_hash(&self) -> String {
        let said = json!([
            self.sequence,
            self.kind,
            rfc3339(self.at),
            self.project,
            self.person,
            self.payload,
            self.previous,
        ]);
        hex(&Sha256::digest(said.to_string().as_bytes()))
    }
}

impl AuditLog {
    /// Writes down what was done; gives the hash of the entry.
    pub(crate) fn add(
        &mut self,
        project: Option<&str>,
        person: Option<&'static str>,
        kind: &'static str,
        payload: Value,
        now: Now,
    ) -> String {
        let mut entry = AuditEntry {
            sequence: self.head() + 1,
            kind,
            project: project.map(str::to_owned),
            person,
            at: now.wall,
            payload,
            previous: self.head_hash(),
            hash: String::new(),
        };
        entry.hash = entry.expected_hash();
        let hash = entry.hash.clone();
        self.entries.push(entry);
        hash
    }

    /// The number of the last entry, 0 before the first.
    pub(crate) fn head(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.sequence)
    }

    /// The hash of the last entry; before the first what that one links to.
    pub(crate) fn head_hash(&self) -> String {
        self.entries.last().map_or_else(|| "0".repeat(64), |entry| entry.hash.clone())
    }
}
