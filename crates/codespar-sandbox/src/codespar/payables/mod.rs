//! Payables: files with documents to pay, and batches of payments.

pub(crate) mod batches;
pub(crate) mod documents;
pub(crate) mod files;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        request::Request,
    },
    store::{
        hex::hex,
        records::batch::{Batch, Item},
    },
};

impl Batch {
    fn row(&self) -> Value {
        let payable = self.items.iter().filter(|item| item.counts());
        let amounts = payable.clone().filter_map(|item| item.amount_minor);
        let amount = amounts.fold(0, i64::saturating_add);
        let excluded = self.items.iter().filter(|item| item.state == "excluded").count();
        let rows = self.items.iter().enumerate();
        json!({
            "batch_id": self.id,
            "status": self.status,
            "version": self.version,
            "list_hash": self.list_hash(),
            "currency": "BRL",
            "totals": {
                "items": self.items.len(),
                "payable_items": payable.count(),
                "excluded": excluded,
                "amount_minor": amount,
            },
            "confirmation": self.confirmation,
            "items": rows.map(|(position, item)| item.row(position)).collect::<Vec<_>>(),
            "created_at": self.created_at,
            "source": self.source,
            "conversation_id": self.conversation,
        })
    }

    /// A hash over what would be paid, which changes with every change of the list.
    fn list_hash(&self) -> String {
        let list: Vec<Value> = self.items.iter().map(Item::fingerprint).collect();
        hex(&Sha256::digest(Value::from(list).to_string().as_bytes()))
    }

    /// Counts a change of the list.
    fn bump_version(&mut self) {
        self.version += 1;
        let reviewing = self.items.iter().any(|item| item.state == "needs_complement");
        self.status = if reviewing { "reviewing" } else { "ready" };
    }

    /// Refuses a change made against an older list; the present one goes along.
    fn check_version(&self, expected: i64) -> Result<(), ApiError> {
        if self.version == expected {
            return Ok(());
        }
        Err(self.conflict("payable_batch_version_conflict"))
    }

    fn conflict(&self, code: &'static str) -> ApiError {
        error(409, code, "the list has changed").with("batch", self.row())
    }
}

/// The batch named in the path.
fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Batch, Refusal> {
    let (id, project) = (req.id().to_owned(), req.project);
    let mut batches = req.state.batches.iter_mut();
    let found = batches.find(|batch| batch.id == id && batch.project == project);
    found.ok_or_else(|| {
        error(404, "payable_batch_not_found", "no such batch in this project").into()
    })
}
