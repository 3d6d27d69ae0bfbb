//! Counterparties and what is remembered of them; paid MCP servers, carts, sums of calls.

use codespar_sandbox::EffectKind;
use serde_json::{Value, json};

use crate::support::{Bench, Reply, managed};

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

fn counterparty(bench: &Bench, name: &str, identifier: Option<&str>) -> Value {
    let mut body = json!({ "kind": "supplier", "name": name, "metadata": { name: 1 } });
    if let Some(identifier) = identifier {
        body["identifier"] = json!(identifier);
        body["identifier_kind"] = json!("cnpj");
    }
    let reply = bench.post("/v1/counterparties", body);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body
}

fn payment(bench: &Bench, of: &Value, more: Value) -> Reply {
    let mut body = json!({
        "counterparty_id": of["id"], "kind": "payment", "amount_minor": 100, "currency": "BRL",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bench.post("/v1/commerce-memory/interactions", body)
}

#[test]
fn a_counterparty_is_one_by_its_identifier() {
    let bench = managed();
    let first = counterparty(&bench, "a", Some("1"));
    let merged = counterparty(&bench, "b", Some("1"));
    assert_eq!((&merged["id"], &merged["name"]), (&first["id"], &json!("b")));
    assert_eq!(merged["metadata"], json!({ "a": 1, "b": 1 }));
    assert_ne!(counterparty(&bench, "c", None)["id"], counterparty(&bench, "c", None)["id"]);
    let list = |query: &str| {
        bench.get(&format!("/v1/counterparties{query}")).body["counterparties"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((list(""), list("?identifier=1&identifier_kind=cnpj")), (3, 1));
    // Half a question is none.
    assert_eq!((list("?identifier=1"), list("?kind=customer"), list("?limit=2")), (3, 0, 2));
    assert_eq!(code(&bench.get("/v1/counterparties?limit=201")), (400, "invalid_query"));
    assert_eq!(code(&bench.get("/v1/counterparties/cp_none")), (404, "not_found"));
    let half = json!({ "kind": "supplier", "name": "n", "identifier": "1" });
    assert_eq!(bench.post("/v1/counterparties", half).status, 400);
}

#[test]
fn an_interaction_is_written_down_once_for_its_reference() {
    let bench = managed();
    let supplier = counterparty(&bench, "a", None);
    let reference = json!({ "source": "webhook", "source_ref": "r1" });
    let first = payment(&bench, &supplier, reference.clone());
    assert_eq!((first.status, &first.body["amount_native"]), (201, &json!("100")));
    let again = payment(&bench, &supplier, reference);
    assert_eq!((again.status, &again.body["interaction"]["id"]), (200, &first.body["id"]));
    assert_eq!(payment(&bench, &supplier, json!({ "source_ref": "r1" })).status, 201);
    let usdc = payment(&bench, &supplier, json!({ "currency": "USDC" })).body;
    assert_eq!((&usdc["amount_native"], &usdc["amount"]), (&json!("1000000"), &json!("1.00")));
    assert_eq!(payment(&bench, &supplier, json!({ "currency": null })).status, 400);
    let nobody = payment(&bench, &json!({ "id": "cp_none" }), json!({}));
    assert_eq!(code(&nobody), (404, "counterparty_not_found"));
    let old = payment(&bench, &supplier, json!({ "occurred_at": "2020-01-01T00:00:00Z" })).body;
    let list = bench.get("/v1/commerce-memory/interactions?kind=payment").body;
    let rows = list["interactions"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[3]["id"]), (4, &old["id"]));
    let early = bench.get("/v1/commerce-memory/interactions?until=2021-01-01T00:00:00Z").body;
    assert_eq!(early["interactions"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_remembered_is_summed_up() {
    let bench = managed();
    let (first, second) = (counterparty(&bench, "a", None), counterparty(&bench, "b", None));
    for (of, minor) in [(&first, 100), (&second, 150), (&second, 150)] {
        assert_eq!(payment(&bench, of, json!({ "amount_minor": minor })).status, 201);
    }
    counterparty(&bench, "idle", None);
    let summary = bench.get("/v1/commerce-memory/insights/counterparty-summary").body;
    let rows = summary["rows"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["counterparty_id"]), (3, &second["id"]));
    assert_eq!(
        (&rows[0]["total_payment_minor"], &rows[0]["payment_count"]),
        (&json!(300), &json!(2))
    );
    assert_eq!(rows[0]["currencies"], json!(["BRL"]));
    let top = bench.get("/v1/commerce-memory/insights/top-counterparties").body;
    assert_eq!(top["rows"].as_array().unwrap().len(), 2);
    assert_eq!(top["rows"][0]["dominant_currency"], "BRL");
    let negotiate = |more: Value| {
        let mut body = json!({
            "counterparty_id": first["id"], "item": "paper", "item_ref": "sku", "currency": "BRL",
            "initial_price_minor": 1_000,
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.post("/v1/commerce-memory/negotiations", body)
    };
    assert_eq!(negotiate(json!({ "outcome": "agreed" })).status, 400);
    let agreed = negotiate(json!({ "outcome": "agreed", "agreed_price_minor": 925 }));
    assert_eq!((agreed.status, agreed.body["closed_at"].is_string()), (201, true));
    assert_eq!(negotiate(json!({})).body["closed_at"], json!(null));
    let stats = bench.get("/v1/commerce-memory/insights/negotiation-stats?item_ref=sku").body;
    let rows = stats["rows"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["outcome"], &rows[0]["avg_discount_pct"]),
        (&json!("agreed"), &json!(0.075))
    );
    assert_eq!(rows[1]["avg_discount_pct"], json!(null));
}

#[test]
fn a_preference_is_set_and_set_again() {
    let bench = managed();
    let supplier = counterparty(&bench, "a", None);
    let put = |value: Value, metadata: Value| {
        let body = json!({
            "counterparty_id": supplier["id"], "preference_key": "days", "value": value,
            "metadata": metadata,
        });
        bench.post("/v1/commerce-memory/preferences", body)
    };
    let first = put(json!(30), json!({ "a": 1 })).body;
    let second = put(json!(60), json!({ "b": 2 }));
    assert_eq!((second.status, &second.body["id"]), (201, &first["id"]));
    assert_eq!(second.body["metadata"], json!({ "a": 1, "b": 2 }));
    let list = bench.get("/v1/commerce-memory/preferences?source=explicit").body;
    assert_eq!(list["preferences"][0]["value"], 60);
    let odd = json!({ "counterparty_id": supplier["id"], "preference_key": "Days" });
    assert_eq!(bench.post("/v1/commerce-memory/preferences", odd).status, 400);
}

#[test]
fn paid_servers_have_names_and_prices_of_their_own() {
    let bench = managed();
    let server = |slug: &str, prices: &[&str]| {
        let tools: Vec<Value> = prices
            .iter()
            .enumerate()
            .map(|(at, price)| json!({ "tool_name": format!("t{at}"), "price": price }))
            .collect();
        let body = json!({
            "slug": slug, "name": "Quotes", "upstream_url": "https://tools.test/mcp",
            "consumer_id": "c1", "tools": tools,
        });
        bench.post("/v1/mcp-servers", body)
    };
    let made = server("quotes", &["0.05", "1"]);
    assert_eq!((made.status, &made.body["tools"][0]["price_atomic"]), (201, &json!("50000")));
    assert_eq!(code(&server("quotes", &["1"])), (400, "slug_conflict"));
    for price in ["0", "-1", "0.0000001", "x", ""] {
        assert_eq!(server("other", &[price]).status, 400, "{price}");
    }
    let path = format!("/v1/mcp-servers/{}", made.body["id"].as_str().unwrap());
    let tool = bench.patch(&format!("{path}/tools/t1"), json!({ "price": "2.5" })).body;
    assert_eq!(tool["price_atomic"], "2500000");
    assert_eq!(
        code(&bench.patch(&format!("{path}/tools/x"), json!({ "active": false }))),
        (404, "mcp_tool_not_found")
    );
    assert_eq!(bench.patch(&path, json!({ "active": false })).body["active"], false);
    assert_eq!(bench.patch(&path, json!({})).status, 400);
    assert_eq!(bench.get("/v1/mcp-servers").body["mcp_servers"][0].get("tools"), None);
    assert_eq!(bench.delete(&path).status, 204);
    assert_eq!(code(&bench.get(&path)), (404, "mcp_server_not_found"));
    assert_eq!(server("quotes", &["1"]).status, 201);
    let validate =
        |url: &str| bench.post("/v1/mcp-servers/validate", json!({ "upstream_url": url }));
    assert_eq!(validate("https://tools.test/mcp").body["valid"], true);
    assert_eq!(validate("https://unreachable.test/mcp").body["error"], "connect_timeout");
    assert_eq!(code(&validate("https://localhost/mcp")), (400, "invalid_upstream_url"));
}

#[test]
fn carts_are_priced_and_ordered() {
    let bench = managed();
    let items = json!([{ "variant_id": "sku_1", "quantity": 2 }]);
    let cart = json!({ "merchant": "cobasi", "items": items });
    let priced = bench.post("/v1/cart/sessions", cart.clone()).body;
    assert_eq!((&priced["rail"], &priced["totals"][1]["amount"]), (&json!("vtex"), &json!(9_980)));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Checkout), 0);
    let ordered = bench.post("/v1/cart/checkout", cart).body;
    assert_eq!(ordered["total_minor"], 9_980);
    assert!(ordered["pix_copia_e_cola"].as_str().unwrap().starts_with("000201"));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Checkout), 1);
    let table = [
        ("/v1/cart/sessions", json!({ "merchant": "meli", "items": items }), 422, "no_cart_rail"),
        ("/v1/cart/checkout", json!({ "merchant": "meli" }), 400, "meli_url_required"),
        ("/v1/cart/checkout", json!({ "merchant": "ifood" }), 400, "merchant_not_supported"),
        ("/v1/cart/checkout", json!({ "merchant": "cobasi" }), 400, "items_required"),
    ];
    for (path, body, status, code) in table {
        let reply = bench.post(path, body);
        assert_eq!((reply.status, &reply.body["error"]), (status, &json!(code)), "{path}");
    }
    let custom = json!({ "merchant_domain": "shop.test" });
    assert_eq!(bench.post("/v1/cart/nuvemshop/connect/start", custom).status, 400);
}

#[test]
fn calls_are_summed_up_by_server() {
    let bench = managed();
    let session = bench.plain_session();
    bench.charge(&session);
    let stats = bench.get("/v1/tool-calls/stats").body;
    let row = &stats["servers"][0];
    assert_eq!((&row["calls"], &row["errors"]), (&json!(1), &json!(0)));
    bench.sandbox.advance(std::time::Duration::from_secs(25 * 60 * 60));
    let stats = bench.get("/v1/tool-calls/stats").body;
    assert_eq!(
        (&stats["servers"][0]["calls"], &stats["servers"][0]["p95_ms"]),
        (&json!(0), &json!(null))
    );
    assert_eq!(bench.get("/v1/tool-calls/stats?window=7d").body["servers"][0]["calls"], 1);
    assert_eq!(bench.get("/v1/tool-calls/stats?window=1h").body["error"], "invalid_query");
}

#[test]
fn changes_of_settings_are_kept() {
    let bench = managed();
    let made = bench.post("/v1/projects", json!({ "name": "Loja", "slug": "loja" })).body;
    let path = format!("/v1/projects/{}/settings", made["id"].as_str().unwrap());
    for theme in [json!("dark"), json!(null)] {
        bench.patch(&path, json!({ "settings": { "theme": theme } }));
    }
    let history = bench.get(&format!("{path}/history")).body["history"].clone();
    assert_eq!(
        (&history[0]["new_value"], &history[1]["old_value"]),
        (&json!("dark"), &json!("dark"))
    );
    assert_eq!(
        (&history[1]["explicit_after"], &history[0]["explicit_before"]),
        (&json!(false), &json!(false))
    );
    assert!(history[0]["created_at"].as_str().unwrap().ends_with("+00"));
}
