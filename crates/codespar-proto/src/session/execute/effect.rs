//! What tools do to the world.

use codespar_engine::Effect;

/// What a tool does to the world: the worst, unless it is known to read only.
pub(crate) fn effect(tool: &str) -> Effect {
    match tool {
        "codespar_discover" | "codespar_list_tools" => Effect::Reads,
        _ => Effect::MovesMoney,
    }
}
