//! The card of a mandate (`/v1/consumers/mandates/{mandate_id}/card`).

use codespar_engine::{Answer, Args, Call, Error, Extra, Timestamp, driver::Transport, endpoints};

use crate::{
    api::mandates::{Mandates, answer_or_nothing},
    check::check_range,
    types::{minor_text::MinorText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Reads the card of a mandate and its latest authorizations, in minor units.
    fn card(mandate_id; query: &LatestAuthorizations) -> MandateCard:
        "mandates.card" GET "/v1/consumers/mandates/{mandate_id}/card";
    /// Takes the card of a mandate back; the issuer's card itself goes on.
    fn delete_card(mandate_id) -> UnboundCard:
        "mandates.delete_card" DELETE "/v1/consumers/mandates/{mandate_id}/card" Safe,
        read answer_or_nothing;
}

impl<T: Transport> Mandates<T> {
    /// The card of a mandate and its latest authorizations, newest first (`GET
    /// /v1/consumers/mandates/{mandate_id}/card`): 20 unless said otherwise, 100 at most. Amounts
    /// are texts of **minor** units.
    ///
    /// A mandate without a card has [`MandateCard::card`] `None`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `mandate_not_found` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let card = client.mandates().card("mdt_1", Some(10)).send()?;
    /// for authorization in card.authorizations {
    ///     println!("{:?} {:?}", authorization.decision, authorization.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn card(&self, mandate_id: &str, limit: Option<u32>) -> Call<T, MandateCard> {
        let args = LatestAuthorizations { limit };
        self.client().call(card(self.client().service(), mandate_id, &args))
    }

    /// Takes the card of a mandate back (`DELETE /v1/consumers/mandates/{mandate_id}/card`). The
    /// card is not canceled at its issuer: cancel it there as well.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment. The second time the server answers 404 `no_active_card`: after a lost answer that
    /// says that it is done.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found` or `no_active_card` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mandates().delete_card("mdt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete_card(&self, mandate_id: &str) -> Call<T, UnboundCard> {
        self.client().call(delete_card(self.client().service(), mandate_id))
    }
}

/// How many authorizations are read.
#[derive(Args)]
#[wire(check)]
struct LatestAuthorizations {
    /// How many at most, 1 to 100.
    #[wire(no_setter)]
    limit: Option<u32>,
}

impl LatestAuthorizations {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=100)
    }
}

/// The card of a mandate, with its latest authorizations.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MandateCard {
    /// The id of the mandate.
    pub mandate_id: Option<String>,
    /// The card that is bound to it, if any.
    pub card: Option<BoundCard>,
    /// What the card was used for, newest first.
    #[wire(default)]
    pub authorizations: Vec<CardAuthorization>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A card that is bound to a mandate.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct BoundCard {
    /// The id of the card at its issuer.
    pub card_id: Option<String>,
    /// The id of the consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The issuer's group of the card.
    pub affinity_group_id: Option<String>,
    /// The issuer's id of the holder.
    pub cardholder_id: Option<String>,
    /// The last four digits of its number.
    pub last_four: Option<String>,
    /// The brand of the card, such as `visa`.
    pub brand: Option<String>,
    /// The status of the card, as the issuer writes it.
    pub status: Option<String>,
    /// When it was bound to the mandate (RFC 3339).
    pub bound_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a card was used for, or was refused.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CardAuthorization {
    /// The id of the transaction.
    pub transaction_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<MinorText>,
    /// The currency of the amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// The name of the merchant.
    pub merchant_name: Option<String>,
    /// The code of the merchant's trade.
    pub mcc: Option<String>,
    /// The operation, as the issuer calls it.
    pub operation: Option<String>,
    /// Whether it was approved, as the API writes it.
    pub decision: Option<String>,
    /// Why it was decided so.
    pub status_detail: Option<String>,
    /// What was left of the mandate, in **minor** units.
    pub remaining_minor: Option<MinorText>,
    /// When the card was used (RFC 3339).
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A card that was taken back from a mandate.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct UnboundCard {
    /// The id of the mandate.
    pub mandate_id: Option<String>,
    /// The id of the card at its issuer.
    pub card_id: Option<String>,
    /// Whether it was taken back: `true`.
    pub revoked: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
