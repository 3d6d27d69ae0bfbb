//! `session.issue`: cards.

use codespar_proto::meta_tools::{CardControl, IssueArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn cards() {
    let card =
        || json!({"id": "crd_1", "status": "ACTIVE", "card_type": "VIRTUAL", "last_four": "4242"});
    let args = IssueArgs::physical_card("usr_1", "prg_1", json!({"zip": "01310-100"}));
    assert_snapshot!(told(tool(card()), |client| session(client).issue(&args)));
    let args = IssueArgs::control_card("crd_1", CardControl::Freeze).reason("lost");
    assert_snapshot!(told(tool(card()), |client| session(client).issue(&args)));
}
