//! The payments that can be given back: what a consumer received, or has paid.

use serde_json::Value;

use crate::{
    codespar::{
        consumers::{pix, pix_devolutions::CURRENCY},
        wallets,
    },
    server::request::Request,
    store::{
        books::Entry,
        json::{matches, member, text},
        records::payment::AttemptState,
    },
};

/// The payment that is given back.
pub(super) struct Original {
    pub(super) minor: i64,
    /// Whether the consumer received it, and has not paid it.
    pub(super) received: bool,
    pub(super) payment: Value,
    pub(super) charge: Value,
    /// The number of its entry in the books.
    pub(super) entry: u64,
}

impl Original {
    /// The payment of this consumer with this end-to-end id.
    pub(super) fn find(req: &Request<'_>, end_to_end: &str) -> Option<Self> {
        Self::of_code(req, end_to_end)
            .or_else(|| Self::of_link(req, end_to_end))
            .or_else(|| Self::of_spend(req, end_to_end))
            .or_else(|| Self::of_entry(req, end_to_end))
    }

    /// What was paid for a Pix code.
    fn of_code(req: &Request<'_>, end_to_end: &str) -> Option<Self> {
        let code = pix::codes(req).find(|row| text(row, "end_to_end_id") == end_to_end)?;
        Some(Self {
            minor: member(code, "amount_minor").as_i64()?,
            received: true,
            payment: Value::Null,
            charge: member(code, "charge_id").clone(),
            entry: named(req, end_to_end, &["fund"])?.id,
        })
    }

    /// What a collect link of the consumer received.
    fn of_link(req: &Request<'_>, end_to_end: &str) -> Option<Self> {
        let selling = &req.state.selling;
        let mut payments = selling.collect_payments.list(req.project);
        let payment = payments.find(|row| text(row, "end_to_end_id") == end_to_end)?;
        let link = selling.collect_links.find(req.project, text(payment, "link_id"))?;
        matches(link, "consumer_id", Some(req.id())).then_some(())?;
        Some(Self {
            minor: member(payment, "amount_minor").as_i64()?,
            received: true,
            payment: Value::Null,
            charge: member(payment, "charge_id").clone(),
            entry: text(payment, "ledger_entry_id").parse().ok()?,
        })
    }

    /// What was paid under a mandate of the consumer.
    fn of_spend(req: &Request<'_>, end_to_end: &str) -> Option<Self> {
        let made = req.state.attempts.iter().filter(|made| made.project == req.project);
        let answers = made.filter_map(|made| match &made.end {
            AttemptState::Settled(answer) => Some(answer),
            _ => None,
        });
        let mut of_consumer = answers.filter(|it| {
            let mandate = member(it, "mandate");
            matches(mandate, "consumer_id", Some(req.id())) && text(mandate, "currency") == CURRENCY
        });
        let spend =
            of_consumer.find(|it| text(member(it, "payment"), "endToEndId") == end_to_end)?;
        let payment = member(spend, "payment");
        Some(Self {
            minor: member(payment, "amountMinor").as_i64()?,
            received: false,
            payment: member(payment, "transactionId").clone(),
            charge: Value::Null,
            entry: text(member(spend, "wallet"), "debitEntryId").parse().ok()?,
        })
    }

    /// What was posted by hand, and transfers.
    fn of_entry(req: &Request<'_>, end_to_end: &str) -> Option<Self> {
        let entry = named(req, end_to_end, &["fund", "debit"])?;
        Some(Self {
            minor: entry.posting.amount_minor.saturating_abs(),
            received: entry.is("fund"),
            payment: Value::Null,
            charge: Value::Null,
            entry: entry.id,
        })
    }
}

/// The newest entry in the wallet of the consumer that has this reference and is of these kinds.
fn named<'a>(req: &'a Request<'_>, end_to_end: &str, kinds: &[&str]) -> Option<&'a Entry> {
    let wallet = wallets::consumer_wallet(req.id());
    req.state.books.list(req.project).find(|entry| {
        let posting = &entry.posting;
        posting.external_ref.as_deref() == Some(end_to_end)
            && kinds.contains(&posting.kind)
            && posting.wallet == wallet
            && posting.currency == CURRENCY
    })
}
