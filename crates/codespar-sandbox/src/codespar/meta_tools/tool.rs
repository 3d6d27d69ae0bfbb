//! What a commerce tool is, what it works with and what it gives back.

use serde_json::{Value, json};

use crate::{
    server::json_object::{Issue, JsonObject, issue},
    store::{
        clock::Now,
        context::Context,
        effects::EffectKind,
        records::{session::SessionInfo, tracking::Tracking},
        settings::Settings,
        state::State,
    },
};

/// One tool: what it is called, what it does, which members its input must have, and its code.
pub(crate) struct MetaTool {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) required: &'static [(&'static str, &'static str)],
    pub(crate) run: fn(&mut ToolContext<'_>, &JsonObject) -> Result<ToolOutput, ToolError>,
}

/// What a tool works with.
pub(crate) struct ToolContext<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    pub(crate) project: &'a str,
    pub(crate) now: Now,
    pub(crate) session: &'a SessionInfo,
    /// The request's idempotency key, where it has one.
    pub(crate) key: Option<&'a str>,
    /// Every tool there is.
    pub(crate) tools: &'static [MetaTool],
}

/// What a tool has done.
pub(crate) struct ToolOutput {
    pub(crate) data: Value,
    pub(crate) server: String,
    pub(crate) tracking: Option<Tracking>,
}

/// Why a tool did not do it: `error` and `data` of its result.
#[derive(Debug)]
pub(crate) struct ToolError {
    pub(crate) error: String,
    pub(crate) data: Value,
}

impl MetaTool {
    /// The tool as a session shows it.
    pub(crate) fn row(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.about,
            "input_schema": self.schema(),
            "server": "codespar",
        })
    }

    pub(crate) fn schema(&self) -> Value {
        let properties: serde_json::Map<String, Value> = self
            .required
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind })))
            .collect();
        let required: Vec<&str> = self.required.iter().map(|(name, _)| *name).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }
}

impl ToolContext<'_> {
    /// What it has in common with whatever else changes the store.
    pub(crate) fn context(&mut self) -> Context<'_> {
        Context { state: self.state, settings: self.settings, project: self.project, now: self.now }
    }

    /// A new id with this prefix.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        self.state.ids.with(prefix)
    }

    /// Writes down that something has left the building.
    pub(crate) fn effect(&mut self, kind: EffectKind, id: &str, minor: Option<i64>) {
        self.state.effects.add(kind, id, self.key, minor);
    }

    /// Lets a payment settle by itself.
    pub(crate) fn settling_payment(&mut self, id: &str, provider: &'static str) -> Tracking {
        let key = self.state.ids.uuid();
        let tracking = Tracking::payment(key, id, provider);
        tracking.settling(self.settings.settle_after, self.now)
    }
}

impl ToolOutput {
    /// Something done by this server, with nothing to wait for.
    pub(crate) fn from_server(server: &str, data: Value) -> Self {
        Self { data, server: server.to_owned(), tracking: None }
    }

    #[must_use]
    pub(crate) fn with_tracking(mut self, tracking: Tracking) -> Self {
        self.tracking = Some(tracking);
        self
    }
}

impl ToolError {
    pub(crate) fn new(error: &str) -> Self {
        Self { error: error.to_owned(), data: Value::Null }
    }
}

impl From<Issue> for ToolError {
    fn from(issue: Issue) -> Self {
        let details = json!({ "field": issue.field, "message": issue.message });
        Self {
            error: "invalid_args".to_owned(),
            data: json!({ "error": issue.message, "code": "invalid_args", "details": details }),
        }
    }
}

/// Three letters, in upper case.
pub(crate) fn currency(input: &JsonObject) -> Result<&str, ToolError> {
    let currency = input.text("currency")?;
    if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(currency);
    }
    Err(issue("currency", "must be three capital letters").into())
}
