//! Sellers of a marketplace.

use codespar_proto::{
    Json,
    consumers::TaxType,
    sellers::{
        CreateSeller, ListSellerLedger, SellerDocumentType, SellerTransferFrequency,
        SellerTransfers,
    },
    testing::{Recorded, Replay},
    wallets::LedgerKind,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

const AT: &str = "2026-10-24T12:00:00Z";

fn seller() -> Value {
    json!({"seller_id": "slr_1", "status": "affiliation_pending",
        "affiliation_status": "PENDING_APPROVAL", "rinne_merchant_id": "m_1",
        "rinne_affiliation_id": "a_1", "document_number": "12345678000195",
        "linked_consumer_id": "cons_1", "full_name": "Maria Silva", "wallet_id": null,
        "created_at": AT, "updated_at": AT})
}

#[test]
fn a_seller_is_made_and_read() {
    let daily = SellerTransfers::new(true, SellerTransferFrequency::Daily, "PIX")
        .utc_hour_of_day(9_u32)
        .min_balance(10.5);
    let args = CreateSeller::new(
        "Maria Silva",
        "12345678000195",
        SellerDocumentType::Cnpj,
        TaxType::Mei,
        "5812",
        Json::from(json!({"email": "store@example.com"})),
        Json::from(json!({"city": "Recife"})),
    );
    let args = args.transfer_configurations(daily).name("Store").declared_revenue(100.0);
    let text = told(Recorded::json(201, seller()), |client| client.sellers().create(&args));
    assert_snapshot!(text);
    let text = told(Recorded::json(200, seller()), |client| client.sellers().get("slr_1"));
    assert_snapshot!(text.lines().next().unwrap());
    let mut now = seller();
    let more = json!({"refreshed_at": AT, "refresh_error": null, "stale": false});
    now.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let text = told(Recorded::json(200, now), |client| client.sellers().status("slr_1"));
    assert_snapshot!(text);
}

#[test]
fn what_a_seller_has() {
    let answer = json!({"seller_id": "slr_1", "rinne_merchant_id": "m_1",
        "total_pending_minor": "9000", "entries": [{"id": "", "amount_minor": "9000",
            "currency": "BRL", "type": "CREDIT", "operation": "SALE", "transaction_id": "t_1",
            "created_at": "24/10/2026", "raw": {"x": 1}}],
        "raw_entries": 2, "parsed_entries": 1, "unparsed_entries": 1});
    let text =
        told(Recorded::json(200, answer), |client| client.sellers().pending_settlement("slr_1"));
    assert_snapshot!(text);
    let answer = json!({"seller_id": "slr_1", "rinne_merchant_id": "m_1", "ledger_minor": "900",
        "rinne_minor": "800", "difference_minor": "-100", "state": "ledger_exceeds_custody",
        "note": "look at it"});
    let text = told(Recorded::json(200, answer), |client| client.sellers().custody("slr_1"));
    assert_snapshot!(text);
}

#[test]
fn movements_of_a_seller() {
    let page = json!({"entries": [{"id": "77", "kind": "fund", "amount_minor": "9000"}],
        "next_before": "77"});
    let args = ListSellerLedger::default().kind(LedgerKind::Fund).limit(1);
    let text = told(Recorded::json(200, page.clone()), |client| {
        client.sellers().ledger_page("slr_1", &args)
    });
    assert_snapshot!(text);
    let replay = Replay::new()
        .answer(Recorded::json(200, page))
        .answer(Recorded::json(200, json!({"entries": [], "next_before": null})));
    let all = client(&replay).sellers().ledger("slr_1", &args);
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}
