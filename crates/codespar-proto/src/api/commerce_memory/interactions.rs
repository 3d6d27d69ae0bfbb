//! What happened between the project and its counterparties.

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{answer::require_list, commerce_memory::CommerceMemory},
    check::{check_filled, check_range},
    types::{
        decimal_text::DecimalText,
        money::{Currency, Minor},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what happened between the project and its counterparties, newest first.
    fn interactions(; query: &ListInteractions) -> Vec<Interaction>:
        "commerce_memory.interactions" GET "/v1/commerce-memory/interactions", read rows;
    /// Records what happened between the project and a counterparty; no money moves.
    fn record_interaction(; json: &RecordInteraction) -> Interaction:
        "commerce_memory.record_interaction" POST "/v1/commerce-memory/interactions",
        read read_recorded;
}

impl<T: Transport> CommerceMemory<T> {
    /// What happened, newest first (`GET /v1/commerce-memory/interactions`). There is no cursor:
    /// walk backwards with `until`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::{InteractionKind, ListInteractions};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let orders = ListInteractions::default().kind(InteractionKind::Order).limit(100);
    /// for order in client.commerce_memory().interactions(&orders).send()? {
    ///     println!("{:?} {:?}", order.amount_minor, order.currency);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn interactions(&self, args: &ListInteractions) -> Call<T, Vec<Interaction>> {
        self.client().call(interactions(self.client().service(), args))
    }

    /// Records what happened (`POST /v1/commerce-memory/interactions`). It is a record: no money
    /// moves.
    ///
    /// Under the same `source` and `source_ref` it is recorded once: the answer is then the record
    /// that is there, and `idempotent` says so. Without `source_ref` each call is another record.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `counterparty_id`, `amount_minor` or `currency`; `Api` with
    /// `counterparty_not_found`, or `idempotent_lookup_failed` (500), when nothing was written.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::{InteractionKind, RecordInteraction};
    /// use codespar_proto::{Currency, Minor};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paid = RecordInteraction::new("cp_1", InteractionKind::Payment);
    /// let paid = paid.amount_minor(Minor::new(12_500)).currency(Currency::BRL);
    /// let paid = paid.source_ref("inv-7");
    /// client.commerce_memory().record_interaction(&paid).send()?;
    /// # Ok(()) }
    /// ```
    pub fn record_interaction(&self, args: &RecordInteraction) -> Call<T, Interaction> {
        self.client().call(record_interaction(self.client().service(), args))
    }
}

/// What it was that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractionKind {
    /// A price was asked for or given.
    Quote,
    /// A price was negotiated.
    Negotiation,
    /// Something was ordered.
    Order,
    /// An invoice was written.
    Invoice,
    /// Something was paid.
    Payment,
    /// Something was sent.
    Shipment,
    /// Somebody wrote a message.
    Message,
    /// It is something else.
    #[serde(rename = "other")]
    Unlisted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where a record comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InteractionSource {
    /// An agent ran a tool.
    AgentExecute,
    /// A provider told it.
    Webhook,
    /// A person wrote it down.
    Manual,
    /// It was filled in later.
    Backfill,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which interactions are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListInteractions {
    /// With this counterparty only.
    pub counterparty_id: Option<String>,
    /// Only those of this kind.
    pub kind: Option<InteractionKind>,
    /// Not those before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only those before.
    #[wire(into)]
    pub until: Option<Timestamp>,
    /// How many at most, 1 to 500.
    pub limit: Option<u32>,
}

impl ListInteractions {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=500)
    }
}

/// What happened, and with which counterparty.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RecordInteraction {
    /// The counterparty, by its id.
    pub counterparty_id: String,
    /// What it was that happened.
    #[wire(into)]
    pub kind: InteractionKind,
    /// The amount in minor units; with a currency, or not at all.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount.
    #[wire(into)]
    pub currency: Option<Currency>,
    /// When it happened; now where nothing is said.
    #[wire(into)]
    pub occurred_at: Option<Timestamp>,
    /// Where it comes from; an agent where nothing is said.
    pub source: Option<InteractionSource>,
    /// Its id at the source: under the same one it is recorded once.
    pub source_ref: Option<String>,
    /// The agent that did it.
    pub agent_id: Option<String>,
    /// Whatever else belongs to it.
    pub metadata: Option<BTreeMap<String, Json>>,
}

impl RecordInteraction {
    fn check(&self) -> Result<(), Error> {
        check_filled("counterparty_id", &self.counterparty_id)?;
        match (&self.amount_minor, &self.currency) {
            (Some(_), None) => Err(Error::config("currency", "expected one with an amount")),
            (None, Some(_)) => Err(Error::config("amount_minor", "expected one with a currency")),
            _ => self.source_ref.as_deref().map_or(Ok(()), |it| check_filled("source_ref", it)),
        }
    }
}

/// What happened between the project and a counterparty.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Interaction {
    /// Its id: `ci_…`.
    pub id: String,
    /// The counterparty, by its id.
    pub counterparty_id: Option<String>,
    /// What it was that happened.
    pub kind: Option<InteractionKind>,
    /// The amount in minor units, rounded away from zero.
    pub amount_minor: Option<Minor>,
    /// The amount in the smallest units of its currency, exactly: centavos, or millionths of a
    /// USDC.
    pub amount_native: Option<String>,
    /// The amount in major units, exactly.
    pub amount: Option<DecimalText>,
    /// The currency of the amount.
    pub currency: Option<Currency>,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// Where it comes from.
    pub source: Option<InteractionSource>,
    /// Its id at the source.
    pub source_ref: Option<String>,
    /// The agent that did it.
    pub agent_id: Option<String>,
    /// Whatever else belongs to it.
    pub metadata: Option<Json>,
    /// `true` where it was recorded before, and nothing was written now.
    pub idempotent: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    interactions: Option<Vec<Interaction>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Interaction>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "interactions", rows.interactions)
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Recorded {
    idempotent: Option<bool>,
    interaction: Option<Interaction>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was there before is wrapped, what is new is not.
fn read_recorded(answer: Response) -> Result<Interaction, Error> {
    let recorded: Recorded = answer.json()?;
    match recorded.interaction {
        Some(before) => Ok(Interaction { idempotent: recorded.idempotent, ..before }),
        None => answer.json(),
    }
}
