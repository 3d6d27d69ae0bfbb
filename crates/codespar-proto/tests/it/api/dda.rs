//! Boletos that banks present to a document.

use codespar_proto::{
    dda::CreateDdaSubscription,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn boletos_of_a_document() {
    let answer = json!({"from_date": "2026-12-01", "to_date": "2026-12-31", "count": 1,
        "boletos": [{"linha_digitavel": "23793381286000000000300000000401184340000012345",
            "due_date": "2026-12-10T00:00:00.000Z", "original_amount_minor": 12345,
            "beneficiary": "Energy Ltd", "status": "Aberto"}]});
    let text = told(Recorded::json(200, answer.clone()), |client| {
        client.dda().boletos("cons_1", "2026-12-01", "2026-12-31")
    });
    assert_snapshot!(text);
    let replay = Replay::new().answer(Recorded::json(200, answer));
    let due = client(&replay).dda().boletos("cons_1", "2026-12-01", "2026-12-31");
    assert_eq!(due.send().unwrap().boletos[0].due_day(), Some("2026-12-10"));
}

#[test]
fn documents_are_registered_under_a_key() {
    let answer = json!({"document": "11144477735", "status": "pending",
        "client_request_id": "crq_1", "mandate_id": "cm_1", "replayed": false});
    let args = CreateDdaSubscription::new("111.444.777-35", "dda-maria").client_name("Maria");
    let text = told(Recorded::json(201, answer), |client| {
        client.dda().subscriptions().create("cons_1", &args)
    });
    assert_snapshot!(text);
    let answer = json!({"document": "11144477735", "status": "active",
        "client_request_id": "crq_1", "celcoin_subscription_id": "sub_1"});
    let text = told(Recorded::json(200, answer), |client| {
        client.dda().subscriptions().get("cons_1", "111.444.777-35")
    });
    assert_snapshot!(text);
    let answer = json!({"document": "11144477735", "status": "deleted"});
    let text = told(Recorded::json(200, answer), |client| {
        client.dda().subscriptions().delete("cons_1", "11144477735")
    });
    assert_snapshot!(text);
}

#[test]
fn a_registration_is_repeated_under_its_key() {
    let unknown = json!({"error": {"code": "dda_provider_unavailable", "message": "try again"}});
    let replay = Replay::new()
        .answer(Recorded::json(502, unknown))
        .answer(Recorded::json(200, json!({"status": "pending", "replayed": true})));
    let args = CreateDdaSubscription::new("11144477735", "dda-maria");
    client(&replay).dda().subscriptions().create("cons_1", &args).send().unwrap();
    let requests = replay.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(sent(&requests[0]), sent(&requests[1]));
}
