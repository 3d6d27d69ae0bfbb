//! MCP servers that are paid for by the call.

use codespar_proto::{
    Json, KeyUse, Verdict,
    mcp_servers::{
        CreateMcpServer, NewMcpTool, UpdateMcpServer, UpdateMcpTool, UpstreamAuth,
        ValidateMcpServer,
    },
    testing::{Recorded, Replay},
    types::DecimalText,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, told};

fn tool() -> Value {
    json!({"id": "mct_1", "tool_name": "quote", "description": "", "input_schema": {},
        "pricing_model": "flat", "price": "0.050000", "price_atomic": "50000", "active": true})
}

fn server() -> Value {
    json!({"id": "mcs_1", "project_id": "prj_1", "slug": "quotes", "name": "Quotes",
        "description": "", "overview_md": "", "category": null,
        "upstream_url": "https://tools.example/mcp", "environment": "test",
        "payto_kind": "provisioned", "payto_address": "0xabc", "consumer_id": "con_1",
        "platform_fee_bps": 500, "tool_count": 1, "active": true,
        "gateway_url": "https://gate.test/quotes", "gateway_unavailable_reason": null,
        "tools": [tool()], "created_at": "2026-10-01T00:00:00Z", "last_paid_call_at": null})
}

fn price(text: &str) -> DecimalText {
    text.parse().unwrap()
}

#[test]
fn a_server_is_registered_without_showing_its_secret() {
    let auth = || UpstreamAuth::new("authorization", "Bearer secret");
    let quote = NewMcpTool::new("quote", price("0.05"))
        .description("A quote")
        .input_schema(Json::parse_str("{}").unwrap());
    let url = "https://tools.example/mcp";
    let args = CreateMcpServer::new("quotes", "Quotes", url, "con_1", vec![quote])
        .upstream_auth(auth())
        .platform_fee_bps(500_u32);
    assert!(!format!("{args:?}").contains("Bearer"), "{args:?}");
    let made = Recorded::json(201, server());
    let text = told(made, |client| client.mcp_servers().create(&args));
    assert!(!text.contains("0xabc"), "{text}");
    assert_snapshot!("mcp_servers_create", text);
    let found = json!({"valid": false, "count": 1, "error": "connect_timeout",
        "tools": [{"name": "quote", "description": "A quote", "input_schema": {}}]});
    let args = ValidateMcpServer::new(url).auth(auth());
    let text = told(Recorded::json(200, found), |client| client.mcp_servers().validate(&args));
    assert_snapshot!("mcp_servers_validate", text);
}

#[test]
fn servers_and_tools() {
    let mut row = server();
    row.as_object_mut().unwrap().remove("tools");
    let listed = Recorded::json(200, json!({"mcp_servers": [row]}));
    assert_snapshot!("mcp_servers_list", told(listed, |client| client.mcp_servers().list()));
    let one = || Recorded::json(200, server());
    assert_snapshot!("mcp_servers_get", told(one(), |client| client.mcp_servers().get("mcs_1")));
    let args = UpdateMcpServer::default().description("").active(false);
    let text = told(one(), |client| client.mcp_servers().update("mcs_1", &args));
    assert_snapshot!("mcp_servers_update", text);
    let args = UpdateMcpTool::default().price(price("0.100000"));
    let one = Recorded::json(200, tool());
    let text = told(one, |client| client.mcp_servers().update_tool("mcs_1", "a b", &args));
    assert_snapshot!("mcp_servers_update_tool", text);
    let gone = told(Recorded::status(204), |client| client.mcp_servers().delete("mcs_1"));
    assert_snapshot!("mcp_servers_delete", gone);
}

#[test]
fn fees_are_swept_once() {
    let swept = json!({"swept": 1, "total_atomic": "150000", "partner_wallet": "0xdef",
        "transfers": [
            {"source": "fees", "amount_atomic": "150000", "tx": "0x1", "status": "swept"},
            {"source": "fees", "amount_atomic": "7", "tx": null, "status": "failed"}]});
    let text =
        told(Recorded::json(200, swept), |client| client.mcp_servers().sweep_platform_fees());
    assert!(!text.contains("0xdef"), "{text}");
    assert_snapshot!("mcp_servers_sweep_platform_fees", text);
    let sweep = |status, code: &str| {
        let replay = Replay::new().answer(Recorded::json(status, json!({"error": {"code": code}})));
        let error = client(&replay).mcp_servers().sweep_platform_fees().send().unwrap_err();
        assert_eq!(replay.requests().len(), 1);
        (error.verdict(), error.key_use())
    };
    let unknown = (Verdict::Unknown, KeyUse::PersonDecides);
    assert_eq!(sweep(503, "payto_provisioning_unavailable"), unknown);
    assert_eq!(sweep(503, "anything"), unknown);
    assert_eq!(sweep(409, "sweep_in_progress").0, Verdict::Refused);
    // The same code of a server that was not made says that nothing was written.
    let code = json!({"error": {"code": "payto_provisioning_unavailable"}});
    let replay = Replay::new().answer(Recorded::json(503, code));
    let tools = vec![NewMcpTool::new("quote", price("0.05"))];
    let args = CreateMcpServer::new("quotes", "Quotes", "https://x.test", "con_1", tools);
    let error = client(&replay).mcp_servers().create(&args).send().unwrap_err();
    assert_eq!(error.verdict(), Verdict::Refused);
}
