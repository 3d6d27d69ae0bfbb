//! Tools across providers: search, planning, meta-tools.

use codespar_engine::{
    Call, Error, Json, Response, Transport, answer, args, endpoints, open_enum, resource,
};

use crate::{
    check::{check_filled, check_range},
    client::Client,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES;
    fn search_tools(; json: &SearchTools) -> ToolSearch: "tools.search" POST "/v1/tools/search" Safe, effect Reads;
    fn plan_route(; json: &PlanRoute) -> RoutePlan: "tools.plan" POST "/v1/meta-tools/discover" Safe, effect Reads;
    fn list_meta() -> Vec<MetaTool>: "tools.meta" GET "/v1/meta-tools.json", read meta;
}

resource! {
    /// Tools across providers: search, planning, meta-tools.
    Tools = Client.tools
}

open_enum! {
    /// How well a tool fits.
    pub enum Confidence {
        /// Very likely what is wanted.
        High = "high",
        /// It may be.
        Medium = "medium",
        /// The tool hardly fits the intent.
        Low = "low",
    }
}

args! {
    /// What kind of tool is looked for.
    ///
    /// ```
    /// use codespar_proto::tools::SearchTools;
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
    /// use codespar_proto::{Currency, Minor, tools::Intent};
    ///
    /// let intent = Intent::new("charge", Currency::from("BRL"), "BR");
    /// let intent = intent.amount_minor(Minor::new(15_000));
    /// ```
    pub struct Intent {
        /// What is done, such as `charge`.
        operation: String,
        /// The currency, such as `BRL`.
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
    /// use codespar_proto::tools::PlanRoute;
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
    /// Tools that fit an intent.
    pub struct ToolSearch {
        /// The intent that was searched for.
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
        /// The name of the tool, such as `codespar_charge`.
        pub tool_name: String,
        /// How well it fits.
        pub confidence: Option<Confidence>,
        /// Why the tool fits the intent.
        pub rationale: Option<String>,
    }

    /// How an intent would be served.
    pub struct RoutePlan {
        /// The best way.
        pub recommended: Option<PlannedCall>,
        /// Other tool calls that would serve the intent.
        pub alternatives: Vec<PlannedCall> = default,
        /// The intent as it was understood.
        pub resolved_intent: Option<Json>,
    }

    /// A tool call that would serve an intent.
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
        pub reasons: Vec<Json> = default,
    }

    /// A meta-tool: a tool of the service itself, such as `codespar_charge`.
    pub struct MetaTool {
        /// The name of the meta-tool, such as `codespar_charge`.
        pub name: String,
        /// The description of the meta-tool: what it does.
        pub description: String = default,
        /// What it takes, as a JSON schema.
        pub input_schema as "inputSchema": Option<Json>,
    }

    struct MetaTools {
        tools: Vec<MetaTool>,
    }
}

fn meta(answer: Response) -> Result<Vec<MetaTool>, Error> {
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
        self.client().checked("tools.search", args.check(), |service| search_tools(service, args))
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
        self.client().checked("tools.plan", args.check(), |service| plan_route(service, args))
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
        self.client().call(list_meta(self.client().service()))
    }
}
