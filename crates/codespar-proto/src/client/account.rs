//! Whose key it is, whether the service is well, and the API's description of itself.

pub(crate) mod health;
pub(crate) mod manifest;

use codespar_engine::{
    Answer, Call, Extra, Json, Sensitive, Timestamp, WireEnum, driver::Transport, endpoints,
};

pub use self::{
    health::{
        Health, HealthAction, HealthAlarms, HealthAttention, HealthCheck, HealthHistory,
        HealthMetrics, HealthSchema, HealthState, HealthStatus, UptimePoint,
    },
    manifest::{DiscoveryManifest, X402Accept, X402Manifest, X402Resource},
};

use crate::{api::projects::Environment, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says whose key it is: user, organization, project, and what the key may do.
    fn whoami() -> Whoami: "client.whoami" GET "/v1/whoami";
    /// Says how the service is.
    fn health() -> Health: "client.health" GET "/v1/health";
    /// Gives the key's own organization.
    fn organization(organization_id) -> Organization:
        "client.organization" GET "/v1/organizations/{organization_id}";
    /// Gives the API's description of itself, an OpenAPI document.
    fn openapi() -> Json: "client.openapi" GET "/v1/openapi.json", scope "public";
    /// Gives what the gateway tells agents about what the project sells.
    fn manifest() -> DiscoveryManifest:
        "client.manifest" GET "/v1/discovery/manifest", scope "servers:read";
}

/// What an organization is: a person or a company. It means nothing unless it was declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[non_exhaustive]
pub enum OrganizationAccountType {
    /// A person, with a CPF.
    #[serde(rename = "PF")]
    Person,
    /// A company, with a CNPJ.
    #[serde(rename = "PJ")]
    Company,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Whoami {
    /// The person, where one is behind the key.
    pub user: Option<User>,
    /// The organization that the key belongs to.
    pub organization: Option<Organization>,
    /// The project that calls are for.
    pub project: Option<ProjectName>,
    /// The key that made the call, and what it may do.
    pub key: Option<KeyScope>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A person. Nothing of it shows in `Debug`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct User {
    /// The e-mail address.
    pub email: Option<Sensitive>,
    /// The name of the person.
    pub name: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An organization, which has projects.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Organization {
    /// Its id: `org_…`, or `user_…` for a person's own.
    pub id: String,
    /// The name of the organization.
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// What it is: a person or a company.
    pub account_type: Option<OrganizationAccountType>,
    /// Whether that was declared; otherwise it means nothing.
    pub account_type_declared: Option<bool>,
    /// When that was declared.
    pub account_type_declared_at: Option<Timestamp>,
    /// Whether real money may move.
    pub live_approved: Option<bool>,
    /// The pause of all spending, while there is one.
    pub spend_pause: Option<SpendPause>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A project by name.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ProjectName {
    /// The id of the project: `prj_…`.
    pub id: String,
    /// The name of the project.
    pub name: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a key may do.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct KeyScope {
    /// The id of the key; not the key.
    pub id: Option<String>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// What it may do; `*` is everything.
    #[wire(default)]
    pub scopes: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Since when nothing may be spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendPause {
    /// When it was paused.
    pub paused_at: Option<Timestamp>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Client<T> {
    /// Whose key it is (`GET /v1/whoami`): the cheapest way to find out whether it works.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 401, when the key does not work.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let me = client.whoami().send()?;
    /// println!("{:?}", me.project.map(|project| project.id));
    /// # Ok(()) }
    /// ```
    pub fn whoami(&self) -> Call<T, Whoami> {
        self.call(whoami(self.service()))
    }

    /// How the service is (`GET /v1/health`). The answer is a success whatever it says. The
    /// service stores what it says, and where it has changed the project gets the event
    /// `system.health.degraded` or `system.health.recovered`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 401, when the key does not work.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// println!("{}", client.health().send()?.status);
    /// # Ok(()) }
    /// ```
    pub fn health(&self) -> Call<T, Health> {
        self.call(health(self.service()))
    }

    /// The key's own organization (`GET /v1/organizations/{id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `organization_id`; `Api` with `not_found` for any other.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let organization = client.organization("org_acme").send()?;
    /// # let _ = organization; Ok(()) }
    /// ```
    pub fn organization(&self, organization_id: impl AsRef<str>) -> Call<T, Organization> {
        self.call(organization(self.service(), organization_id.as_ref()))
    }

    /// The API's description of itself (`GET /v1/openapi.json`), an OpenAPI 3.1 document.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let document = client.openapi().send()?;
    /// println!("{} bytes", document.as_str().len());
    /// # Ok(()) }
    /// ```
    pub fn openapi(&self) -> Call<T, Json> {
        self.call(openapi(self.service()))
    }

    /// What the gateway tells agents about what the project sells
    /// (`GET /v1/discovery/manifest`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let manifest = client.manifest().send()?.manifest;
    /// println!("{} for sale", manifest.map_or(0, |manifest| manifest.resources.len()));
    /// # Ok(()) }
    /// ```
    pub fn manifest(&self) -> Call<T, DiscoveryManifest> {
        self.call(manifest(self.service()))
    }
}
