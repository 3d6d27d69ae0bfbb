//! What is sold through the gateway (`/v1/gate`).

use codespar_engine::{
    Answer, Call, Extra, Handle, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::{client::Client, types::atomic_text::AtomicText};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what paywalls and tools earned in the last 30 days, in millionths of a USDC.
    fn stats() -> GateStats: "gate.stats" GET "/v1/gate/stats";
}

/// What is sold through the gateway (`/v1/gate`).
#[derive(Handle)]
#[handle(Client.gate)]
pub struct Gate<T> {
    client: Client<T>,
}

impl<T: Transport> Gate<T> {
    /// What paywalls and tools earned in the last 30 days (`GET /v1/gate/stats`), the one window
    /// there is. It takes the scopes `paywalls:read` and `mcp-servers:read`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `forbidden` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let stats = client.gate().stats().send()?;
    /// println!("{:?} paid calls", stats.paid_calls);
    /// # Ok(()) }
    /// ```
    pub fn stats(&self) -> Call<T, GateStats> {
        self.client().call(stats(self.client().service()))
    }
}

/// What is sold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GateItemKind {
    /// Calls through a paywall.
    Paywall,
    /// Calls of a tool.
    McpTool,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What was sold in a window of time, in millionths of a USDC. The share that pays is
/// `challenges_paid` of `payment_attempts`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct GateStats {
    /// How long the window is: `30d`.
    pub window: Option<String>,
    /// Where it begins.
    pub from: Option<Timestamp>,
    /// Where it ends.
    pub to: Option<Timestamp>,
    /// What was earned after what was given back and the fee of the platform.
    pub earnings_atomic: Option<AtomicText>,
    /// The same before the fee.
    pub gross_earnings_atomic: Option<AtomicText>,
    /// What was earned in the window before.
    pub previous_earnings_atomic: Option<AtomicText>,
    /// How many calls were paid.
    pub paid_calls: Option<u64>,
    /// How many things are for sale.
    pub published_links: Option<u64>,
    /// How many agents paid.
    pub paying_agents: Option<u64>,
    /// How many of them paid first this month.
    pub new_paying_agents_this_month: Option<u64>,
    /// How many calls were asked to pay.
    pub challenges_issued: Option<u64>,
    /// How many tried to pay.
    pub payment_attempts: Option<u64>,
    /// How many of those paid.
    pub challenges_paid: Option<u64>,
    /// The same for each thing; what was deleted has no row.
    #[wire(default)]
    pub items: Vec<GateItem>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What one thing earned, in millionths of a USDC.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct GateItem {
    /// What is sold.
    pub kind: Option<GateItemKind>,
    /// The id of the paywall or of the server; a server has a row for each tool.
    pub id: Option<String>,
    /// The name of the tool.
    pub tool_name: Option<String>,
    /// How many calls were paid in the last 24 hours.
    pub paid_calls_24h: Option<u64>,
    /// What was earned after what was given back and the fee of the platform.
    pub earnings_atomic: Option<AtomicText>,
    /// The same before the fee.
    pub gross_earnings_atomic: Option<AtomicText>,
    /// Members this version has no field for.
    pub extra: Extra,
}
