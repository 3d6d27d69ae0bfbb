//! Tools of a session as the server lists and ranks them
//! (`/v1/sessions/{id}/tools`, `/v1/sessions/{id}/find-tools`).

use codespar_engine::{Answer, Args, Call, Error, Extra, driver::Transport, endpoints};

use crate::{
    check::check_filled,
    session::{Session, connections::answer::Tool},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the session's tools as the server has them.
    fn list_tools(session_id; query: &ListTools) -> ToolList:
        "session.list_tools" GET "/v1/sessions/{session_id}/tools";
    /// Finds the session's tools for a purpose, ranked by the server.
    fn search_tools(session_id; json: &ToolIntent) -> RankedTools:
        "session.search_tools" POST "/v1/sessions/{session_id}/find-tools" Safe, effect Reads;
}

/// Which tools are listed: all, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct ListTools {
    /// Only a server's, such as `asaas`.
    pub server: Option<String>,
    /// Only those whose name or description holds this text.
    pub q: Option<String>,
}

/// What a session's tools are searched for.
#[derive(Clone, Debug, Args)]
#[wire(check)]
struct ToolIntent {
    /// What is to be done, in words.
    intent: String,
}

impl ToolIntent {
    fn check(&self) -> Result<(), Error> {
        check_filled("intent", &self.intent)
    }
}

/// The tools of a session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolList {
    /// The tools of the session.
    #[wire(default)]
    pub data: Vec<Tool>,
    /// The number of tools.
    pub total: Option<u64>,
    /// The id of the session.
    pub session_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The tools for a purpose, best first.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RankedTools {
    /// The tools that fit, best first.
    #[wire(default)]
    pub data: Vec<RankedTool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool, and how well it fits.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RankedTool {
    /// The name of the tool, such as `asaas/create_payment`.
    #[wire(default)]
    pub name: String,
    /// The description of the tool: what it does.
    pub description: Option<String>,
    /// How well it fits, from 0 to 1.
    pub relevance: Option<f64>,
    /// The server it belongs to.
    pub server: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Its tools as the server lists them (`GET /v1/sessions/{id}/tools`).
    ///
    /// Not every server has this route; [`tools`](Self::tools) works with all of them.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with 404, also where the server has no such route.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::session::ListTools;
    ///
    /// for tool in &session.list_tools(&ListTools::default().server("asaas")).send()?.data {
    ///     println!("{}", tool.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list_tools(&self, args: &ListTools) -> Call<T, ToolList> {
        self.call(list_tools(self.service(), self.id(), args))
    }

    /// Its tools for a purpose, ranked by the server (`POST /v1/sessions/{id}/find-tools`).
    ///
    /// Not every server has this route; [`find_tools`](Self::find_tools) works with all of them.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `intent`; `Api` with 404, also where the server has no such route.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for tool in &session.search_tools("charge a buyer by pix").send()?.data {
    ///     println!("{} {:?}", tool.name, tool.relevance);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn search_tools(&self, intent: &str) -> Call<T, RankedTools> {
        self.call(search_tools(self.service(), self.id(), &ToolIntent::new(intent)))
    }
}
