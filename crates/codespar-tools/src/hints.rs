//! What a host is told of a tool, as MCP's annotations put it.

use codespar_engine::Effect;
use serde::Serialize;

use crate::spec::ToolSpec;

/// What a host is told of a tool, so that it knows when to ask its user.
///
/// Made of the tool's effect, the worst of it where it is not known. Hints are advice: the guard of
/// a toolbox does not go by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Hints {
    /// It changes nothing.
    #[serde(rename = "readOnlyHint")]
    pub read_only: bool,
    /// It may remove, overwrite or spend: what it does cannot simply be added to or taken back.
    #[serde(rename = "destructiveHint")]
    pub destructive: bool,
    /// The same call again changes nothing more.
    #[serde(rename = "idempotentHint")]
    pub idempotent: bool,
    /// It reaches others than the account it is called for.
    #[serde(rename = "openWorldHint")]
    pub open_world: bool,
}

impl Hints {
    pub(crate) fn of(spec: &ToolSpec) -> Self {
        let read_only = spec.effect.only_reads();
        let destructive = match spec.effect.worst() {
            Effect::Reads => false,
            Effect::Changes => spec.overwrites,
            // Money that went out does not come back by itself.
            _ => true,
        };
        Self {
            read_only,
            destructive,
            idempotent: read_only || spec.repeatable,
            open_world: spec.open_world,
        }
    }
}
