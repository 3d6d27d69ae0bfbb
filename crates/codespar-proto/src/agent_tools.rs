//! A session's tools, and the operations of the API, as tools of a language model.
//!
//! [`SessionTools`] are the tools that a session runs, [`OperationTools`] the operations of the
//! registry. Both are sources of a [`Toolbox`], which gives them names,
//! schemas and hints, and guards their calls.
//!
//! ```
//! use codespar_proto::agent_tools::SessionTools;
//! use codespar_tools::{Dialect, Toolbox, ToolboxOptions};
//!
//! # use codespar_proto::{Error, Json, Session, driver::BlockingTransport};
//! # fn example<T: BlockingTransport + Sync>(session: &Session<T>) -> Result<Json, Error> {
//! let tools = SessionTools::new(session, &session.tools().send()?);
//! let toolbox = Toolbox::new(vec![Box::new(tools)], ToolboxOptions::new());
//! Ok(toolbox.list(Dialect::Anthropic))
//! # }
//! ```

mod extra;
mod meta;
mod read_actions;
mod registered;
mod session;

pub use codespar_tools::*;

pub use self::{
    meta::META_TOOLS,
    read_actions::{READ_ACTIONS, ReadActions},
    registered::{NOT_OFFERED, OperationTools},
    session::SessionTools,
};
use crate::types::money::Currency;

/// How many decimals a currency's minor unit has; `None` for what is no currency, and for tokens of
/// which the API does not say it.
fn decimals(currency: &str) -> Option<u32> {
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_code || currency == "USDC").then(|| Currency::from(currency).exponent())
}
