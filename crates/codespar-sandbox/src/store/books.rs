//! The books: what was posted to wallets, and what they hold after it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// The kinds of an entry, as they are written.
pub(crate) const KINDS: [&str; 7] =
    ["fund", "hold", "release", "debit", "reconcile", "reverse", "fee"];

/// What is to be posted. Amounts are in minor units and have a sign: what comes in is positive.
#[derive(Clone, Default)]
pub(crate) struct Posting {
    pub(crate) wallet: String,
    pub(crate) currency: String,
    /// One of [`KINDS`].
    pub(crate) kind: &'static str,
    pub(crate) amount_minor: i64,
    pub(crate) mandate: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) attempt: Option<String>,
    pub(crate) external_ref: Option<String>,
    /// The entry that held what this one spends or gives back.
    pub(crate) hold: Option<u64>,
    pub(crate) receipt: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) rail: Option<String>,
    /// Set where it is money received for something sold.
    pub(crate) is_sale: bool,
    /// Set where a person approved it, above what the mandate allows by itself.
    pub(crate) is_approved: bool,
    /// How test money came to be, where it is that.
    pub(crate) test_funding: Option<&'static str>,
    pub(crate) metadata: Value,
}

/// An entry of the books.
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) project: String,
    pub(crate) posted_at: Timestamp,
    pub(crate) reconciled_at: Option<Timestamp>,
    /// What all wallets of the project hold in its currency after it.
    pub(crate) balance_after: i64,
    pub(crate) posting: Posting,
}

impl Entry {
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.posting.kind == kind
    }

    pub(crate) fn is_of_attempt(&self, attempt: &str) -> bool {
        self.posting.attempt.as_deref() == Some(attempt)
    }
}

/// What is held in one currency.
#[derive(Clone, Copy, Default)]
pub(crate) struct Funds {
    pub(crate) booked: i64,
    /// What is held for payments, zero or more.
    pub(crate) held: i64,
    pub(crate) open_holds: u64,
}

impl Funds {
    pub(crate) fn available(self) -> i64 {
        self.booked.saturating_sub(self.held)
    }

    fn post(&mut self, posting: &Posting) {
        let amount = posting.amount_minor;
        match posting.kind {
            "hold" => {
                self.held = self.held.saturating_sub(amount);
                self.open_holds += 1;
            }
            "release" => self.end_hold(amount),
            "reconcile" => {}
            kind => {
                self.booked = self.booked.saturating_add(amount);
                if kind == "debit" && posting.hold.is_some() {
                    self.end_hold(amount.saturating_neg());
                }
            }
        }
    }

    fn end_hold(&mut self, amount: i64) {
        self.held = self.held.saturating_sub(amount);
        self.open_holds = self.open_holds.saturating_sub(1);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.booked = self.booked.saturating_add(other.booked);
        self.held = self.held.saturating_add(other.held);
        self.open_holds += other.open_holds;
    }
}

/// Project, wallet and currency.
type Place = (String, String, String);

#[derive(Default)]
pub(crate) struct Books {
    entries: Vec<Entry>,
    funds: BTreeMap<Place, Funds>,
    /// What the wallets of a project hold together, by project and currency.
    totals: BTreeMap<(String, String), Funds>,
}

impl Books {
    /// Posts an entry; gives its number. Entries are numbered apart from other things: some are
    /// posted when their time is there, and must not change the ids of others.
    pub(crate) fn post(&mut self, project: &str, posting: Posting, at: Timestamp) -> u64 {
        let currency = posting.currency.clone();
        let place = (project.to_owned(), posting.wallet.clone(), currency.clone());
        self.funds.entry(place).or_default().post(&posting);
        let total = self.totals.entry((project.to_owned(), currency)).or_default();
        total.post(&posting);
        let id = self.entries.len() as u64 + 1;
        self.entries.push(Entry {
            id,
            project: project.to_owned(),
            posted_at: at,
            reconciled_at: None,
            balance_after: total.booked,
            posting,
        });
        id
    }

    /// Lets a wallet have a currency before anything is posted in it.
    pub(crate) fn open(&mut self, project: &str, wallet: &str, currency: &str) {
        let place = (project.to_owned(), wallet.to_owned(), currency.to_owned());
        self.funds.entry(place).or_default();
    }

    /// What a wallet holds in one currency.
    pub(crate) fn funds(&self, project: &str, wallet: &str, currency: &str) -> Funds {
        let place = (project.to_owned(), wallet.to_owned(), currency.to_owned());
        self.funds.get(&place).copied().unwrap_or_default()
    }

    /// The currencies that a wallet has, and what it holds in each.
    pub(crate) fn of_wallet<'a>(
        &'a self,
        project: &'a str,
        wallet: &'a str,
    ) -> impl Iterator<Item = (&'a str, Funds)> {
        let mine = move |place: &Place| place.0 == project && place.1 == wallet;
        self.funds
            .iter()
            .filter(move |(place, _)| mine(place))
            .map(|(place, funds)| (place.2.as_str(), *funds))
    }

    /// The entries of a project, newest first.
    pub(crate) fn list<'a>(&'a self, project: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().rev().filter(move |entry| entry.project == project)
    }

    pub(crate) fn list_mut<'a>(
        &'a mut self,
        project: &'a str,
    ) -> impl Iterator<Item = &'a mut Entry> {
        self.entries.iter_mut().rev().filter(move |entry| entry.project == project)
    }

    pub(crate) fn find(&self, project: &str, id: u64) -> Option<&Entry> {
        let index = usize::try_from(id).ok()?.checked_sub(1)?;
        self.entries.get(index).filter(|entry| entry.project == project)
    }

    /// What is held for an attempt and not yet spent or given back.
    pub(crate) fn open_hold<'a>(&'a self, project: &'a str, attempt: &str) -> Option<&'a Entry> {
        let ends = ["hold", "release", "debit"];
        let mut of_attempt = self.list(project).filter(|entry| entry.is_of_attempt(attempt));
        of_attempt.find(|it| ends.contains(&it.posting.kind)).filter(|it| it.is("hold"))
    }
}
