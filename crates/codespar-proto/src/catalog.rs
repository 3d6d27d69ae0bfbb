//! What there is to connect to and to call: providers, tools, meta-tools.

use codespar_engine::{Answer, Call, Error, Json, Transport, answer, endpoints, open_enum};

use crate::{
    AuthType, Client, Currency, Environment, Minor,
    args::args,
    ids::check_filled,
    resource::{check_range, resource},
};

endpoints! {
    pub(crate) static ROUTES;
    fn list_providers(; query: &ListProviders) -> ProviderList: "providers.list" GET "/v1/providers";
    fn get_provider(provider) -> Provider: "providers.get" GET "/v1/providers/{provider}";
    fn read_schema(provider) -> AuthSchema: "providers.auth_schema" GET "/v1/providers/{provider}/auth-schema";
    fn verify(provider) -> Verification: "providers.verify_connection" POST "/v1/providers/{provider}/verify-connection";
    fn search_tools(; json: &SearchTools) -> ToolSearch: "tools.search" POST "/v1/tools/search" Safe;
    fn plan_route(; json: &PlanRoute) -> RoutePlan: "tools.plan" POST "/v1/meta-tools/discover" Safe;
    fn list_meta() -> Vec<MetaTool>: "tools.meta" GET "/v1/meta-tools.json", read meta;
}

open_enum! {
    /// Where a secret goes when a provider is called.
    pub enum SecretKind {
        /// It is the key.
        ApiKey = "api_key",
        /// Into the path.
        PathSecret = "path_secret",
        /// Into a header.
        Header = "header",
        /// It is a certificate.
        Cert = "cert",
    }
}

open_enum! {
    /// How well a tool fits.
    pub enum Confidence {
        /// Very likely what is wanted.
        High = "high",
        /// It may be.
        Medium = "medium",
        /// Hardly.
        Low = "low",
    }
}

args! {
    /// Which providers are listed: all, unless something is set.
    ///
    /// ```
    /// use codespar_proto::ListProviders;
    ///
    /// let args = ListProviders::default().country("BR").category("payments");
    /// ```
    pub struct ListProviders with {
        /// What they are for, such as `payments`.
        category: String = into,
        /// Where, such as `BR`.
        country: String = into,
        /// Words to look for.
        q: String = into,
    }
}

args! {
    /// What kind of tool is looked for.
    ///
    /// ```
    /// use codespar_proto::SearchTools;
    ///
    /// let args = SearchTools::new("charge somebody by Pix").limit(3);
    /// ```
    pub struct SearchTools {
        /// What is to be done, in words.
        intent: String,
    } with {
        /// How many, 1 to 5.
        limit: u32,
    }
}

impl SearchTools {
    fn check(&self) -> Result<(), Error> {
        check_filled("intent", &self.intent)?;
        check_range("limit", self.limit, 1..=5)
    }
}

args! {
    /// What money is to do: the operation, the currency (`BRL`), the country (`BR`).
    ///
    /// ```
    /// use codespar_proto::{Currency, Intent, Minor};
    ///
    /// let intent = Intent::new("charge", Currency::from("BRL"), "BR").amount_minor(Minor::new(15_000));
    /// ```
    pub struct Intent {
        /// What is done, such as `charge`.
        operation: String,
        /// In which currency.
        currency: Currency,
        /// In which country.
        country: String,
    } with {
        /// How much, in **minor** units: 15 000 is R$ 150,00.
        amount_minor: Minor,
    }
}

args! {
    /// What a route is planned for: an intent, or its description in words.
    ///
    /// ```
    /// use codespar_proto::PlanRoute;
    ///
    /// let args = PlanRoute::default().description("charge R$ 150 by Pix in Brazil");
    /// ```
    pub struct PlanRoute with {
        /// What money is to do.
        intent: Intent,
        /// The same in words, which a model reads.
        description: String = into,
    }
}

impl PlanRoute {
    fn check(&self) -> Result<(), Error> {
        match (&self.intent, &self.description) {
            (Some(intent), None) => {
                check_filled("intent.operation", &intent.operation)?;
                check_filled("intent.country", &intent.country)
            }
            (None, Some(description)) => check_filled("description", description),
            _ => Err(Error::config("intent", "expected an intent or a description, not both")),
        }
    }
}

answer! {
    /// The providers that fit.
    pub struct ProviderList {
        /// How many there are.
        pub total: Option<u64>,
        /// How many fit.
        pub filtered: Option<u64>,
        /// Those that fit.
        pub servers: Vec<Provider>,
    }

    /// A provider of the catalog.
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
        /// What it is.
        pub description: Option<String>,
        /// Whether it can be used.
        pub status: Option<String>,
        /// Its site.
        pub provider_homepage: Option<String>,
        /// Its documentation.
        pub provider_docs_url: Option<String>,
        /// Its logo.
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
    }

    /// What a provider needs to know its caller.
    pub struct AuthSchema {
        /// The provider.
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
        pub fields: Vec<AuthField> = default,
    }

    /// A secret that a provider needs; not the secret itself.
    pub struct AuthField {
        /// Its name: the member of the connection's secrets.
        pub name: String,
        /// Where it goes.
        pub kind: Option<SecretKind>,
        /// What people call it.
        pub label: Option<String>,
        /// The header it goes into.
        pub header_name: Option<String>,
    }

    /// A connection that works.
    pub struct Verification {
        /// That it does.
        pub ok: bool,
        /// The provider.
        pub provider: Option<String>,
        /// The account at the provider, as the provider words it.
        pub account: Option<Json>,
        /// How long the provider took, in milliseconds.
        pub latency_ms: Option<f64>,
    }

    /// Tools that fit an intent.
    pub struct ToolSearch {
        /// The intent.
        pub intent: Option<String>,
        /// The tools, best first.
        pub hits: Vec<ToolHit>,
        /// How long it took, in milliseconds.
        pub elapsed_ms: Option<f64>,
        /// Who chose: `llm`, or `fallback` without a model.
        pub source: Option<String>,
    }

    /// A tool that fits.
    pub struct ToolHit {
        /// The tool.
        pub tool_name: String,
        /// How well it fits.
        pub confidence: Option<Confidence>,
        /// Why.
        pub rationale: Option<String>,
    }

    /// How an intent would be served.
    pub struct RoutePlan {
        /// The best way.
        pub recommended: Option<PlannedCall>,
        /// Other ways.
        pub alternatives: Vec<PlannedCall> = default,
        /// The intent as it was understood.
        pub resolved_intent: Option<Json>,
    }

    /// A tool call that would serve an intent.
    pub struct PlannedCall {
        /// The tool.
        pub tool: Option<String>,
        /// The rail, such as `pix`.
        pub rail: Option<String>,
        /// The provider.
        pub provider_id: Option<String>,
        /// Arguments to begin with.
        pub args_template: Option<Json>,
        /// Why this one.
        pub reasons: Vec<Json> = default,
    }

    /// A meta-tool: a tool of the service itself, such as `codespar_charge`.
    pub struct MetaTool {
        /// The name.
        pub name: String,
        /// What it does.
        pub description: String = default,
        /// What it takes, as a JSON schema.
        pub input_schema as "inputSchema": Option<Json>,
    }

    struct MetaTools {
        tools: Vec<MetaTool>,
    }
}

fn meta(answer: Answer) -> Result<Vec<MetaTool>, Error> {
    answer.json().map(|listed: MetaTools| listed.tools)
}

resource! {
    /// The catalog of providers (`/v1/providers`).
    Providers = Client.providers
}

resource! {
    /// Tools across providers: search, planning, meta-tools.
    Tools = Client.tools
}

impl<T: Transport> Providers<T> {
    /// The providers that fit (`GET /v1/providers`), all at once.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, ListProviders};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let found = client.providers().list(&ListProviders::default().country("BR")).send()?;
    /// println!("{} in Brazil", found.servers.len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` as the server says.
    pub fn list(&self, args: &ListProviders) -> Call<T, ProviderList> {
        self.client().call(list_providers(self.client().service(), args))
    }

    /// One provider (`GET /v1/providers/{slug}`).
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let asaas = client.providers().get("asaas").send()?;
    /// # let _ = asaas; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api` with `server_unknown`.
    pub fn get(&self, provider: impl AsRef<str>) -> Call<T, Provider> {
        self.client().call(get_provider(self.client().service(), provider.as_ref()))
    }

    /// What a provider needs to know its caller (`GET /v1/providers/{slug}/auth-schema`).
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for field in client.providers().auth_schema("z-api").send()?.fields {
    ///     println!("{}", field.name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api` with `server_unknown`.
    pub fn auth_schema(&self, provider: impl AsRef<str>) -> Call<T, AuthSchema> {
        self.client().call(read_schema(self.client().service(), provider.as_ref()))
    }

    /// Asks a provider whether the project's connection works
    /// (`POST /v1/providers/{slug}/verify-connection`).
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// match client.providers().verify_connection("asaas").send() {
    ///     Ok(_) => println!("it works"),
    ///     Err(error) => println!("it does not: {:?}", error.code()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `provider`; `Api`, when it does not work, with the reason as its code.
    pub fn verify_connection(&self, provider: impl AsRef<str>) -> Call<T, Verification> {
        self.client().call(verify(self.client().service(), provider.as_ref()))
    }
}

impl<T: Transport> Tools<T> {
    /// Tools that fit an intent in words (`POST /v1/tools/search`). A model chooses.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, SearchTools};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for hit in client.tools().search(&SearchTools::new("issue an invoice")).send()?.hits {
    ///     println!("{}", hit.tool_name);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `intent` or `limit`.
    pub fn search(&self, args: &SearchTools) -> Call<T, ToolSearch> {
        self.client().checked("tools.search", args.check(), |service| search_tools(service, args))
    }

    /// Which tool, rail and provider would serve an intent (`POST /v1/meta-tools/discover`).
    /// Nothing is carried out.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, PlanRoute};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let plan = client.tools().plan(&PlanRoute::default().description("R$ 150 by Pix")).send()?;
    /// println!("{:?}", plan.recommended.and_then(|call| call.tool));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `intent` or `description`; `Api` with `eligibility_empty`,
    /// `direction_blocked`, `intent_unmappable`, `nl_unavailable`, `nl_extraction_failed`.
    pub fn plan(&self, args: &PlanRoute) -> Call<T, RoutePlan> {
        self.client().checked("tools.plan", args.check(), |service| plan_route(service, args))
    }

    /// The meta-tools and what they take (`GET /v1/meta-tools.json`). Needs no key that works.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for tool in client.tools().meta().send()? {
    ///     println!("{}: {}", tool.name, tool.description);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    pub fn meta(&self) -> Call<T, Vec<MetaTool>> {
        self.client().call(list_meta(self.client().service()))
    }
}
