//! Operations that take nothing besides what their paths say.

use codespar_engine::Args;

/// No members; as a body `{}`.
#[derive(Args)]
pub(crate) struct Nothing {}
