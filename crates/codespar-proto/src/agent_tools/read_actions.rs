//! Which actions of the meta-tools only read. **Inferred**: the API does not say it.
//!
//! Nine meta-tools both read and act, by the value of one argument. They are offered as two tools,
//! one that reads and one that does the rest, so that a host can be told the truth about each. What
//! stands here was concluded from the names and descriptions of the actions; only these are split
//! off, and a tool of them is marked as inferred
//! ([`ToolEffect::Inferred`](crate::agent_tools::ToolEffect)).

/// The actions of a meta-tool that only read.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReadActions {
    /// The name of the meta-tool.
    pub tool: &'static str,
    /// The argument that says what is done.
    pub argument: &'static str,
    /// Its values that only read, as far as their names say.
    pub values: &'static [&'static str],
}

const fn row(
    tool: &'static str,
    argument: &'static str,
    values: &'static [&'static str],
) -> ReadActions {
    ReadActions { tool, argument, values }
}

/// The nine meta-tools that both read and act. Inferred from names and descriptions.
pub const READ_ACTIONS: &[ReadActions] = &[
    row("codespar_pay", "action", &["status"]),
    row("codespar_wallet", "action", &["balance", "statement"]),
    row("codespar_shop", "action", &["search", "checkout_status"]),
    row("codespar_invoice", "action", &["status"]),
    row("codespar_ship", "action", &["track", "quote"]),
    row("codespar_kyc", "check_type", &["status"]),
    row("codespar_ledger", "action", &["balance", "receipt", "receipts"]),
    row("codespar_issue", "action", &["card-get"]),
    row("codespar_manage_connections", "action", &["list", "status", "get_profile"]),
];

/// What the tool that reads is called behind the meta-tool's name.
pub(super) const READ: &str = "_read";

/// The read actions of a meta-tool, where it has any.
pub(super) fn of(tool: &str) -> Option<&'static ReadActions> {
    READ_ACTIONS.iter().find(|actions| actions.tool == tool)
}
