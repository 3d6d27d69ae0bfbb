//! `session.ship`: its request and its answer.

use codespar_proto::meta_tools::{ParcelItem, PostalAddress, ServiceLevel, ShipArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_label() {
    let answer = tool(json!({"id": "shp_1", "status": "posted", "tracking_code": "BR1BR",
        "label_url": "https://labels.test/1.pdf", "carrier": "Correios", "cost_minor": 2350}));
    let items = vec![
        ParcelItem::new(120.5)
            .description("Livro")
            .quantity(2)
            .declared_value("89.90".parse().unwrap()),
    ];
    let args = ShipArgs::label(
        PostalAddress::new("01310-100").city("São Paulo").line_1("Av. Paulista").number("1000"),
        PostalAddress::new("20040-020"),
        items,
    )
    .service_level(ServiceLevel::Fastest)
    .metadata(json!({"service_id": 2}));
    assert!(!format!("{args:?}").contains("Paulista"));
    assert_snapshot!(told(answer, |client| session(client).ship(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_ship","input":{"action":"label","origin":{"postal_code":"01310-100","city":"São Paulo","line_1":"Av. Paulista","number":"1000"},"destination":{"postal_code":"20040-020"},"items":[{"weight_g":120.5,"description":"Livro","quantity":2,"declared_value":89.9}],"service_level":"fastest","metadata":{"service_id":2}}}
    ToolOutput {
        data: Shipment {
            id: Some("shp_1"),
            status: Some("posted"),
            tracking_code: Some("BR1BR"),
            label_url: Some([redacted]),
            carrier: Some("Correios"),
            cost_minor: Some(Minor(2350)),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
