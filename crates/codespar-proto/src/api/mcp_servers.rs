//! MCP servers of the project that are paid for by the call (`/v1/mcp-servers`).

mod input;
mod server;

use codespar_engine::{
    Call, Error, Handle,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

pub use self::{
    input::{
        CreateMcpServer, NewMcpTool, UpdateMcpServer, UpdateMcpTool, UpstreamAuth,
        ValidateMcpServer,
    },
    server::{
        FeeSweep, FeeTransfer, FeeTransferStatus, FoundTool, McpServer, McpTool, McpValidation,
        PaytoKind,
    },
};
use crate::{
    api::{
        answer::{read_movement, require_list},
        mcp_servers::server::Rows,
    },
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Transfers the platform fees that are due, on chain, now: this moves money.
    fn sweep_platform_fees() -> FeeSweep:
        "mcp_servers.sweep_platform_fees" POST "/v1/mcp-servers/platform-fees/sweep",
        effect MovesMoney, scope "platform-fees:sweep", read read_movement;
    /// Tries an MCP server out: connects to it and lists its tools; nothing is kept.
    fn validate(; json: &ValidateMcpServer) -> McpValidation:
        "mcp_servers.validate" POST "/v1/mcp-servers/validate" Safe, effect Reads;
    /// Lists the MCP servers of the project, newest first.
    fn list() -> Vec<McpServer>: "mcp_servers.list" GET "/v1/mcp-servers", read rows;
    /// Registers an MCP server and puts prices on its tools, in USDC.
    fn create(; json: &CreateMcpServer) -> McpServer: "mcp_servers.create" POST "/v1/mcp-servers";
    /// Reads an MCP server with all its tools and their prices.
    fn get(mcp_server_id) -> McpServer: "mcp_servers.get" GET "/v1/mcp-servers/{mcp_server_id}";
    /// Deletes an MCP server and its tools; its address ceases to work.
    fn delete(mcp_server_id) -> ():
        "mcp_servers.delete" DELETE "/v1/mcp-servers/{mcp_server_id}" Safe, read no_answer;
    /// Changes how an MCP server is listed, or switches it off.
    fn update(mcp_server_id; json: &UpdateMcpServer) -> McpServer:
        "mcp_servers.update" PATCH "/v1/mcp-servers/{mcp_server_id}";
    /// Changes the price of a tool, in USDC, or switches it off.
    fn update_tool(mcp_server_id, tool; json: &UpdateMcpTool) -> McpTool:
        "mcp_servers.update_tool" PATCH "/v1/mcp-servers/{mcp_server_id}/tools/{tool}";
}

fn rows(answer: Response) -> Result<Vec<McpServer>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "mcp_servers", rows.mcp_servers)
}

/// MCP servers of the project that are paid for by the call (`/v1/mcp-servers`). What writes needs
/// the role of an administrator.
#[doc(alias = "model context protocol")]
#[doc(alias = "paid tools")]
#[derive(Handle)]
#[handle(Client.mcp_servers)]
pub struct McpServers<T> {
    client: Client<T>,
}

impl<T: Transport> McpServers<T> {
    /// Transfers the platform fees that are due (`POST /v1/mcp-servers/platform-fees/sweep`).
    /// **This moves money, on chain.** A transfer that failed does not fail the call: its status
    /// says so. The service does the same every hour.
    ///
    /// Each call transfers what is due then; only calls at the same time exclude each other. After
    /// a timeout or a 503 some transfers may have been made: look at the wallet, and at what the
    /// next sweep gives, before it is called again.
    ///
    /// Idempotency: none, the server honours no key; it is sent once.
    ///
    /// # Errors
    /// `Api` with `sweep_in_progress` (409), when nothing was done;
    /// `payto_provisioning_unavailable` (503), when the outcome is not known; `insufficient_role`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let sweep = client.mcp_servers().sweep_platform_fees().send()?;
    /// for transfer in &sweep.transfers {
    ///     println!("{:?} {:?}", transfer.status, transfer.amount_atomic);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn sweep_platform_fees(&self) -> Call<T, FeeSweep> {
        self.client().call(sweep_platform_fees(self.client().service()))
    }

    /// Tries an MCP server out (`POST /v1/mcp-servers/validate`): connects to it and lists its
    /// tools, within 8 seconds each. The credential is sent to that server and not kept. A server
    /// that cannot be reached is no error: `valid` is false then.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `upstream_url` or `auth`; `Api` with `invalid_upstream_url`,
    /// `insufficient_role`.
    ///
    /// ```
    /// use codespar_proto::mcp_servers::ValidateMcpServer;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let upstream = ValidateMcpServer::new("https://tools.example/mcp");
    /// let found = client.mcp_servers().validate(&upstream).send()?;
    /// println!("{:?}: {} tools", found.valid, found.tools.len());
    /// # Ok(()) }
    /// ```
    pub fn validate(&self, args: &ValidateMcpServer) -> Call<T, McpValidation> {
        self.client().call(validate(self.client().service(), args))
    }

    /// The MCP servers of the project, newest first (`GET /v1/mcp-servers`), all at once and
    /// without their tools.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for server in client.mcp_servers().list().send()? {
    ///     println!("{} {:?}", server.id, server.gateway_url);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<McpServer>> {
        self.client().call(list(self.client().service()))
    }

    /// Registers an MCP server and puts prices on its tools (`POST /v1/mcp-servers`).
    ///
    /// The revenue goes to the wallet of `consumer_id`. **A mistyped one is not refused**: it makes
    /// another wallet, and the revenue lands there. The fee cannot be changed later.
    ///
    /// Idempotency: none, the server honours no key; a repeat meets `slug_conflict`, and it is not
    /// repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `slug_conflict` (400, also for two
    /// tools of one name), `invalid_upstream_url`, `insufficient_role`;
    /// `payto_provisioning_unavailable` (503), when nothing was written.
    ///
    /// ```
    /// use codespar_proto::{mcp_servers::{CreateMcpServer, NewMcpTool}, types::DecimalText};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let quote = NewMcpTool::new("quote", "0.05".parse::<DecimalText>()?);
    /// let url = "https://tools.example/mcp";
    /// let args = CreateMcpServer::new("quotes", "Quotes", url, "con_1", vec![quote]);
    /// let server = client.mcp_servers().create(&args).send()?;
    /// println!("{:?}", server.gateway_url);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateMcpServer) -> Call<T, McpServer> {
        self.client().call(create(self.client().service(), args))
    }

    /// One MCP server with all its tools, those that are switched off among them (`GET
    /// /v1/mcp-servers/{mcp_server_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `mcp_server_id`; `Api` with `mcp_server_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for tool in client.mcp_servers().get("mcs_1").send()?.tools {
    ///     println!("{:?}: {:?} USDC", tool.tool_name, tool.price);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self, mcp_server_id: impl AsRef<str>) -> Call<T, McpServer> {
        self.client().call(get(self.client().service(), mcp_server_id.as_ref()))
    }

    /// Deletes an MCP server and its tools for good (`DELETE /v1/mcp-servers/{mcp_server_id}`): its
    /// address ceases to work, and anybody may take its slug. To pause it, [update](Self::update)
    /// it to be inactive.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `mcp_server_id`; `Api` with `mcp_server_not_found`, also after a deletion
    /// whose answer was lost; `insufficient_role`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.mcp_servers().delete("mcs_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, mcp_server_id: impl AsRef<str>) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), mcp_server_id.as_ref()))
    }

    /// Changes how an MCP server is listed, or switches it off or on (`PATCH
    /// /v1/mcp-servers/{mcp_server_id}`). A category cannot be taken away; the texts can, by empty
    /// ones.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `mcp_server` or `name`; `Api` with `mcp_server_not_found`,
    /// `insufficient_role`.
    ///
    /// ```
    /// use codespar_proto::mcp_servers::UpdateMcpServer;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paused = UpdateMcpServer::default().active(false);
    /// client.mcp_servers().update("mcs_1", &paused).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(
        &self,
        mcp_server_id: impl AsRef<str>,
        args: &UpdateMcpServer,
    ) -> Call<T, McpServer> {
        self.client().call(update(self.client().service(), mcp_server_id.as_ref(), args))
    }

    /// Changes the price of a tool, in USDC, or switches it off or on (`PATCH
    /// /v1/mcp-servers/{mcp_server_id}/tools/{tool}`). The price holds from the next call of the
    /// tool on.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `mcp_tool` or `price`; `Api` with `mcp_tool_not_found`, also where there is
    /// no such server; `insufficient_role`.
    ///
    /// ```
    /// use codespar_proto::{mcp_servers::UpdateMcpTool, types::DecimalText};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let price = UpdateMcpTool::default().price("0.10".parse::<DecimalText>()?);
    /// client.mcp_servers().update_tool("mcs_1", "quote", &price).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_tool(
        &self,
        mcp_server_id: impl AsRef<str>,
        tool: impl AsRef<str>,
        args: &UpdateMcpTool,
    ) -> Call<T, McpTool> {
        let service = self.client().service();
        self.client().call(update_tool(service, mcp_server_id.as_ref(), tool.as_ref(), args))
    }
}
