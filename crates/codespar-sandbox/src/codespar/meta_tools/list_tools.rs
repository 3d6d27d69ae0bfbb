//! `codespar_list_tools`: what can be called.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::Fields,
};

/// Lists the tools of the session.
pub(crate) fn run(desk: &mut Desk<'_, '_>, _: &Fields) -> Result<Done, Failure> {
    let row = |name: &str| json!({ "id": name, "name": name, "agentType": "commerce" });
    if desk.world.settings.managed() {
        let tools: Vec<Value> = desk.tools.iter().map(|tool| row(tool.name)).collect();
        return Ok(Done::by("_codespar", json!({ "tools": tools })));
    }
    Ok(Done::by("oss-runtime", json!({ "tools": [row("codespar_list_tools")] })))
}
