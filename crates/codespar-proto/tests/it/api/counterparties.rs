//! Whom the project does business with.

use std::collections::BTreeMap;

use codespar_proto::{
    Json,
    counterparties::{CounterpartyKind, IdentifierKind, ListCounterparties, PutCounterparty},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::told;

fn row() -> Value {
    json!({"id": "cp_1", "kind": "supplier", "name": "Papelaria Sol",
        "identifier": "11222333000181", "identifier_kind": "cnpj", "metadata": {"a": 1},
        "created_at": "2026-10-01T00:00:00Z", "last_seen_at": "2026-10-02T00:00:00Z"})
}

#[test]
fn counterparties() {
    let args = ListCounterparties::default()
        .kind(CounterpartyKind::Supplier)
        .limit(200)
        .identifier("11222333000181")
        .identifier_kind(IdentifierKind::Cnpj);
    let listed = Recorded::json(200, json!({"counterparties": [row()]}));
    let text = told(listed, |client| client.counterparties().list(&args));
    assert!(!text.contains("Papelaria"), "{text}");
    assert_snapshot!("counterparties_list", text);
    let args = PutCounterparty::new(CounterpartyKind::Supplier, "Papelaria Sol")
        .identifier("a@example.com")
        .identifier_kind(IdentifierKind::Unlisted)
        .metadata(BTreeMap::from([("a".to_owned(), Json::parse_str("1").unwrap())]));
    let text = told(Recorded::json(201, row()), |client| client.counterparties().put(&args));
    assert_snapshot!("counterparties_put", text);
    let text = told(Recorded::json(200, row()), |client| client.counterparties().get("cp_1"));
    assert_snapshot!("counterparties_get", text);
}
