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
    /// The entry that this one takes back.
    pub(crate) reverses: Option<u64>,
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

    /// Whether it is of a payment under a mandate: others may have the same name.
    pub(crate) fn is_of_payment(&self, mandate: &str, attempt: &str) -> bool {
        self.is_of_attempt(attempt) && self.posting.mandate.as_deref() == Some(mandate)
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

    fn apply(&mut self, change: &Change) {
        self.booked = self.booked.saturating_add(change.booked);
        self.held = self.held.saturating_add(change.held);
        self.open_holds = self.open_holds.saturating_add_signed(change.holds);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.booked = self.booked.saturating_add(other.booked);
        self.held = self.held.saturating_add(other.held);
        self.open_holds += other.open_holds;
    }
}

/// What an entry changes of what is held in its currency.
#[derive(Default)]
struct Change {
    booked: i64,
    held: i64,
    holds: i64,
}

/// Project, wallet and currency.
type Place = (String, String, String);

/// A balance that is less than it was at the last look.
pub(crate) struct Fall {
    pub(crate) project: String,
    pub(crate) wallet: String,
    pub(crate) currency: String,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

#[derive(Default)]
pub(crate) struct Books {
    entries: Vec<Entry>,
    /// What is left of the holds that are open, by the numbers of their entries.
    holds: BTreeMap<u64, i64>,
    funds: BTreeMap<Place, Funds>,
    /// What the wallets of a project hold together, by project and currency.
    totals: BTreeMap<(String, String), Funds>,
    /// What was held at the last look where something was posted since, oldest first.
    before: Vec<(Place, i64)>,
}

impl Books {
    /// Posts an entry; gives its number. Entries are numbered apart from other things: some are
    /// posted when their time is there, and must not change the ids of others.
    pub(crate) fn post(&mut self, project: &str, posting: Posting, at: Timestamp) -> u64 {
        let id = self.entries.len() as u64 + 1;
        let change = self.change(id, &posting);
        let currency = posting.currency.clone();
        let place = (project.to_owned(), posting.wallet.clone(), currency.clone());
        let funds = self.funds.entry(place.clone()).or_default();
        let before = funds.booked;
        funds.apply(&change);
        if !self.before.iter().any(|(known, _)| *known == place) {
            self.before.push((place, before));
        }
        let total = self.totals.entry((project.to_owned(), currency)).or_default();
        total.apply(&change);
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

    /// What an entry changes. A hold holds until it is spent or given back, in parts or whole, and
    /// never gives more than is left of it.
    fn change(&mut self, id: u64, posting: &Posting) -> Change {
        let amount = posting.amount_minor;
        match posting.kind {
            "hold" => {
                let held = amount.saturating_neg();
                self.holds.insert(id, held);
                Change { held, holds: 1, ..Change::default() }
            }
            "release" => self.take_held(posting.hold, amount),
            "reconcile" => Change::default(),
            "debit" | "reverse" => {
                let ended = self.take_held(posting.hold, amount.saturating_neg());
                Change { booked: amount, ..ended }
            }
            _ => Change { booked: amount, ..Change::default() },
        }
    }

    fn take_held(&mut self, hold: Option<u64>, amount: i64) -> Change {
        let found = hold.and_then(|id| Some((id, *self.holds.get(&id)?)));
        let Some((id, left)) = found else { return Change::default() };
        let taken = amount.min(left);
        let is_over = taken == left;
        if is_over {
            self.holds.remove(&id);
        } else {
            self.holds.insert(id, left.saturating_sub(taken));
        }
        Change { held: taken.saturating_neg(), holds: -i64::from(is_over), booked: 0 }
    }

    /// The balances that have fallen since this was asked last, oldest first. What went down and up
    /// again in between has not.
    pub(crate) fn take_falls(&mut self) -> Vec<Fall> {
        let changed = std::mem::take(&mut self.before).into_iter();
        let falls = changed.filter_map(|(place, before)| {
            let after = self.funds.get(&place)?.booked;
            let (project, wallet, currency) = place;
            (after < before).then_some(Fall { project, wallet, currency, before, after })
        });
        falls.collect()
    }

    /// How much of an entry can still be undone: given back of a hold, taken back of another.
    pub(crate) fn left_of(&self, entry: &Entry) -> i64 {
        if entry.is("hold") {
            return self.holds.get(&entry.id).copied().unwrap_or_default();
        }
        let undoes = |other: &&Entry| other.posting.reverses == Some(entry.id);
        let undone = self.list(&entry.project).filter(undoes);
        // A devolution in the wrong direction has the sign of what it is of, and counts as well.
        let amount = |it: &Entry| it.posting.amount_minor.saturating_abs();
        let undone = undone.fold(0_i64, |sum, it| sum.saturating_add(amount(it)));
        amount(entry).saturating_sub(undone).max(0)
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

    /// What is held in a wallet for an attempt under a mandate, and not yet spent or given back.
    pub(crate) fn open_hold<'a>(
        &'a self,
        project: &'a str,
        (wallet, mandate, attempt): (&str, &str, &str),
    ) -> Option<&'a Entry> {
        self.list(project).find(|entry| {
            entry.is("hold")
                && entry.is_of_payment(mandate, attempt)
                && entry.posting.wallet == wallet
                && self.left_of(entry) > 0
        })
    }
}
