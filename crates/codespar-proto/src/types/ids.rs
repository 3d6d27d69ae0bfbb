//! Ids that must not be taken for one another.

use codespar_engine::Id;

use std::borrow::Cow;

/// A tool call: `tc_` and digits on the managed service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
pub struct ToolCallId(Cow<'static, str>);

/// A charge without a session, by the id the server gave it or by the key it was made under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
pub struct ChargeReference(Cow<'static, str>);

/// A session: `ses_…` on the managed service, a UUID on a self-hosted one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
pub struct SessionId(Cow<'static, str>);
