//! Mandates of an organization (`/v1/orgs/{org_id}/mandates`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::{answer::require_list, organizations::Organizations},
    check::{check_filled, check_range},
    types::{decimal_text::DecimalText, money::Currency},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the mandates that the organization itself issued, newest first.
    fn list(organization_id; query: &ListOrgMandates) -> Vec<OrgMandate>:
        "organizations.mandates.list" GET "/v1/orgs/{organization_id}/mandates",
        scope "mandates:read", read rows;
    /// Issues a mandate of the organization itself, with amounts in major units.
    fn create(organization_id; json: &CreateOrgMandate) -> OrgMandateCreated:
        "organizations.mandates.create" POST "/v1/orgs/{organization_id}/mandates";
    /// Reads a mandate of the organization itself, with what was taken from it, in major units.
    fn get(organization_id, mandate_id) -> OrgMandate:
        "organizations.mandates.get" GET "/v1/orgs/{organization_id}/mandates/{mandate_id}",
        scope "mandates:read";
    /// Ends a mandate of the organization itself for good.
    fn revoke(organization_id, mandate_id; json: &OrgMandateReason) -> OrgMandateRevoked:
        "organizations.mandates.revoke"
        POST "/v1/orgs/{organization_id}/mandates/{mandate_id}/revoke", effect Destroys,
        scope "mandates:write";
}

/// Mandates that an organization issued itself (`/v1/orgs/{organization_id}/mandates`), in
/// **major** units. The server goes by the organization of the key, whatever id is in the path.
#[derive(Handle)]
#[handle(Organizations.mandates)]
pub struct OrganizationMandates<T> {
    client: crate::Client<T>,
}

impl<T: Transport> OrganizationMandates<T> {
    /// Lists the mandates of the organization itself, newest first (`GET
    /// /v1/orgs/{organization_id}/mandates`): the active ones unless a status is set, 100 at most,
    /// and there is no next page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::organizations::ListOrgMandates;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let mandates = client.organizations().mandates();
    /// for mandate in mandates.list("org_1", &ListOrgMandates::default()).send()? {
    ///     println!("{:?} {:?}", mandate.id, mandate.remaining_amount);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, organization_id: &str, args: &ListOrgMandates) -> Call<T, Vec<OrgMandate>> {
        self.client().call(list(self.client().service(), organization_id, args))
    }

    /// Issues a mandate of the organization itself (`POST /v1/orgs/{organization_id}/mandates`).
    /// Amounts are texts in **major** units, with two decimals at most. Most deployments do not
    /// offer it and answer 501.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look at the list after a lost answer.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `expires_at_in_past`,
    /// `invalid_purpose_encoding` (400), `policy_denied` (403), `not_implemented` (501),
    /// `policy_engine_error` (503: nothing was done) and others.
    ///
    /// ```
    /// use codespar_proto::{organizations::{CreateOrgMandate, OrgMandateKind}, types::DecimalText};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let (amount, purposes) = ("150.00".parse::<DecimalText>()?, vec!["food".to_owned()]);
    /// let (kind, until) = (OrgMandateKind::Payment, 1_900_000_000_u64);
    /// let args = CreateOrgMandate::new("shopper", kind, amount, "BRL", purposes, until);
    /// let mandate = client.organizations().mandates().create("org_1", &args).send()?;
    /// println!("{:?}", mandate.mandate_id);
    /// # Ok(()) }
    /// ```
    pub fn create(
        &self,
        organization_id: &str,
        args: &CreateOrgMandate,
    ) -> Call<T, OrgMandateCreated> {
        self.client().call(create(self.client().service(), organization_id, args))
    }

    /// A mandate of the organization itself, with what was taken from it, oldest first (`GET
    /// /v1/orgs/{organization_id}/mandates/{mandate_id}`). The call of a use is the `attempt_id` of
    /// `POST /v1/wallets/{id}/execute`: so it says whether an attempt took from the mandate.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let mandate = client.organizations().mandates().get("org_1", "mnd_1").send()?;
    /// println!("{:?} left", mandate.remaining_amount);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, organization_id: &str, mandate_id: &str) -> Call<T, OrgMandate> {
        self.client().call(get(self.client().service(), organization_id, mandate_id))
    }

    /// Ends a mandate of the organization itself for good (`POST
    /// /v1/orgs/{organization_id}/mandates/{mandate_id}/revoke`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second call is 409 `mandate_already_revoked`: after a lost answer that says that
    /// it is done.
    ///
    /// # Errors
    /// `Api` with `mandate_not_found` (404), `mandate_already_revoked` (409),
    /// `mandate_already_expired` (410).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.organizations().mandates().revoke("org_1", "mnd_1", None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(
        &self,
        organization_id: &str,
        mandate_id: &str,
        reason: Option<&str>,
    ) -> Call<T, OrgMandateRevoked> {
        let args = OrgMandateReason { reason: reason.map(str::to_owned) };
        self.client().call(revoke(self.client().service(), organization_id, mandate_id, &args))
    }
}

/// What a mandate of an organization is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrgMandateKind {
    /// It is for single payments.
    Payment,
    /// It is for payments that recur.
    Subscription,
    /// It is part of another mandate.
    Delegation,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a mandate of an organization stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrgMandateStatus {
    /// It can be spent under.
    Active,
    /// It is ended for good.
    Revoked,
    /// Its time is over.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which mandates are listed: the active ones, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListOrgMandates {
    /// Only mandates with this status.
    pub status: Option<OrgMandateStatus>,
    /// Of this agent only.
    pub agent_id: Option<String>,
    /// Only mandates made after this time; the API does not say in which unit it is.
    #[wire(undocumented)]
    pub created_after: Option<u64>,
    /// How many at most, 1 to 100.
    pub limit: Option<u32>,
}

impl ListOrgMandates {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=100)
    }
}

/// The mandate that the organization issues. Amounts are **major** units.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateOrgMandate {
    /// The agent that may spend.
    pub agent_id: String,
    /// What the mandate is for.
    #[serde(rename = "type")]
    pub kind: OrgMandateKind,
    /// How much may be spent, with two decimals at most, in **major** units.
    pub amount: DecimalText,
    /// The currency of the amounts, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// What the money may be spent on, in printable ASCII.
    pub purposes: Vec<String>,
    /// Until when it holds, in seconds since 1970.
    #[wire(unix_seconds)]
    pub expires_at: u64,
    /// The limit for a single payment, in **major** units.
    pub max_amount: Option<DecimalText>,
    /// What the amounts count, where it is no currency.
    pub denomination: Option<String>,
    /// The mandate that this one is part of.
    pub parent_id: Option<String>,
}

impl CreateOrgMandate {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        check_filled("type", self.kind.as_str())?;
        check_money("amount", &self.amount)?;
        check_filled("currency", self.currency.as_str())?;
        if self.purposes.is_empty() {
            return Err(Error::config("purposes", "expected at least one purpose"));
        }
        let printable = |purpose: &String| purpose.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !self.purposes.iter().all(|purpose| !purpose.is_empty() && printable(purpose)) {
            return Err(Error::config("purposes", "expected printable ASCII"));
        }
        self.max_amount.as_ref().map_or(Ok(()), |most| check_money("max_amount", most))
    }
}

/// An amount with two decimals at most.
fn check_money(field: &str, amount: &DecimalText) -> Result<(), Error> {
    amount.check(field)?;
    match amount.decimal().is_some_and(|amount| amount.scale() <= 2) {
        true => Ok(()),
        false => Err(Error::config(field, "expected two decimals at most")),
    }
}

/// Why a mandate is ended.
#[derive(Args)]
struct OrgMandateReason {
    /// Why, in words for people.
    #[wire(no_setter)]
    reason: Option<String>,
}

/// A mandate of an organization. Amounts are texts in **major** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgMandate {
    /// The id of the mandate.
    pub id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// The agent that may spend.
    pub agent_id: Option<String>,
    /// What the mandate is for.
    #[serde(rename = "type")]
    pub kind: Option<OrgMandateKind>,
    /// The status of the mandate.
    pub status: Option<OrgMandateStatus>,
    /// The version of its signed form.
    pub format_version: Option<u32>,
    /// The version of the secret it is signed with.
    pub secret_version: Option<u32>,
    /// How much could be spent at first, in **major** units.
    pub amount: Option<DecimalText>,
    /// How much is left, in **major** units.
    pub remaining_amount: Option<DecimalText>,
    /// The currency of the amounts, such as `BRL`.
    pub currency: Option<Currency>,
    /// What the money may be spent on.
    #[wire(default)]
    pub purposes: Vec<String>,
    /// The limit for a single payment, in **major** units.
    pub max_amount: Option<DecimalText>,
    /// What the amounts count, where it is no currency.
    pub denomination: Option<String>,
    /// The mandate that this one is part of.
    pub parent_id: Option<String>,
    /// Until when it holds (RFC 3339).
    pub expires_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// Why it was ended, in words.
    pub revocation_reason: Option<String>,
    /// When its time was over.
    pub expired_at: Option<Timestamp>,
    /// What it is signed with.
    pub signature: Option<Sensitive>,
    /// Who issued it.
    pub authorized_by: Option<String>,
    /// When it was issued (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// What was taken from it, oldest first; only where a single one is read.
    #[wire(default)]
    pub consumptions: Vec<OrgMandateUse>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was taken from a mandate of an organization.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgMandateUse {
    /// The id of the entry.
    pub id: Option<String>,
    /// The id of the mandate.
    pub mandate_id: Option<String>,
    /// How much was taken, in **major** units.
    pub amount: Option<DecimalText>,
    /// The purpose it was taken for.
    pub call_purpose: Option<String>,
    /// The call that took it: the `attempt_id` of a payment from a wallet.
    pub tool_call_id: Option<String>,
    /// When it was taken (RFC 3339).
    pub consumed_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A mandate that the organization issued.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgMandateCreated {
    /// The id of the mandate.
    pub mandate_id: Option<String>,
    /// The signed mandate. Whoever has it can spend.
    pub signed_token: Option<Sensitive>,
    /// The version of its signed form, for a registered agent.
    pub format_version: Option<u32>,
    /// The decentralized identifier of a registered agent.
    pub agent_did: Option<String>,
    /// The id of the key it is signed with, for a registered agent.
    pub kid: Option<String>,
    /// Whether the principal was identified: `false`.
    pub principal_kyc_verified: Option<bool>,
    /// Until when it holds (RFC 3339).
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of ending a mandate of an organization.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OrgMandateRevoked {
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// The status it had before.
    pub prior_status: Option<OrgMandateStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    mandates: Option<Vec<OrgMandate>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<OrgMandate>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "mandates", rows.mandates)
}
