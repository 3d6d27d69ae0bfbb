//! What MCP servers and their tools are made with, and what of them changes.

use codespar_engine::{Args, Error, Json, Sensitive};

use crate::{
    check::{check_filled, check_https, check_length},
    types::decimal_text::DecimalText,
};

/// How an MCP server knows its caller: a header, and its value.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct UpstreamAuth {
    /// The name of the header.
    pub header: String,
    /// The value of the header, a secret.
    pub value: Sensitive,
}

impl UpstreamAuth {
    fn check(&self, field: &str) -> Result<(), Error> {
        check_filled(field, &self.header)?;
        check_filled(field, self.value.expose())
    }
}

/// The MCP server to try out, by its https address.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ValidateMcpServer {
    /// The address of the MCP server.
    pub upstream_url: String,
    /// How it knows its caller.
    pub auth: Option<UpstreamAuth>,
}

impl ValidateMcpServer {
    fn check(&self) -> Result<(), Error> {
        check_https("upstream_url", &self.upstream_url)?;
        self.auth.as_ref().map_or(Ok(()), |auth| auth.check("auth"))
    }
}

/// A tool of an MCP server, and the price of a call.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct NewMcpTool {
    /// The name of the tool.
    pub tool_name: String,
    /// The price of a call in USDC, with up to six decimals.
    #[wire(into)]
    pub price: DecimalText,
    /// The description of the tool.
    pub description: Option<String>,
    /// The JSON schema of what goes in.
    pub input_schema: Option<Json>,
}

/// An MCP server to register: its slug and name, its https address, the consumer whose wallet
/// receives the revenue, and its tools.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateMcpServer {
    /// The name for machines, at most 64 of `a-z`, `0-9`, `_` and `-`; nobody else may have it.
    pub slug: String,
    /// The name of the MCP server, for people.
    pub name: String,
    /// The address of the MCP server.
    pub upstream_url: String,
    /// The consumer whose wallet receives the revenue. A mistyped one makes another wallet.
    pub consumer_id: String,
    /// Its tools and their prices, 1 to 200.
    pub tools: Vec<NewMcpTool>,
    /// The description of the MCP server.
    pub description: Option<String>,
    /// A longer description, as Markdown.
    pub overview_md: Option<String>,
    /// What it is for.
    pub category: Option<String>,
    /// How it knows its caller; never given out again.
    pub upstream_auth: Option<UpstreamAuth>,
    /// The fee in hundredths of a percent, 0 to 10000; it cannot be changed later.
    pub platform_fee_bps: Option<u32>,
}

impl CreateMcpServer {
    fn check(&self) -> Result<(), Error> {
        check_slug(&self.slug)?;
        check_filled("name", &self.name)?;
        check_https("upstream_url", &self.upstream_url)?;
        check_filled("consumer_id", &self.consumer_id)?;
        if !(1..=200).contains(&self.tools.len()) {
            return Err(Error::config("tools", "expected 1 to 200"));
        }
        for (at, tool) in self.tools.iter().enumerate() {
            check_filled(&format!("tools[{at}].tool_name"), &tool.tool_name)?;
            check_price(&format!("tools[{at}].price"), &tool.price)?;
        }
        if self.platform_fee_bps.is_some_and(|fee| fee > 10_000) {
            return Err(Error::config("platform_fee_bps", "expected 0 to 10000"));
        }
        self.upstream_auth.as_ref().map_or(Ok(()), |auth| auth.check("upstream_auth"))
    }
}

fn check_slug(slug: &str) -> Result<(), Error> {
    check_length("slug", slug, 64)?;
    let plain =
        |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'_' | b'-');
    if slug.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::config("slug", "expected a-z, 0-9, _ and -"))
}

/// More than nothing, and nothing below a millionth of a USDC.
fn check_price(field: &str, price: &DecimalText) -> Result<(), Error> {
    price.check(field)?;
    match price.decimal() {
        Some(amount) if amount.normalize().scale() <= 6 => Ok(()),
        _ => Err(Error::config(field, "expected at most six decimals")),
    }
}

/// What of an MCP server changes; something has to.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateMcpServer {
    /// The name of the MCP server, for people.
    pub name: Option<String>,
    /// The description of the MCP server; an empty one takes it away.
    pub description: Option<String>,
    /// A longer description, as Markdown; an empty one takes it away.
    pub overview_md: Option<String>,
    /// What it is for.
    pub category: Option<String>,
    /// Whether it can be called.
    pub active: Option<bool>,
}

impl UpdateMcpServer {
    fn check(&self) -> Result<(), Error> {
        if *self == Self::default() {
            return Err(Error::config("mcp_server", "expected something to change"));
        }
        self.name.as_deref().map_or(Ok(()), |name| check_filled("name", name))
    }
}

/// What of a tool changes; something has to.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateMcpTool {
    /// The price of a call in USDC, with up to six decimals.
    #[wire(into)]
    pub price: Option<DecimalText>,
    /// Whether it can be called.
    pub active: Option<bool>,
}

impl UpdateMcpTool {
    fn check(&self) -> Result<(), Error> {
        match &self.price {
            Some(price) => check_price("price", price),
            None if self.active.is_none() => {
                Err(Error::config("mcp_tool", "expected something to change"))
            }
            None => Ok(()),
        }
    }
}
