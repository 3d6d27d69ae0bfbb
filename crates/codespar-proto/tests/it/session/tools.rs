//! Tools of a session as the server lists and ranks them.

use codespar_proto::{session::ListTools, testing::Recorded};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told};

#[test]
fn tools_as_the_server_lists_them() {
    let answer = Recorded::json(
        200,
        json!({"data": [{"name": "asaas/create_payment",
        "description": "Charges", "input_schema": {}, "server": "asaas"}], "total": 1,
        "session_id": "ses_1"}),
    );
    let args = ListTools::default().server("asaas").q("create payment");
    assert_snapshot!(told(answer, |client| session(client).list_tools(&args)), @r#"
    GET /v1/sessions/ses_1/tools?q=create%20payment&server=asaas
    ToolList {
        data: [
            Tool {
                name: "asaas/create_payment",
                description: "Charges",
                input_schema: Some(Json(object, 2 bytes)),
                server: Some("asaas"),
            },
        ],
        total: Some(1),
        session_id: Some("ses_1"),
    }
    "#);
}

#[test]
fn tools_as_the_server_ranks_them() {
    let answer = Recorded::json(
        200,
        json!({"data": [{"name": "codespar_charge",
        "description": "Charges", "relevance": 0.92, "server": "codespar"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).search_tools("charge by pix")), @r#"
    POST /v1/sessions/ses_1/find-tools
    {"intent":"charge by pix"}
    RankedTools {
        data: [
            RankedTool {
                name: "codespar_charge",
                description: Some("Charges"),
                relevance: Some(0.92),
                server: Some("codespar"),
            },
        ],
    }
    "#);
}
