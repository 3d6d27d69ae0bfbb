//! Carts at merchants: prices, orders, logins.

use codespar_proto::{
    ErrorKind, KeyUse, Verdict,
    cart::{
        CartAddress, CartBuyer, CartCheckout, CartItem, ConnectNuvemshop, NuvemshopCountry,
        PriceCart,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

#[test]
fn a_cart_is_priced() {
    let total = json!({"type": "total", "display_text": "Total", "amount": 5980});
    let answer = json!({"id": "cart_1", "rail": "vtex", "merchant": "cobasi",
        "status": "ready_for_payment", "currency": "BRL", "line_items": [{"id": "1",
            "item": {"id": "sku_1", "name": "Ração", "unit_amount": 2990}, "quantity": 2,
            "unit_amount": 2990, "variant_id": "sku_1", "images": ["https://x.test/i.png"],
            "availability_status": "in_stock", "totals": [total]}],
        "totals": [total], "fulfillment_options": [{"type": "local_delivery", "id": "f",
            "title": "Today", "totals": []}],
        "fulfillment_address": {"name": "Maria", "line_one": "Rua 1", "state": "SP",
            "postal_code": "01310-100"},
        "payment_handlers": [{"id": "p", "name": "Pix", "kind": "pix", "psp": "x"}],
        "accepts_pix": true, "checkout_url": "https://cobasi.test/pay?s=1", "raw": {}});
    let args = PriceCart::new("cobasi", vec![CartItem::new("sku_1", 2_u32).seller("1")]);
    let text = told(Recorded::json(200, answer), |client| client.cart().price(&args));
    assert!(!text.contains("Maria") && !text.contains("pay?s"), "{text}");
    assert_snapshot!("cart_price", text);
}

#[test]
fn an_order_shows_nobody() {
    let answer = json!({"merchant": "cobasi", "rail": "vtex", "order_form_id": "of_1",
        "total_minor": 5980, "pix_copia_e_cola": "000201", "order_status": "payment-pending"});
    let buyer = CartBuyer::default()
        .email("maria@example.com")
        .first_name("Maria")
        .last_name("Silva")
        .document("12345678909")
        .phone("+5511");
    let address = CartAddress::default().postal_code("01310-100").street("Rua 1").number("7");
    let args = CartCheckout::of_items("cobasi", vec![CartItem::new("sku_1", 2_u32)])
        .consumer_id("con_1")
        .buyer(buyer)
        .address(address.city("São Paulo").state("SP").country("BR"));
    assert!(!format!("{args:?}").contains("Maria"), "{args:?}");
    let text = told(Recorded::json(200, answer), |client| client.cart().checkout(&args));
    assert!(!text.contains("pix_copia_e_cola: Some(\"000201"), "{text}");
    assert_snapshot!("cart_checkout", text);
    let page = CartCheckout::of_page("meli", "https://produto.example/MLB-1");
    let text = told(Recorded::json(200, json!({"rail": "browser"})), |client| {
        client.cart().checkout(&page)
    });
    assert_snapshot!("cart_checkout_of_a_page", text);
}

#[test]
fn an_order_that_failed_may_have_been_placed() {
    let args = CartCheckout::of_items("cobasi", vec![CartItem::new("sku_1", 1_u32)]);
    let order = |answer: Recorded| {
        let replay = Replay::new().answer(answer);
        let error = client(&replay).cart().checkout(&args).send().unwrap_err();
        assert_eq!((error.attempts(), replay.requests().len()), (1, 1));
        error
    };
    for code in ["cart_checkout_failed", "rail_async_not_supported"] {
        let error = order(Recorded::json(502, json!({"error": code, "message": "no"})));
        let told = (error.verdict(), error.key_use());
        assert_eq!(told, (Verdict::Unknown, KeyUse::PersonDecides), "{code}");
    }
    let unset = json!({"error": "browser_worker_unconfigured", "message": "no"});
    assert_eq!(order(Recorded::json(503, unset)).verdict(), Verdict::Refused);
    // A success that says nothing of an order is none.
    let nothing = order(Recorded::json(200, json!({"ok": true})));
    assert_eq!((nothing.kind(), nothing.verdict()), (ErrorKind::Decode, Verdict::Unknown));
}

#[test]
fn logins_do_not_show_their_address() {
    let answer = json!({"merchant": "meli", "context_id": "c", "session_id": "s",
        "live_view_url": "https://live.test/secret", "checkout_supported": false,
        "note": "Nothing can be bought"});
    let text = told(Recorded::json(200, answer.clone()), |client| client.cart().connect_meli());
    assert!(!text.contains("live.test"), "{text}");
    assert_snapshot!("cart_connect_meli", text);
    let text = told(Recorded::json(200, answer), |client| client.cart().connect_ifood());
    assert_snapshot!("cart_connect_ifood", text);
    let args = ConnectNuvemshop::new("shop.test").country(NuvemshopCountry::Br);
    let answer = json!({"install_url": "https://nuvem.test/secret", "redirect_uri": "https://x"});
    let text = told(Recorded::json(200, answer), |client| client.cart().connect_nuvemshop(&args));
    assert!(!text.contains("nuvem.test"), "{text}");
    assert_snapshot!("cart_connect_nuvemshop", text);
}
