//! Pix charges and receivements of a consumer (`/v1/consumers/{consumer_id}/pix`).

use codespar_engine::{
    Answer, Call, Extra, Handle, Json, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{
    api::devolutions::DevolutionStatus,
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how a Pix charge stands, on the books and at the provider, in minor units.
    fn charge(consumer_id, reference) -> PixCharge:
        "pix.charge" GET "/v1/consumers/{consumer_id}/pix/charges/{reference}";
    /// Says whether a Pix payment has come into a consumer's account, in minor units.
    fn receivement(consumer_id, end_to_end_id) -> PixReceivement:
        "pix.receivement" GET "/v1/consumers/{consumer_id}/pix/receivements/{end_to_end_id}";
}

/// Pix charges and payments that came in (`/v1/consumers/{consumer_id}/pix`).
#[derive(Handle)]
#[handle(Client.pix)]
pub struct Pix<T> {
    client: Client<T>,
}

impl<T: Transport> Pix<T> {
    /// How a Pix charge stands, on the books and at the provider (`GET
    /// /v1/consumers/{consumer_id}/pix/charges/{reference}`). The amount is in **minor** units. The
    /// reference is the id of the charge, of the transaction that made its code, or of the client's
    /// request. It credits nothing.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `reference`; `Api` with `invalid_charge_reference`,
    /// `not_found`, `charge_reference_ambiguous` (409: ask by the id of the charge),
    /// `pix_status_error` (500) and `pix_status_provider_unavailable` (502).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let charge = client.pix().charge("cons_1", "ch_1").send()?;
    /// // That the provider finds nothing does not prove that nobody paid.
    /// println!("{:?} {:?}", charge.status, charge.provider.map(|seen| seen.result));
    /// # Ok(()) }
    /// ```
    pub fn charge(&self, consumer_id: &str, reference: &str) -> Call<T, PixCharge> {
        self.client().call(charge(self.client().service(), consumer_id, reference))
    }

    /// Whether a Pix payment has come into a consumer's account (`GET
    /// /v1/consumers/{consumer_id}/pix/receivements/{end_to_end_id}`). Amounts are **minor** units.
    /// It credits nothing.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `end_to_end_id`; `Api` with `invalid_end_to_end_id`,
    /// `funding_source_unavailable` (409), `pix_status_error` (500),
    /// `pix_status_provider_unavailable` (502), and with `receivement_not_found`, which **proves
    /// nothing** in the first minutes after the payment.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let payment = client.pix().receivement("cons_1", "E18236120202610241200s0123456789");
    /// println!("{:?}", payment.send()?.received);
    /// # Ok(()) }
    /// ```
    pub fn receivement(&self, consumer_id: &str, end_to_end_id: &str) -> Call<T, PixReceivement> {
        self.client().call(receivement(self.client().service(), consumer_id, end_to_end_id))
    }
}

/// A Pix charge, on the books and at the provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixCharge {
    /// The id of the charge.
    pub charge_id: Option<String>,
    /// How it stands on the books: `pending`, `settled`, `expired` and others.
    pub status: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// The transaction that made its code.
    pub transaction_id: Option<String>,
    /// The id of the client's request; absent for a static code.
    pub client_request_id: Option<String>,
    /// The wallet it goes to.
    pub wallet_id: Option<String>,
    /// When the charge was made.
    pub created_at: Option<Timestamp>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// What the provider says; absent where the books say the last word, and for a static code.
    pub provider: Option<PixChargeAtProvider>,
    /// The server's words.
    pub status_message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the provider says of a Pix charge.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixChargeAtProvider {
    /// Whether it found the charge. That it did not **does not prove that nobody paid**: look for
    /// the payment before another code is made.
    pub result: Option<PixProviderResult>,
    /// How it stands there.
    pub status: Option<String>,
    /// The provider's id of it.
    pub transaction_id: Option<String>,
    /// Whether it is proven to be the same charge.
    pub identity_verified: Option<bool>,
    /// When it changed last, in the provider's form.
    pub last_update: Option<String>,
    /// When it was made, in the provider's form.
    pub create_at: Option<Timestamp>,
    /// For how many seconds it can be paid.
    #[wire(seconds)]
    pub expiration_seconds: Option<u64>,
    /// The provider's revision of it.
    pub revision: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Whether the provider found a charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PixProviderResult {
    /// The provider found it.
    Ok,
    /// It did not, which does not prove that nobody paid.
    NotFound,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether a payment belongs to a charge.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PixCorrelation {
    /// It belongs to one that is known.
    ChargeMatched,
    /// The provider names nothing to find one by.
    NoCorrelatorReturned,
    /// It belongs to none that is known.
    NoChargeMatched,
    /// It may belong to several.
    ChargeAmbiguous,
    /// Nobody has looked.
    NotAttempted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A Pix payment at a consumer's account.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixReceivement {
    /// The end-to-end id of the payment.
    pub end_to_end_id: Option<String>,
    /// Whether it has come in: a reversal of something that was sent has not.
    pub received: Option<bool>,
    /// What the provider calls it.
    pub provider_transaction_type: Option<String>,
    /// How much, in the provider's own form, whose unit is not known.
    #[wire(undocumented)]
    pub provider_amount: Option<Json>,
    /// How it was begun.
    pub initiation_type: Option<String>,
    /// The provider's id of it.
    pub provider_transaction_id: Option<String>,
    /// The transaction id of the code that was paid.
    pub transaction_id_brcode: Option<String>,
    /// The identification that the payer sent.
    pub transaction_identification: Option<String>,
    /// Whether it belongs to a charge.
    pub correlation: Option<PixCorrelation>,
    /// The charge that it belongs to.
    pub charge_id: Option<String>,
    /// How that charge stands.
    pub charge_status: Option<String>,
    /// The wallet of that charge.
    pub wallet_id: Option<String>,
    /// How much that charge was for, in **minor** units; absent where there is none.
    pub amount_minor: Option<Minor>,
    /// Whether the wallet was credited.
    pub wallet_credited: Option<bool>,
    /// What was given back of it.
    #[wire(default)]
    pub devolutions: Vec<PixReceivementDevolution>,
    /// The server's words.
    pub status_message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was given back of a payment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixReceivementDevolution {
    /// The id of the refund.
    pub devolution_id: Option<String>,
    /// How it stands.
    pub status: Option<DevolutionStatus>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}
