//! Tools of a session as the server lists and ranks them
//! (`/v1/sessions/{id}/tools`, `/v1/sessions/{id}/find-tools`).

use codespar_engine::{Call, Transport, answer, args, endpoints};
use serde::Serialize;

use crate::{
    check::check_filled,
    session::{Session, connections::answer::Tool},
};

endpoints! {
    pub(crate) static ROUTES;
    fn list_tools(session; query: &ListTools) -> ToolList: "session.list_tools" GET "/v1/sessions/{session}/tools";
    fn search_tools(session; json: &Intent<'_>) -> RankedTools: "session.search_tools" POST "/v1/sessions/{session}/find-tools" Safe, effect Reads;
}

args! {
    /// Which tools are listed: all, unless something is set.
    pub struct ListTools with {
        /// Only a server's, such as `asaas`.
        server: String = into,
        /// Only those whose name or description holds this text.
        q: String = into,
    }
}

#[derive(Serialize)]
struct Intent<'a> {
    intent: &'a str,
}

answer! {
    /// The tools of a session.
    pub struct ToolList {
        /// The tools of the session.
        pub data: Vec<Tool> = default,
        /// The number of tools.
        pub total: Option<u64>,
        /// The id of the session.
        pub session_id: Option<String>,
    }

    /// The tools for a purpose, best first.
    pub struct RankedTools {
        /// The tools that fit, best first.
        pub data: Vec<RankedTool> = default,
    }

    /// A tool, and how well it fits.
    pub struct RankedTool {
        /// The name of the tool, such as `asaas/create_payment`.
        pub name: String = default,
        /// The description of the tool: what it does.
        pub description: Option<String>,
        /// How well it fits, from 0 to 1.
        pub relevance: Option<f64>,
        /// The server it belongs to.
        pub server: Option<String>,
    }
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
        self.checked("session.search_tools", check_filled("intent", intent), |service| {
            search_tools(service, self.id(), &Intent { intent })
        })
    }
}
