//! Shopping: each action sends its own fields, and a checkout is followed to its end.

use std::time::Duration;

use codespar_proto::{
    ErrorKind,
    meta_tools::{
        Checkout, CheckoutStatus, ShopAddress, ShopBuyer, ShopCheckout, ShopItem, ShopSearch,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told, tool};

#[test]
fn offers() {
    let answer = tool(json!({"rail": "vtex", "products": [{"product_id": "prod_1",
        "title": "Ração", "price_minor": 4990, "currency": "BRL", "available": true,
        "variants": [{"sku_id": "sku_1", "available": true}]}, {"product_id": "p2"}]}));
    let args = ShopSearch::new("ração").limit(0).merchant("cobasi");
    assert_snapshot!(told(answer, |client| session(client).shop_search(&args)));
}

#[test]
fn a_checkout_of_items() {
    let answer = tool(json!({"checkout_session_id": "cks_1", "status": "in_progress"}));
    let items = vec![ShopItem::new("sku_1").quantity(2), ShopItem::new("sku_2").seller("1")];
    let args = ShopCheckout::items_of("cobasi", items)
        .consumer_id("user_1")
        .buyer(ShopBuyer::default().name("Maria").cpf("11144477735"))
        .address(ShopAddress::new("01310-100").number("1000").city("São Paulo"));
    assert!(!format!("{args:?}").contains("11144477735"));
    assert_snapshot!(told(answer, |client| session(client).shop_checkout(&args)));
}

#[test]
fn a_checkout_has_the_status_the_server_gave_it() {
    let answer = tool(json!({"checkout_session_id": "cks_4", "status": "canceled",
        "error": "sold_out"}));
    let args = ShopCheckout::page("https://x.test/1");
    assert_snapshot!(told(answer, |client| session(client).shop_checkout(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_shop","input":{"action":"checkout","url":"https://x.test/1"}}
    ToolOutput {
        data: Checkout {
            checkout_session_id: Some("cks_4"),
            status: Some(Canceled),
            error: Some("sold_out"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn how_a_checkout_stands() {
    let answer = tool(json!({"checkout_session_id": "cks_1", "status": "ready_for_payment",
        "total_minor": 4990, "pix_copia_e_cola": "00020126-secret"}));
    let text = told(answer, |client| session(client).shop_checkout_status("cks_1"));
    assert!(!text.contains("secret"));
    assert_snapshot!(text, @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_shop","input":{"action":"checkout_status","checkout_session_id":"cks_1"}}
    ToolOutput {
        data: Checkout {
            checkout_session_id: Some("cks_1"),
            status: Some(ReadyForPayment),
            total_minor: Some(Minor(4990)),
            pix_copia_e_cola: Some([redacted]),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

fn stands(status: &str) -> Recorded {
    tool(json!({"checkout_session_id": "cks_1", "status": status}))
}

#[test]
fn a_checkout_is_followed_to_its_end() {
    let replay = Replay::new()
        .answer(stands("in_progress"))
        .answer(stands("paused"))
        .answer(stands("ready_for_payment"));
    let limit = Duration::from_secs(60);
    let end = session(&client(&replay)).shop_checkout_end("cks_1", limit).send().unwrap();
    assert_eq!(end.status, Some(CheckoutStatus::ReadyForPayment));
    let at: Vec<_> = replay.requests().iter().map(|sent| sent.at.as_secs()).collect();
    assert_eq!(at, [0, 2, 4]);
}

#[test]
fn a_checkout_that_takes_too_long_comes_back_as_it_stands() {
    let replay = Replay::new()
        .answer(stands("in_progress"))
        .answer(stands("in_progress"))
        .answer(stands("in_progress"));
    let limit = Duration::from_secs(3);
    let end = session(&client(&replay)).shop_checkout_end("cks_1", limit).send().unwrap();
    assert!(!end.is_over());
    let at: Vec<_> = replay.requests().iter().map(|sent| sent.at.as_secs()).collect();
    assert_eq!(at, [0, 2, 3]);
}

#[test]
fn an_error_keeps_what_was_seen_of_a_checkout() {
    let replay = Replay::new()
        .answer(stands("in_progress"))
        .answer(Recorded::json(404, json!({"error": "not_found"})));
    let limit = Duration::from_secs(60);
    let error = session(&client(&replay)).shop_checkout_end("cks_1", limit).send().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("not_found")));
    let last = error.last::<Checkout>().unwrap();
    assert_eq!(last.status, Some(CheckoutStatus::InProgress));
}
