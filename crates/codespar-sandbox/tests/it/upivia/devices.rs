//! Terminals.

use serde_json::json;

use crate::support::upivia::{As, id, refused, upivia};

#[test]
fn devices_live_by_their_heartbeats() {
    let upivia = upivia();
    let cwd = upivia.post(As::Token, "/devices/sessions/ds_1/cwd", json!({ "action": "get" }));
    assert_eq!(refused(&cwd), (409, "device_offline"));
    let beat = || upivia.made(As::Token, "/devices/heartbeat", json!({ "session_id": "ds_1" }));
    assert_eq!(beat(), json!({ "commands": [] }));
    assert_eq!(upivia.read(As::Token, "/devices/sessions")["sessions"][0]["id"], "ds_1");
    let sent = upivia.made(As::Token, "/devices/sessions/ds_1", json!({ "content": "ls" }));
    let command = id(&sent, "command");
    assert_eq!(beat()["commands"][0]["id"], command);
    assert_eq!(beat(), json!({ "commands": [] }), "each is handed out once");
    let path = format!("/devices/commands/{command}");
    assert_eq!(upivia.patch(As::Token, &path, json!({ "status": "done" })).status, 200);
    let rename = json!({ "action": "rename", "title": "laptop" });
    assert_eq!(upivia.patch(As::Token, "/devices/sessions/ds_1", rename).status, 200);
    let set = json!({ "action": "set", "path": "src" });
    let cwd = upivia.made(As::Token, "/devices/sessions/ds_1/cwd", set);
    assert_eq!(cwd, json!({ "cwd": "src", "entries": [] }));
    assert_eq!(upivia.delete(As::Token, "/devices/sessions/ds_1").status, 200);
    assert_eq!(upivia.read(As::Token, "/devices/sessions")["sessions"], json!([]));
}
