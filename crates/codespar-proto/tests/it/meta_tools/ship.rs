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
    assert_snapshot!(told(answer, |client| session(client).ship(&args)));
}
