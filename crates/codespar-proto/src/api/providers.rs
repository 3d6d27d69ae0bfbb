//! What there is to connect to: the catalog of providers.

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

pub use crate::types::auth_type::AuthType;
use crate::{
    api::{answer::require_list, projects::Environment},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the providers that there are to connect to.
    fn list(; query: &ListProviders) -> ProviderList: "providers.list" GET "/v1/providers",
        scope "servers:read";
    /// Describes a provider of the catalog.
    fn get(provider) -> Provider: "providers.get" GET "/v1/providers/{provider}";
    /// Says what a provider needs to know its caller.
    fn auth_schema(provider) -> AuthSchema:
        "providers.auth_schema" GET "/v1/providers/{provider}/auth-schema", scope "servers:read";
    /// Asks a provider whether the project's connection works.
    fn verify_connection(provider) -> Verification:
        "providers.verify_connection" POST "/v1/providers/{provider}/verify-connection" Safe,
        effect Reads, scope "connections:write";
    /// Lists the tools of a provider by name; one that is not known has none.
    fn tools(provider) -> ProviderTools: "providers.tools" GET "/v1/servers/{provider}/tools";
    /// Lists the MCP servers that were generated in the project, at most 100.
    fn generated() -> Vec<GeneratedServer>:
        "providers.generated" GET "/v1/generate/servers", read rows;
}

/// Where a secret goes when a provider is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SecretKind {
    /// It is the key.
    ApiKey,
    /// Into the path.
    PathSecret,
    /// Into a header.
    Header,
    /// It is a certificate.
    Cert,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which providers are listed: all, unless something is set.
///
/// ```
/// use codespar_proto::providers::ListProviders;
///
/// let args = ListProviders::default().country("BR").category("payments");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct ListProviders {
    /// What they are for, such as `payments`.
    pub category: Option<String>,
    /// Where, such as `BR`.
    pub country: Option<String>,
    /// Words to look for.
    pub q: Option<String>,
}

/// The providers that fit.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ProviderList {
    /// The number of providers in the catalog.
    pub total: Option<u64>,
    /// How many fit.
    pub filtered: Option<u64>,
    /// Those that fit.
    pub servers: Vec<Provider>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A provider of the catalog.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Provider {
    /// Its id, which is the `server` of its tools.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// The package that speaks to it.
    pub pkg: Option<String>,
    /// What it is for, such as `payments`.
    pub category: Option<String>,
    /// Where, such as `BR`.
    pub country: Option<String>,
    /// How it knows its caller.
    pub auth_type: Option<AuthType>,
    /// How many tools it has.
    pub tools_count: Option<u64>,
    /// The description of the provider.
    pub description: Option<String>,
    /// The description of the provider in Portuguese.
    pub description_pt_br: Option<String>,
    /// How many values it takes to connect it.
    pub connect_fields: Option<u64>,
    /// Whether it can be connected.
    pub connectable: Option<bool>,
    /// Whether it can be used.
    pub status: Option<String>,
    /// The address of the provider's website.
    pub provider_homepage: Option<String>,
    /// The address of the provider's API documentation.
    pub provider_docs_url: Option<String>,
    /// The address of the provider's logo.
    pub provider_logo_url: Option<String>,
    /// Its logo, should the first be missing.
    pub provider_logo_fallback_url: Option<String>,
    /// Whether it has a sandbox.
    pub sandbox_available: Option<bool>,
    /// Where the sandbox is.
    pub sandbox_url: Option<String>,
    /// Whether accounts can be opened there from here.
    pub subaccount_provisionable: Option<bool>,
    /// Whether the service can set it up.
    pub engine_provisionable: Option<bool>,
    /// How far that is.
    pub engine_status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a provider needs to know its caller.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuthSchema {
    /// The id of the provider, such as `asaas`.
    pub server_id: Option<String>,
    /// How it knows its caller.
    pub auth_type: Option<AuthType>,
    /// For which of its environments.
    pub environment: Option<Environment>,
    /// Where its API is.
    pub base_url: Option<String>,
    /// Where a person allows access, for OAuth.
    pub oauth_authorize_url: Option<String>,
    /// The secrets it needs.
    #[wire(default)]
    pub fields: Vec<AuthField>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A secret that a provider needs; not the secret itself.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuthField {
    /// Its name: the member of the connection's secrets.
    pub name: String,
    /// Where the secret goes when the provider is called.
    pub kind: Option<SecretKind>,
    /// What people call it.
    pub label: Option<String>,
    /// The header it goes into.
    pub header_name: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A connection that works.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Verification {
    /// That it does.
    pub ok: bool,
    /// The id of the provider that was called.
    pub provider: Option<String>,
    /// The account at the provider, as the provider words it.
    pub account: Option<Json>,
    /// How long the provider took, in milliseconds.
    #[wire(milliseconds)]
    pub latency_ms: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool of a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ProviderTool {
    /// The name of the tool.
    pub name: Option<String>,
    /// The description of the tool.
    pub description: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The tools of a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ProviderTools {
    /// The id of the provider that was asked for.
    pub server_id: Option<String>,
    /// How many tools there are.
    pub total: Option<u64>,
    /// The tools of the provider.
    #[wire(default)]
    pub tools: Vec<ProviderTool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a generated MCP server stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum GeneratedStatus {
    /// It is being made.
    Draft,
    /// Its tools can be called.
    Routable,
    /// It was switched off.
    Disabled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// An MCP server that was generated in the project.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct GeneratedServer {
    /// Its id: `gen_` and 16 letters or digits.
    pub id: String,
    /// The name of the server.
    pub name: Option<String>,
    /// The version of the server.
    pub version: Option<String>,
    /// The description of the server.
    pub description: Option<String>,
    /// How it stands.
    pub status: Option<GeneratedStatus>,
    /// How many tools it has.
    pub tool_count: Option<u64>,
    /// When the server was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    servers: Option<Vec<GeneratedServer>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<GeneratedServer>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "servers", rows.servers)
}

/// The catalog of providers (`/v1/providers`).
#[derive(Handle)]
#[handle(Client.providers)]
pub struct Providers<T> {
    client: Client<T>,
}

impl<T: Transport> Providers<T> {
    /// The providers that fit (`GET /v1/providers`), all at once.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, providers::ListProviders};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let found = client.providers().list(&ListProviders::default().country("BR")).send()?;
    /// println!("{} in Brazil", found.servers.len());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListProviders) -> Call<T, ProviderList> {
        self.client().call(list(self.client().service(), args))
    }

    /// One provider (`GET /v1/providers/{provider}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api` with `server_unknown`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let asaas = client.providers().get("asaas").send()?;
    /// # let _ = asaas; Ok(()) }
    /// ```
    pub fn get(&self, provider: impl AsRef<str>) -> Call<T, Provider> {
        self.client().call(get(self.client().service(), provider.as_ref()))
    }

    /// What a provider needs to know its caller (`GET /v1/providers/{provider}/auth-schema`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api` with `server_unknown`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for field in client.providers().auth_schema("z-api").send()?.fields {
    ///     println!("{}", field.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn auth_schema(&self, provider: impl AsRef<str>) -> Call<T, AuthSchema> {
        self.client().call(auth_schema(self.client().service(), provider.as_ref()))
    }

    /// Asks a provider whether the project's connection works
    /// (`POST /v1/providers/{provider}/verify-connection`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api`, when it does not work, with the reason as its code:
    /// `not_connected`, `connection_expired` (424), `provider_rejected` (401, which is the
    /// provider's, not yours), `provider_unreachable` (502).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// match client.providers().verify_connection("asaas").send() {
    ///     Ok(_) => println!("it works"),
    ///     Err(error) => println!("it does not: {:?}", error.code()),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn verify_connection(&self, provider: impl AsRef<str>) -> Call<T, Verification> {
        self.client().call(verify_connection(self.client().service(), provider.as_ref()))
    }

    /// The tools of a provider by name (`GET /v1/servers/{provider}/tools`), all at once. A
    /// provider that is not known has none; that is no error.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api` with `server_unknown` for a generated server of another
    /// project.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for tool in client.providers().tools("asaas").send()?.tools {
    ///     println!("{:?}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn tools(&self, provider: impl AsRef<str>) -> Call<T, ProviderTools> {
        self.client().call(tools(self.client().service(), provider.as_ref()))
    }

    /// The MCP servers that were generated in the project (`GET /v1/generate/servers`). At most 100
    /// are given, and more are left out without a word.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `project_required`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for server in client.providers().generated().send()? {
    ///     println!("{} {:?}", server.id, server.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn generated(&self) -> Call<T, Vec<GeneratedServer>> {
        self.client().call(generated(self.client().service()))
    }
}
