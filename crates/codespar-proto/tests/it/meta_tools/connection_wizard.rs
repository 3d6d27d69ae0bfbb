//! `session.connection_wizard`: how to connect a provider.

use codespar_proto::meta_tools::WizardArgs;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn how_to_connect_a_provider() {
    let answer = tool(json!({"action": "initiate", "connections": [], "status": null,
        "initiate": {"server_id": "z-api", "auth_type": "path_secret", "difficulty": "hard",
            "status": "disconnected", "connect_url": "https://dashboard.test/connect",
            "instructions": ["open the link"], "next_action": "try again",
            "required_secrets": [{"name": "instance_id", "hint": "z-api.instance_id"}]}}));
    let args = WizardArgs::initiate("z-api").return_to("/after");
    assert_snapshot!(told(answer, |client| session(client).connection_wizard(&args)));
}
