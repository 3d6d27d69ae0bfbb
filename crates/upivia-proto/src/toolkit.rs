//! The operations of the platform as tools of a language model, whatever framework it runs in.

mod formats;
pub(crate) mod result;
mod spaces;

use std::sync::Arc;

use codespar_engine::{
    Call, Describe, Json,
    driver::{BoxFlow, Transport},
    kit::{Chain, Conversation, Error, Map, Service, Then, Unary, check_filled},
};
use codespar_tools::{LONGEST_NAME, tool_names};
use serde::{Deserialize, Serialize};

pub use self::result::{ToolResult, format_tool_result};
use crate::{
    api::{
        service_requests::{ServiceRequest, submit},
        services,
        services::{Catalogue, CatalogueOperation, CatalogueService},
    },
    client::Client,
    types::{money::Cents, object::Object},
};

/// The operations that are offered where the platform's catalogue cannot be had.
const DEFAULTS: [(&str, &str, &str); 11] = [
    ("email", "send", "Send an email via Upivia's governed pipeline."),
    ("text_generation", "generate", "Generate text via an LLM through Upivia."),
    ("web_search", "search", "Search the web via Upivia."),
    ("discord", "send_message", "Send a message to a Discord channel."),
    ("reddit", "submit_post", "Submit a post to Reddit."),
    ("bluesky", "post", "Post to Bluesky."),
    ("x", "post", "Post to X (Twitter)."),
    ("mastodon", "post", "Post to Mastodon."),
    ("github", "create_issue", "Create a GitHub issue."),
    ("notion", "create_page", "Create a Notion page."),
    ("platform", "check_budget", "Check the agent's remaining budget."),
];

/// An operation of a service, offered as a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Describe)]
#[non_exhaustive]
pub struct Tool {
    /// What the model calls it: letters, digits, `_` and `-`, at most 64, unlike any other of
    /// its toolkit.
    pub name: String,
    /// What it is for, as the model is told.
    pub description: String,
    /// What it takes, as a JSON schema; `None` where nothing is known.
    pub input_schema: Option<Json>,
    /// The id of the service, such as `email`.
    pub service: String,
    /// The operation of the service.
    pub operation: String,
}

/// An operation to make a tool of, where the caller chooses them: see
/// [`Toolkit::of_operations`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct ToolOperation {
    /// The id of the service, such as `email`.
    pub service: String,
    /// The operation of the service.
    pub operation: String,
    /// What it is for; made of the two when empty.
    pub description: String,
}

impl ToolOperation {
    /// An operation of a service, and what it is for.
    pub fn new(
        service: impl Into<String>,
        operation: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            service: service.into(),
            operation: operation.into(),
            description: description.into(),
        }
    }
}

/// The operations of the platform as tools of a language model.
///
/// ```
/// # use upivia_proto::doctest::*;
/// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
/// use upivia_proto::{Object, toolkit::format_tool_result};
///
/// let toolkit = client.toolkit().send()?;
/// let for_the_model = toolkit.to_openai();
/// // … the model answers with the name of a tool and its arguments …
/// let (name, arguments) = ("email_send", serde_json::json!({"to": "a@b.example"}));
/// let arguments = Object::of("arguments", &arguments)?;
/// if let Some(tool) = toolkit.find(name) {
///     let result = client.call_tool(tool, &arguments).send()?;
///     println!("{}", format_tool_result(&result));
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toolkit {
    tools: Vec<Tool>,
}

impl Toolkit {
    /// A tool for every operation of a catalogue. Entries without a name are left out, an
    /// operation that stands in it twice is one tool.
    pub fn of_catalogue(catalogue: &Catalogue) -> Self {
        let tools = catalogue.services.iter().flat_map(|service| {
            service
                .operations
                .iter()
                .filter_map(move |operation| catalogue_tool(service, operation))
        });
        Self::of_tools(tools.collect())
    }

    /// Tools for these operations. Their schemas are not known.
    ///
    /// # Errors
    /// `Config` naming `service` or `operation`, when it is empty.
    ///
    /// ```
    /// use upivia_proto::toolkit::{ToolOperation, Toolkit};
    ///
    /// let toolkit =
    ///     Toolkit::of_operations([ToolOperation::new("email", "send", "Sends an email.")])?;
    /// assert_eq!(toolkit.tools()[0].name, "email_send");
    /// # Ok::<(), upivia_proto::Error>(())
    /// ```
    pub fn of_operations(
        operations: impl IntoIterator<Item = ToolOperation>,
    ) -> Result<Self, Error> {
        let tool = |chosen: ToolOperation| {
            check_filled("service", &chosen.service)?;
            check_filled("operation", &chosen.operation)?;
            let description = if chosen.description.is_empty() {
                format!("Upivia service: {}.{}", chosen.service, chosen.operation)
            } else {
                chosen.description
            };
            Ok(Tool::new(&chosen.service, &chosen.operation, description, None))
        };
        operations.into_iter().map(tool).collect::<Result<_, _>>().map(Self::of_tools)
    }

    /// The eleven operations that are known without asking the platform.
    ///
    /// ```
    /// assert_eq!(upivia_proto::toolkit::Toolkit::defaults().tools().len(), 11);
    /// ```
    pub fn defaults() -> Self {
        let tool = |(service, operation, description): (&str, &str, &str)| {
            Tool::new(service, operation, description.to_owned(), None)
        };
        Self::of_tools(DEFAULTS.into_iter().map(tool).collect())
    }

    /// The tools, each of them once and under a name of its own.
    fn of_tools(all: Vec<Tool>) -> Self {
        let mut tools: Vec<Tool> = Vec::with_capacity(all.len());
        for tool in all {
            let is_there = |other: &Tool| {
                (&other.service, &other.operation) == (&tool.service, &tool.operation)
            };
            if !tools.iter().any(is_there) {
                tools.push(tool);
            }
        }
        // What stands between the two is `_` in a name, and in no name of a service.
        let ids: Vec<String> =
            tools.iter().map(|tool| format!("{}\u{1f}{}", tool.service, tool.operation)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let names = tool_names(&ids, LONGEST_NAME);
        for (tool, name) in tools.iter_mut().zip(names) {
            tool.name = name;
        }
        Self { tools }
    }

    /// The tools, each once and under a name of its own.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The tool of this name.
    pub fn find(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

impl Tool {
    fn new(
        service: &str,
        operation: &str,
        description: String,
        input_schema: Option<Json>,
    ) -> Self {
        Self {
            name: String::new(),
            description,
            input_schema,
            service: service.to_owned(),
            operation: operation.to_owned(),
        }
    }
}

/// The tool of an operation; `None` where the catalogue gives no names.
fn catalogue_tool(service: &CatalogueService, operation: &CatalogueOperation) -> Option<Tool> {
    let filled = |name: &&str| !name.is_empty();
    let of = service.key().filter(filled)?;
    let name = operation.key().filter(filled)?;
    let mut description = format!("Upivia governed operation {of}.{name}.");
    if let Some(text) = service.description.as_deref().filter(filled) {
        description.push(' ');
        description.push_str(text);
    }
    if let Some(price) = operation.base_price_cents.and_then(Cents::whole) {
        description.push_str(&format!(" Base price: {price} cents."));
    }
    let schema = operation.input_schema.clone().filter(Json::is_object);
    Some(Tool::new(of, name, description, schema))
}

fn catalogue(service: &Arc<Service>) -> Unary<Catalogue> {
    services::list(service)
}

/// The flow of a tool call. What the platform or the network says is a result.
fn run<T>(
    client: &Client<T>,
    tool: &Tool,
    arguments: &Object,
) -> Result<Chain<ToolResult, ToolResult>, Error> {
    let request = ServiceRequest::new(&tool.service, &tool.operation, arguments)?;
    // What an error says of itself has to be about all that was sent.
    let made = Conversation::new(submit(client, &request)?);
    let made = Map::new(made, |made| Ok(ToolResult::of(&made.outcome)));
    Ok(Chain::new(made, |answer, _| {
        Then::Done(answer.or_else(|error| ToolResult::of_error(&error).ok_or(error)))
    }))
}

impl<T: Transport> Client<T> {
    /// The platform's operations as tools (`GET /api/v1/services`, no credentials).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As the server says: a catalogue that cannot be had is an error. See
    /// [`toolkit_or_defaults`](Self::toolkit_or_defaults).
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// for tool in client.toolkit().send()?.tools() {
    ///     println!("{}: {}", tool.name, tool.description);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn toolkit(&self) -> Call<T, Toolkit> {
        self.api
            .call(catalogue(self.api.service()))
            .map(|catalogue| Toolkit::of_catalogue(&catalogue))
    }

    /// As [`toolkit`](Self::toolkit); where the catalogue cannot be had, or there is nothing in
    /// it, the [defaults](Toolkit::defaults).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` and `Canceled` only: those are the caller's.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{} tools", client.toolkit_or_defaults().send()?.tools().len());
    /// # Ok(()) }
    /// ```
    pub fn toolkit_or_defaults(&self) -> Call<T, Toolkit> {
        let asked: BoxFlow<Catalogue> = Box::new(catalogue(self.api.service()));
        self.api.call(Chain::new(asked, |answer, _| {
            let toolkit = match answer {
                Ok(catalogue) => Toolkit::of_catalogue(&catalogue),
                Err(error) if result::is_callers(&error) => return Then::Done(Err(error)),
                Err(_) => Toolkit::default(),
            };
            let is_empty = toolkit.tools.is_empty();
            Then::Done(Ok(if is_empty { Toolkit::defaults() } else { toolkit }))
        }))
    }

    /// Calls a tool with the arguments the model gave: a service request, as
    /// [`create`](crate::service_requests::ServiceRequests::create) makes it (agent key).
    ///
    /// What the platform and the network say is a result too, for the model to read:
    /// `{"status":"error","kind":…,"code":…,"message":…}`. It does not say whether the platform saw
    /// the request: with the model's id of the tool call as the key, a second try has no second
    /// effect.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config` and `Canceled` only: those are the caller's.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # use upivia_proto::toolkit::Toolkit;
    /// # fn example<T: BlockingTransport>(client: &Client<T>, toolkit: &Toolkit) -> Result {
    /// use upivia_proto::{Object, toolkit::format_tool_result};
    ///
    /// let arguments = Object::of("arguments", &serde_json::json!({"query": "pix"}))?;
    /// if let Some(tool) = toolkit.find("web_search_search") {
    ///     let call = client.call_tool(tool, &arguments).idempotency_key("call_81");
    ///     println!("{}", format_tool_result(&call.send()?));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn call_tool(&self, tool: &Tool, arguments: &Object) -> Call<T, ToolResult> {
        self.api.checked("toolkit.call", run(self, tool, arguments))
    }
}
