//! MCP servers that are paid for by the call, as the service describes them.

use codespar_engine::{Answer, Extra, Json, Sensitive, Timestamp, WireEnum};

use crate::{
    api::projects::Environment,
    types::{atomic_text::AtomicText, decimal_text::DecimalText},
};

/// Where the revenue of an MCP server goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaytoKind {
    /// It goes to a wallet that was made for it.
    Provisioned,
    /// It goes to a contract that divides it.
    Split,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// An MCP server that is paid for by the call.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct McpServer {
    /// Its id: `mcs_…`.
    pub id: String,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// The name for machines; nobody else has it.
    pub slug: Option<String>,
    /// The name of the MCP server, for people.
    pub name: Option<String>,
    /// The description of the MCP server.
    pub description: Option<String>,
    /// A longer description, as Markdown.
    pub overview_md: Option<String>,
    /// What it is for.
    pub category: Option<String>,
    /// The address of the MCP server itself.
    pub upstream_url: Option<String>,
    /// Whether its money is real.
    pub environment: Option<Environment>,
    /// Where its revenue goes.
    pub payto_kind: Option<PaytoKind>,
    /// The address on chain that is paid to.
    #[wire(personal)]
    pub payto_address: Option<Sensitive>,
    /// The consumer whose wallet receives the revenue.
    pub consumer_id: Option<String>,
    /// The fee in hundredths of a percent.
    pub platform_fee_bps: Option<u32>,
    /// How many tools it was made with.
    pub tool_count: Option<u64>,
    /// Whether it can be called.
    pub active: Option<bool>,
    /// The address under which it is called and paid for.
    pub gateway_url: Option<String>,
    /// Why it has no such address.
    pub gateway_unavailable_reason: Option<String>,
    /// Its tools; a list of servers leaves them out.
    #[wire(default)]
    pub tools: Vec<McpTool>,
    /// When the MCP server was registered (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was last paid for.
    pub last_paid_call_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool of an MCP server, and the price of a call.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct McpTool {
    /// Its id: `mct_…`.
    pub id: Option<String>,
    /// The name of the tool.
    pub tool_name: Option<String>,
    /// The description of the tool.
    pub description: Option<String>,
    /// The JSON schema of what goes in.
    pub input_schema: Option<Json>,
    /// How the price is made, `flat` today.
    pub pricing_model: Option<String>,
    /// The price of a call in USDC.
    pub price: Option<DecimalText>,
    /// The price of a call in millionths of a USDC.
    pub price_atomic: Option<AtomicText>,
    /// Whether it can be called.
    pub active: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool that an MCP server says it has.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FoundTool {
    /// The name of the tool.
    pub name: Option<String>,
    /// The description of the tool.
    pub description: Option<String>,
    /// The JSON schema of what goes in.
    pub input_schema: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What trying an MCP server out came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct McpValidation {
    /// Whether it was reached and has tools to list.
    pub valid: Option<bool>,
    /// How many tools it has.
    pub count: Option<u64>,
    /// The tools that it has.
    #[wire(default)]
    pub tools: Vec<FoundTool>,
    /// Why it is not valid, such as `connect_timeout` or the server's own words.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a transfer of fees went.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FeeTransferStatus {
    /// The fees were transferred.
    Swept,
    /// They were not.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A transfer of platform fees. There is one for each environment and source, so that a source may
/// come twice.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeTransfer {
    /// The name of the account they came from.
    pub source: Option<String>,
    /// How much, in millionths of a USDC.
    pub amount_atomic: Option<AtomicText>,
    /// The transaction on chain.
    pub tx: Option<String>,
    /// How the transfer went.
    pub status: Option<FeeTransferStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What transferring the platform fees came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct FeeSweep {
    /// How many transfers were made.
    pub swept: Option<u64>,
    /// The millionths of a USDC of all chains added together, test chains among them: no amount of
    /// one currency.
    pub total_atomic: Option<AtomicText>,
    /// The wallet they went to; left out where nothing was due.
    #[wire(personal)]
    pub partner_wallet: Option<Sensitive>,
    /// The transfers, those that failed among them.
    #[wire(default)]
    pub transfers: Vec<FeeTransfer>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub(super) struct Rows {
    pub(super) mcp_servers: Option<Vec<McpServer>>,
    /// Members this version has no field for.
    pub extra: Extra,
}
