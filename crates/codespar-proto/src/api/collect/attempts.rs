//! Attempts to be paid by a link (`/v1/collect/attempts`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::{
        answer::{read_movement, require_list},
        collect::{Collect, draft::CollectPayer, link::CollectSurface},
        projects::Environment,
    },
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a link issue a Pix or boleto for its total, in minor units: somebody can pay it from
    /// then on. There is one that is open at a time.
    fn create(link_id; json: &CreateCollectAttempt) -> CollectAttempt:
        "collect.attempts.create" POST "/v1/collect/links/{link_id}/attempts" Keyed,
        effect MovesMoney, read read_movement;
    /// Lists the attempts of a link to be paid, newest first, in minor units.
    fn list(link_id) -> Vec<CollectAttempt>:
        "collect.attempts.list" GET "/v1/collect/links/{link_id}/attempts", read rows;
    /// Reads the Pix code and the QR code of an open attempt; nothing is sent to anybody.
    fn artifact(attempt_id) -> CollectArtifact:
        "collect.attempts.artifact" GET "/v1/collect/attempts/{attempt_id}/artifact";
    /// Pays an attempt with test money, in test projects: once for each charge, whatever comes of
    /// it.
    fn test_pay(attempt_id) -> CollectTestPayment:
        "collect.attempts.test_pay" POST "/v1/collect/attempts/{attempt_id}/test-pay";
}

/// Attempts to be paid by a link (`/v1/collect/attempts`).
#[derive(Handle)]
#[handle(Collect.attempts)]
pub struct CollectAttempts<T> {
    client: crate::Client<T>,
}

impl<T: Transport> CollectAttempts<T> {
    /// Makes a link issue something to pay (`POST /v1/collect/links/{link_id}/attempts`): the total
    /// of the published version, which nobody names. It begins as `issuing`, for 30 seconds to an
    /// hour; [`artifact`](Self::artifact) has the code to pay when it is open.
    ///
    /// Idempotency: the key of [`Call::idempotency_key`] goes out as a header, or one that is made
    /// up, and the call is repeated under it. The same key on the same link gives the attempt that
    /// was made ([`replay`](CollectAttempt::replay)).
    ///
    /// # Errors
    /// `Api` with `collect_attempt_exists`, `collect_attempt_issuing`, `collect_link_paid`,
    /// `collect_link_expired`, `collect_payer_fields_missing`, `collect_attempt_failed` and others:
    /// nothing was issued. `Decode`, when a success says nothing of the attempt. After a lost
    /// answer, [`list`](Self::list) says what there is.
    ///
    /// ```
    /// use codespar_proto::collect::{CollectPayer, CreateCollectAttempt};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let payer = CollectPayer::default().name("Maria Silva");
    /// let args = CreateCollectAttempt::default().payer(payer);
    /// let attempt = client.collect().attempts().create("cl_1", &args);
    /// let attempt = attempt.idempotency_key("order-42").send()?;
    /// println!("{}: {:?}", attempt.id, attempt.state);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, link_id: &str, args: &CreateCollectAttempt) -> Call<T, CollectAttempt> {
        self.client().call(create(self.client().service(), link_id, args))
    }

    /// Lists the attempts of a link, newest first (`GET /v1/collect/links/{link_id}/attempts`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for attempt in client.collect().attempts().list("cl_1").send()? {
    ///     println!("{}: {:?}", attempt.id, attempt.state);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, link_id: &str) -> Call<T, Vec<CollectAttempt>> {
        self.client().call(list(self.client().service(), link_id))
    }

    /// The code to copy and paste and the QR code of an open attempt (`GET
    /// /v1/collect/attempts/{attempt_id}/artifact`). Nothing is sent to anybody.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `artifact_not_ready` while it is issuing ([`Error::retry_after`] says for how
    /// long), `artifact_unavailable` when it is over, `collect_surface_not_enabled` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let artifact = client.collect().attempts().artifact("cla_1").send()?;
    /// if let Some(code) = &artifact.copy_paste {
    ///     println!("{}", code.expose());
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "pix code")]
    #[doc(alias = "qrcode")]
    pub fn artifact(&self, attempt_id: &str) -> Call<T, CollectArtifact> {
        self.client().call(artifact(self.client().service(), attempt_id))
    }

    /// Pays an attempt in the sandbox of the provider (`POST
    /// /v1/collect/attempts/{attempt_id}/test-pay`), in test projects. There is **one try for each
    /// charge**. A success is not a settlement yet.
    ///
    /// Idempotency: none, the server honours no key; it is sent once. A second call is
    /// `test_pay_already_used`.
    ///
    /// # Errors
    /// `Api` with `test_pay_not_permitted`, `attempt_not_payable`, `test_pay_amount_above_cap`,
    /// `test_pay_daily_limit` and others: nothing was paid. After `test_pay_already_used` and after
    /// a 502, such as `test_pay_payment_failed`, the try is used up, and may have paid: look at the
    /// payments of the link.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let payment = client.collect().attempts().test_pay("cla_1").send()?;
    /// println!("{:?}", payment.status);
    /// # Ok(()) }
    /// ```
    pub fn test_pay(&self, attempt_id: &str) -> Call<T, CollectTestPayment> {
        self.client().call(test_pay(self.client().service(), attempt_id))
    }
}

/// How an attempt to be paid stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectAttemptState {
    /// Something to pay is being made.
    Issuing,
    /// It can be paid.
    Open,
    /// Another one took its place.
    Superseded,
    /// Its time is over.
    Expired,
    /// It was called off.
    Cancelled,
    /// It is paid.
    Paid,
    /// Nothing to pay came of it.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What an attempt is made with.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CreateCollectAttempt {
    /// Where it is paid: WhatsApp unless said otherwise, never an agent.
    pub surface: Option<CollectSurface>,
    /// Who pays, as far as the link asks.
    pub payer: Option<CollectPayer>,
    /// Whether it takes the place of one that is open, once that is cancelled at the issuer.
    pub renew: Option<bool>,
}

/// An attempt to be paid by a link (`cla_…`), in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectAttempt {
    /// The id of the attempt: `cla_…`.
    pub id: String,
    /// What it is: `collect_attempt`.
    pub object: Option<String>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// The version of the link that it is for.
    pub version: Option<u64>,
    /// Where it is paid.
    pub surface: Option<CollectSurface>,
    /// How it stands.
    pub state: Option<CollectAttemptState>,
    /// The charge that it issued; its key is `collect:` and the id of the attempt.
    pub charge_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount: `BRL`.
    pub currency: Option<Currency>,
    /// Until when it is to be paid, as `YYYY-MM-DD`.
    #[wire(day)]
    pub due_date: Option<String>,
    /// Until when it can be paid.
    pub expires_at: Option<Timestamp>,
    /// When it could be paid first.
    pub ready_at: Option<Timestamp>,
    /// The attempt that took its place.
    pub superseded_by: Option<String>,
    /// Why it failed, as a code.
    pub failure_code: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// Whether the key had made it before; only the answer of `create` says it.
    pub replay: Option<bool>,
    /// The attempt whose place it took; only the answer of `create` says it.
    pub superseded: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a payer needs for an open attempt, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectArtifact {
    /// The id of the attempt.
    pub id: Option<String>,
    /// What it is: `collect_artifact`.
    pub object: Option<String>,
    /// The id of the attempt.
    pub attempt_id: Option<String>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// How the attempt stands.
    pub state: Option<CollectAttemptState>,
    /// Where it is paid.
    pub surface: Option<CollectSurface>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount: `BRL`.
    pub currency: Option<Currency>,
    /// Until when it is to be paid, as `YYYY-MM-DD`.
    #[wire(day)]
    pub due_date: Option<String>,
    /// Until when it can be paid.
    pub expires_at: Option<Timestamp>,
    /// When it could be paid first.
    pub ready_at: Option<Timestamp>,
    /// The Pix code to copy and paste.
    pub copy_paste: Option<Sensitive>,
    /// The QR code as a picture, in base64.
    pub qr_png_base64: Option<Sensitive>,
    /// The media type of the picture: `image/png`.
    pub qr_mime_type: Option<String>,
    /// The page where it can be paid, too.
    pub fallback_url: Option<String>,
    /// Whether it was sent to the payer: never.
    pub sent: Option<bool>,
    /// In how many seconds to look again.
    #[wire(seconds)]
    pub retry_after: Option<u64>,
    /// Why it failed, as a code.
    pub failure_code: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A payment with test money, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectTestPayment {
    /// What it is: `collect_test_payment`.
    pub object: Option<String>,
    /// The id of the attempt.
    pub attempt_id: Option<String>,
    /// The charge that was paid.
    pub charge_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// What the provider said, mostly `PROCESSING`.
    pub status: Option<String>,
    /// The end-to-end id of the payment.
    pub end_to_end_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Attempts {
    data: Option<Vec<CollectAttempt>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<CollectAttempt>, Error> {
    let rows: Attempts = answer.json()?;
    require_list(&answer, "data", rows.data)
}
