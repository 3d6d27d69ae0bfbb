//! Consumers: what is known of one, codes that verify an address, boletos of a document.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Reply, bench, consent::mandate, managed};

fn code(reply: &Reply) -> (u16, &str) {
    let error = &reply.body["error"];
    (reply.status, error["code"].as_str().or(error.as_str()).unwrap_or_default())
}

#[test]
fn a_consumer_shows_what_belongs_to_it() {
    let bench = managed();
    let made = bench.post("/v1/consumers", json!({ "consumer_id": "c1", "display_name": "Maria" }));
    assert_eq!((made.status, &made.body["status"]), (201, &json!("unverified")));
    for fixed in ["document", "person_type", "organization"] {
        let refused = bench.post("/v1/consumers", json!({ fixed: "x" }));
        assert_eq!(code(&refused), (400, "invalid_body"), "{fixed}");
        let refused = bench.patch("/v1/consumers/c1", json!({ fixed: "x" }));
        assert_eq!(code(&refused), (400, "invalid_body"), "{fixed}");
    }
    let wrong = bench.patch("/v1/consumers/c1", json!({ "tax_type": "XY" }));
    assert_eq!(code(&wrong), (400, "invalid_body"));
    let changed =
        bench.patch("/v1/consumers/c1", json!({ "display_name": null, "tax_type": "PF" }));
    assert_eq!(
        (&changed.body["display_name"], &changed.body["tax_type"]),
        (&Value::Null, &json!("PF"))
    );
    let bare = bench.get("/v1/consumers/c1").body;
    assert_eq!((&bare["wallet_id"], &bare["mandate_ids"]), (&Value::Null, &json!([])));
    let mandate = mandate(&bench);
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 100 }));
    let full = bench.get("/v1/consumers/c1").body;
    assert_eq!((&full["wallet_id"], &full["mandate_ids"]), (&json!("wal_c1"), &json!([mandate])));
    let source = full["funding_source_ids"][0].as_str().unwrap();
    assert_eq!(bench.get(&format!("/v1/funding-sources/{source}")).body["consumer_id"], "c1");
    assert_eq!(code(&bench.get("/v1/funding-sources/cfs_none")), (404, "not_found"));
    let records = bench.get("/v1/consent-records?consumer_id=c1").body["consents"].clone();
    let record = bench.get(&format!("/v1/consent-records/{}", records[0]["id"].as_str().unwrap()));
    assert_eq!((&record.body, &record.body["kind"]), (&records[0], &json!("grant")));
    assert_eq!(code(&bench.get("/v1/consent-records/ccsnt_none")), (404, "not_found"));

    let count = |query: &str| {
        let rows = bench.get(&format!("/v1/consumers?{query}")).body["consumers"].clone();
        rows.as_array().unwrap().len()
    };
    bench.post("/v1/consumers", json!({}));
    assert_eq!((count(""), count("limit=1"), count("verified=true")), (2, 1, 0));
    assert_eq!(code(&bench.get("/v1/consumers?verified=yes")), (400, "invalid_query"));
    assert_eq!(bench.get("/v1/consumers/none").body, json!({ "error": "not_found" }));
}

#[test]
fn a_code_is_tried_five_times_and_expires() {
    let bench = managed();
    let path = "/v1/consumers/c1/contact-verifications";
    let send = |channel: &str, target: &str| {
        bench.post(path, json!({ "channel": channel, "target": target }))
    };
    let sent = |target: &str| {
        let sent = send("email", target);
        assert_eq!((sent.status, &sent.body["provider"]), (201, &json!("dev")));
        assert!(!sent.text.contains("123456"));
        sent.body["id"].as_str().unwrap().to_owned()
    };
    let verify = |id: &str, body: Value| bench.post(&format!("{path}/{id}/verify"), body);
    let good = || json!({ "code": "123456" });
    assert_eq!(code(&send("email", "+5531999123456")), (400, "invalid_target"));
    assert_eq!(code(&send("phone", "31999123456")), (400, "invalid_target"));
    assert_eq!(send("phone", "+5531999123456").body["target_masked"], "+••••6");

    let first = sent("maria@example.com");
    let second = sent("maria@example.com");
    assert_eq!(code(&verify(&first, good())), (410, "verification_expired"));
    let wrong = verify(&second, json!({ "code": "000000" }));
    assert_eq!(code(&wrong), (400, "invalid_code"));
    assert_eq!(wrong.body["error"]["details"]["attempts_left"], 4);
    let elsewhere = verify(&second, json!({ "code": "123456", "target": "ana@example.com" }));
    assert_eq!(code(&elsewhere), (404, "not_found"));
    assert_eq!(elsewhere.body["error"]["details"]["attempts_left"], 3);
    let done = verify(&second, good());
    assert_eq!((done.status, &done.body["status"]), (200, &json!("verified")));
    assert_eq!(verify(&second, json!({ "code": "000000" })).body, done.body);
    let other = format!("/v1/consumers/c2/contact-verifications/{second}/verify");
    assert_eq!(code(&bench.post(&other, good())), (404, "not_found"));
    assert_eq!(code(&verify(&second, json!({ "code": "12" }))), (400, "invalid_body"));

    let third = sent("maria@example.com");
    for _ in 0..5 {
        assert_eq!(code(&verify(&third, json!({ "code": "000000" }))), (400, "invalid_code"));
    }
    assert_eq!(code(&verify(&third, good())), (429, "too_many_attempts"));
    let fourth = sent("maria@example.com");
    bench.sandbox.advance(Duration::from_secs(10 * 60));
    assert_eq!(code(&verify(&fourth, good())), (410, "verification_expired"));
    sent("maria@example.com");
    let refused = send("email", "maria@example.com");
    assert_eq!(code(&refused), (429, "too_many_requests"));
    assert_eq!(refused.body["error"]["details"]["max_sends"], 5);
    bench.sandbox.advance(Duration::from_secs(60 * 60));
    sent("maria@example.com");
}

#[test]
fn boletos_of_a_document_come_once_the_bank_has_taken_it() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(60)));
    let path = "/v1/consumers/c1/dda/subscriptions";
    let asked = |document: &str, key: &str| {
        bench.post(path, json!({ "document": document, "idempotency_key": key }))
    };
    assert_eq!(code(&asked("11144477736", "k")), (400, "invalid_body"));
    assert_eq!(code(&asked("111.444.777-35", "k")), (403, "dda_document_unauthorized"));
    let intent = json!({
        "purpose": "bills", "cap_minor": 10_000, "per_tx_cap_minor": 6_000, "currency": "BRL",
        "mandate_ttl_seconds": 86_400, "dda_allowlist": ["11144477735"],
    });
    let consent = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    let submit = format!("/v1/consents/{}/submit", consent.body["token"].as_str().unwrap());
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    assert_eq!(bench.post(&submit, give).status, 201);

    let first = asked("111.444.777-35", "k");
    assert_eq!((first.status, &first.body["replayed"]), (201, &json!(false)));
    assert_eq!(
        (&first.body["document"], &first.body["status"]),
        (&json!("11144477735"), &json!("pending"))
    );
    let again = asked("11144477735", "k");
    assert_eq!((again.status, &again.body["replayed"]), (200, &json!(true)));
    let window = "/v1/consumers/c1/dda/boletos?from_date=2000-01-01&to_date=2999-12-31";
    assert_eq!(bench.get(window).body["count"], 0);
    bench.sandbox.advance(Duration::from_secs(60));
    let one = format!("{path}/111.444.777-35");
    assert_eq!(bench.get(&one).body["status"], "active");
    let told = bench.get("/v1/events/summary").body["by_type"].clone();
    assert_eq!(
        (&told["dda.subscription.activated"], &told["dda.boleto.registered"]),
        (&json!(1), &json!(1))
    );
    let boletos = bench.get(window).body;
    let due = boletos["boletos"][0]["due_date"].as_str().unwrap();
    assert!(boletos["count"] == 1 && due.ends_with("T00:00:00.000Z"), "{due}");
    let early = "/v1/consumers/c1/dda/boletos?from_date=2000-01-01&to_date=2000-12-31";
    assert_eq!(bench.get(early).body["count"], 0);
    for query in
        ["", "?from_date=2026-12-01&to_date=soon", "?from_date=2026-12-02&to_date=2026-12-01"]
    {
        let refused = bench.get(&format!("/v1/consumers/c1/dda/boletos{query}"));
        assert_eq!(code(&refused), (400, "invalid_query"), "{query}");
    }
    assert_eq!(bench.delete(&one).body["status"], "deleted");
    assert_eq!(bench.delete(&one).status, 200);
    assert_eq!(bench.get(window).body["count"], 1);
    assert_eq!(bench.delete(&format!("{path}/22255588846")).status, 404);
    assert_eq!(asked("11144477735", "again").status, 201);
}
