//! Tools across providers: search, planning, meta-tools.

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    check::{check_filled, check_range},
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Finds tools that fit an intent in words; a model chooses.
    fn search(; json: &SearchTools) -> ToolSearch:
        "tools.search" POST "/v1/tools/search" Safe, effect Reads;
    /// Says which tool, rail and provider would serve an intent; nothing is carried out.
    fn plan(; json: &PlanRoute) -> RoutePlan:
        "tools.plan" POST "/v1/meta-tools/discover" Safe, effect Reads;
    /// Lists the meta-tools and what they take.
    fn meta() -> Vec<MetaTool>: "tools.meta" GET "/v1/meta-tools.json", scope "public",
        read read_meta;
}

/// Tools across providers: search, planning, meta-tools.
#[derive(Handle)]
#[handle(Client.tools)]
pub struct Tools<T> {
    client: Client<T>,
}

/// How well a tool fits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Confidence {
    /// Very likely what is wanted.
    High,
    /// It may be.
    Medium,
    /// The tool hardly fits the intent.
    Low,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What kind of tool is looked for.
///
/// ```
/// use codespar_proto::tools::SearchTools;
///
/// let args = SearchTools::new("charge somebody by Pix").limit(3);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SearchTools {
    /// What is to be done, in words.
    pub intent: String,
    /// How many, 1 to 5.
    pub limit: Option<u32>,
}

impl SearchTools {
    fn check(&self) -> Result<(), Error> {
        check_filled("intent", &self.intent)?;
        check_range("limit", self.limit, 1..=5)
    }
}

/// What money is to do: the operation, the currency (`BRL`), the country (`BR`).
///
/// ```
/// use codespar_proto::{Currency, Minor, tools::Intent};
///
/// let intent = Intent::new("charge", Currency::from("BRL"), "BR");
/// let intent = intent.amount_minor(Minor::new(15_000));
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct Intent {
    /// What is done, such as `charge`.
    pub operation: String,
    /// The currency, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// In which country.
    pub country: String,
    /// How much, in **minor** units: 15 000 is R$ 150,00.
    pub amount_minor: Option<Minor>,
}

/// What a route is planned for: an intent, or its description in words.
///
/// ```
/// use codespar_proto::tools::PlanRoute;
///
/// let args = PlanRoute::default().description("charge R$ 150 by Pix in Brazil");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PlanRoute {
    /// What money is to do.
    pub intent: Option<Intent>,
    /// The same in words, which a model reads.
    pub description: Option<String>,
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

/// Tools that fit an intent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolSearch {
    /// The intent that was searched for.
    pub intent: Option<String>,
    /// The tools, best first.
    pub hits: Vec<ToolHit>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub elapsed_ms: Option<f64>,
    /// Who chose: `llm`, or `fallback` without a model.
    pub source: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool that fits.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolHit {
    /// The name of the tool, such as `codespar_charge`.
    pub tool_name: String,
    /// How well it fits.
    pub confidence: Option<Confidence>,
    /// Why the tool fits the intent.
    pub rationale: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How an intent would be served.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RoutePlan {
    /// The best way.
    pub recommended: Option<PlannedCall>,
    /// Other tool calls that would serve the intent.
    #[wire(default)]
    pub alternatives: Vec<PlannedCall>,
    /// The intent as it was understood.
    pub resolved_intent: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool call that would serve an intent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PlannedCall {
    /// The name of the tool to call.
    pub tool: Option<String>,
    /// The rail, such as `pix`.
    pub rail: Option<String>,
    /// The id of the provider that would be called.
    pub provider_id: Option<String>,
    /// Arguments to begin with.
    pub args_template: Option<Json>,
    /// Why this one.
    #[wire(default)]
    pub reasons: Vec<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A meta-tool: a tool of the service itself, such as `codespar_charge`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MetaTool {
    /// The name of the meta-tool, such as `codespar_charge`.
    pub name: String,
    /// The description of the meta-tool: what it does.
    #[wire(default)]
    pub description: String,
    /// What it takes, as a JSON schema.
    #[serde(rename = "inputSchema")]
    pub input_schema: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct MetaTools {
    tools: Vec<MetaTool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_meta(answer: Response) -> Result<Vec<MetaTool>, Error> {
    answer.json().map(|listed: MetaTools| listed.tools)
}

impl<T: Transport> Tools<T> {
    /// Tools that fit an intent in words (`POST /v1/tools/search`). A model chooses.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `intent` or `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, tools::SearchTools};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for hit in client.tools().search(&SearchTools::new("issue an invoice")).send()?.hits {
    ///     println!("{}", hit.tool_name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn search(&self, args: &SearchTools) -> Call<T, ToolSearch> {
        self.client().call(search(self.client().service(), args))
    }

    /// Which tool, rail and provider would serve an intent (`POST /v1/meta-tools/discover`).
    /// Nothing is carried out.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `intent` or `description`; `Api` with `eligibility_empty`,
    /// `direction_blocked`, `intent_unmappable`, `nl_unavailable`, `nl_extraction_failed`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, tools::PlanRoute};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let plan = client.tools().plan(&PlanRoute::default().description("R$ 150 by Pix")).send()?;
    /// println!("{:?}", plan.recommended.and_then(|call| call.tool));
    /// # Ok(()) }
    /// ```
    pub fn plan(&self, args: &PlanRoute) -> Call<T, RoutePlan> {
        self.client().call(plan(self.client().service(), args))
    }

    /// The meta-tools and what they take (`GET /v1/meta-tools.json`). Needs no key that works.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for tool in client.tools().meta().send()? {
    ///     println!("{}: {}", tool.name, tool.description);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn meta(&self) -> Call<T, Vec<MetaTool>> {
        self.client().call(meta(self.client().service()))
    }
}
