//! The page of a link, as its payer sees it (`/v1/collect/{link_id}`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, KeyRule, Sensitive, Timestamp,
    driver::Transport, endpoints,
};

use crate::{
    api::{
        answer::read_movement,
        collect::{
            Collect, attempts::CollectAttemptState, draft::CollectPayer, link::CollectSurface,
        },
    },
    check::check_filled,
    client::without_key::without_key,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Reads what a payer sees of a link; no key is sent.
    fn get(link_id) -> Json:
        "collect.pages.get" GET "/v1/collect/{link_id}", scope "public", part of get;
    /// Asks a link for something to pay, as its payer; no key is sent. Programs take
    /// collect.attempts.create.
    fn create_attempt(link_id; json: &CreatePageAttempt) -> CollectPageAttempt:
        "collect.pages.create_attempt" POST "/v1/collect/{link_id}/attempts", effect MovesMoney,
        key KeyRule::Argument("page_session"), scope "public", read read_movement,
        part of create_attempt;
}

/// The page of a link, as its payer sees it (`/v1/collect/{link_id}`).
#[derive(Handle)]
#[handle(Collect.pages)]
pub struct CollectPages<T> {
    client: crate::Client<T>,
}

impl<T: Transport> CollectPages<T> {
    /// What a payer sees of a link (`GET /v1/collect/{link_id}`): whom and how much to pay, and how
    /// it stands. Anybody may ask; the API key is not sent. The API does not say what is in it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_link_id`, `not_found` (a draft, too), `collect_link_archived`,
    /// `rate_limited` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.collect().pages().get("cl_0123456789abcdefghijkl").send()?;
    /// # Ok(()) }
    /// ```
    pub fn get(&self, link_id: &str) -> Call<T, Json> {
        self.client().call(get(&without_key(self.client().service()), link_id))
    }

    /// Asks a link for something to pay, as its payer does in a browser (`POST
    /// /v1/collect/{link_id}/attempts`). The API key is not sent. Programs of the collector take
    /// [`CollectAttempts::create`](crate::collect::CollectAttempts::create).
    ///
    /// Idempotency: `page_session` names the attempt: the same gives the one that was made
    /// ([`replay`](CollectPageAttempt::replay)). It is sent once; after a lost answer send it again
    /// under the same.
    ///
    /// # Errors
    /// `Config` naming `page_session`; `Api` with `collect_link_paid`, `collect_attempt_issuing`,
    /// `rate_limited`, `rate_limit_unavailable` and others: nothing was issued. `Decode`, when a
    /// success says nothing of the attempt.
    ///
    /// ```
    /// use codespar_proto::collect::CreatePageAttempt;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreatePageAttempt::new("a-session-of-this-page");
    /// let link = "cl_0123456789abcdefghijkl";
    /// let attempt = client.collect().pages().create_attempt(link, &args).send()?;
    /// println!("{:?}", attempt.state);
    /// # Ok(()) }
    /// ```
    pub fn create_attempt(
        &self,
        link_id: &str,
        args: &CreatePageAttempt,
    ) -> Call<T, CollectPageAttempt> {
        self.client().call(create_attempt(&without_key(self.client().service()), link_id, args))
    }
}

/// What a payer's page asks with.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreatePageAttempt {
    /// The session of the page, which names the attempt.
    pub page_session: Sensitive,
    /// Who pays, as far as the link asks.
    pub payer: Option<CollectPayer>,
    /// Whether it takes the place of one that is open, once that is cancelled at the issuer.
    pub renew: Option<bool>,
}

impl CreatePageAttempt {
    fn check(&self) -> Result<(), Error> {
        check_filled("page_session", self.page_session.expose())
    }
}

/// An attempt as a payer's page sees it, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectPageAttempt {
    /// The id of the attempt: `cla_…`.
    pub id: Option<String>,
    /// How it stands.
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
    /// The Pix code to copy and paste.
    pub copy_paste: Option<Sensitive>,
    /// When it could be paid first.
    pub ready_at: Option<Timestamp>,
    /// In how many seconds to look again.
    #[wire(seconds)]
    pub retry_after: Option<u64>,
    /// Why it failed, as a code.
    pub failure_code: Option<String>,
    /// Whether the session had made it before.
    pub replay: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
