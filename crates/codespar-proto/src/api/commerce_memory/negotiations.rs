//! What was negotiated with counterparties.

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{answer::require_list, commerce_memory::CommerceMemory},
    check::{check_filled, check_range},
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what was negotiated with counterparties, newest first.
    fn negotiations(; query: &ListNegotiations) -> Vec<Negotiation>:
        "commerce_memory.negotiations" GET "/v1/commerce-memory/negotiations", read rows;
    /// Records a negotiation of a price and its outcome; each call is another record.
    fn record_negotiation(; json: &RecordNegotiation) -> Negotiation:
        "commerce_memory.record_negotiation" POST "/v1/commerce-memory/negotiations";
}

impl<T: Transport> CommerceMemory<T> {
    /// What was negotiated, newest first (`GET /v1/commerce-memory/negotiations`). There is no
    /// cursor.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::{ListNegotiations, NegotiationOutcome};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let agreed = ListNegotiations::default().outcome(NegotiationOutcome::Agreed);
    /// for negotiation in client.commerce_memory().negotiations(&agreed).send()? {
    ///     println!("{:?} {:?}", negotiation.item, negotiation.agreed_price_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn negotiations(&self, args: &ListNegotiations) -> Call<T, Vec<Negotiation>> {
        self.client().call(negotiations(self.client().service(), args))
    }

    /// Records a negotiation (`POST /v1/commerce-memory/negotiations`). It is a record: no money
    /// moves. A repeat is a second record.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `counterparty_id`, `item` or `agreed_price_minor`; `Api` with
    /// `counterparty_not_found`.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::{NegotiationOutcome, RecordNegotiation};
    /// use codespar_proto::{Currency, Minor};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paper = RecordNegotiation::new("cp_1", "paper, A4", Currency::BRL)
    ///     .initial_price_minor(Minor::new(3_000))
    ///     .agreed_price_minor(Minor::new(2_750))
    ///     .outcome(NegotiationOutcome::Agreed);
    /// client.commerce_memory().record_negotiation(&paper).send()?;
    /// # Ok(()) }
    /// ```
    pub fn record_negotiation(&self, args: &RecordNegotiation) -> Call<T, Negotiation> {
        self.client().call(record_negotiation(self.client().service(), args))
    }
}

/// How a negotiation ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NegotiationOutcome {
    /// There is a price both agreed to.
    Agreed,
    /// One of them declined.
    Declined,
    /// It goes on.
    Pending,
    /// It ran out.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which negotiations are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListNegotiations {
    /// With this counterparty only.
    pub counterparty_id: Option<String>,
    /// Only those that ended so.
    pub outcome: Option<NegotiationOutcome>,
    /// About this item only, to the letter.
    pub item_ref: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: Option<u32>,
}

impl ListNegotiations {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=500)
    }
}

/// A negotiation: with whom, about what, in which currency.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RecordNegotiation {
    /// The counterparty, by its id.
    pub counterparty_id: String,
    /// What was negotiated about, for people.
    pub item: String,
    /// The currency of the prices.
    #[wire(into)]
    pub currency: Currency,
    /// What was negotiated about, for programs.
    pub item_ref: Option<String>,
    /// The price it began with, in minor units.
    pub initial_price_minor: Option<Minor>,
    /// The price that was agreed to, in minor units; needed where one was.
    pub agreed_price_minor: Option<Minor>,
    /// How many offers were made; 1 where nothing is said.
    pub rounds: Option<u32>,
    /// How it ended; not yet where nothing is said.
    pub outcome: Option<NegotiationOutcome>,
    /// The agent that negotiated.
    pub agent_id: Option<String>,
    /// When it began; now where nothing is said.
    #[wire(into)]
    pub started_at: Option<Timestamp>,
    /// When it ended; passed over while it goes on.
    #[wire(into)]
    pub closed_at: Option<Timestamp>,
    /// Whatever else belongs to it.
    pub metadata: Option<BTreeMap<String, Json>>,
}

impl RecordNegotiation {
    fn check(&self) -> Result<(), Error> {
        check_filled("counterparty_id", &self.counterparty_id)?;
        check_filled("item", &self.item)?;
        let is_agreed = self.outcome == Some(NegotiationOutcome::Agreed);
        if is_agreed && self.agreed_price_minor.is_none() {
            return Err(Error::config("agreed_price_minor", "expected the price agreed to"));
        }
        Ok(())
    }
}

/// A negotiation with a counterparty.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Negotiation {
    /// Its id: `neg_…`.
    pub id: String,
    /// The counterparty, by its id.
    pub counterparty_id: Option<String>,
    /// What was negotiated about, for people.
    pub item: Option<String>,
    /// What was negotiated about, for programs.
    pub item_ref: Option<String>,
    /// The price it began with, in minor units.
    pub initial_price_minor: Option<Minor>,
    /// The price that was agreed to, in minor units.
    pub agreed_price_minor: Option<Minor>,
    /// The currency of the prices.
    pub currency: Option<Currency>,
    /// How many offers were made.
    pub rounds: Option<u64>,
    /// How it ended.
    pub outcome: Option<NegotiationOutcome>,
    /// The agent that negotiated.
    pub agent_id: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Whatever else belongs to it.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    negotiations: Option<Vec<Negotiation>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Negotiation>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "negotiations", rows.negotiations)
}
