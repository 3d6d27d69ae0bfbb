//! Applications for an account: pending, approved, and only for who applied.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{is, refused, text};
use crate::support::bench;

#[test]
fn an_account_is_made_once_after_the_bank_has_agreed() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(3_600)));
    let apply = || {
        let buyer = json!({ "documentNumber": "529.982.247-25", "name": "Maria" });
        let body = json!({ "buyer": buyer, "consumer_id": "c1", "opt_ins": ["dda"] });
        bench.post("/v1/account-applications", body)
    };
    let opened = apply().body;
    assert_eq!(opened["disclosure"]["codespar_role"], "correspondente");
    assert_eq!(opened["dda_opt_in"]["status"], "deferred");
    let open = apply();
    assert_eq!(refused(&open), is(409, "onboarding_proposal_open_elsewhere"));
    assert_eq!(open.body["provider_code"], "OBE064");
    let read = |query: &str| {
        bench.get(&format!("/v1/account-applications/{}{query}", text(&opened["verification_id"])))
    };
    assert_eq!(refused(&read("")), is(400, "document_number_required"));
    assert_eq!(refused(&read("?document_number=1")), is(502, "kyc_status_failed"));
    let mine = || read("?document_number=52998224725").body;
    assert_eq!((&mine()["status"], &mine()["account"]), (&json!("pending"), &json!(null)));
    let sources = || bench.get("/v1/funding-sources").body["funding_sources"].clone();
    bench.sandbox.advance(Duration::from_secs(3_600));
    assert_eq!(sources(), json!([]), "nobody has read it yet");
    let approved = mine();
    assert_eq!(
        (&approved["status"], &approved["funding_source_id"]),
        (&json!("approved"), &json!("fs_celcoin_c1"))
    );
    assert_eq!((mine(), sources().as_array().map(Vec::len)), (approved, Some(1)));
    assert_eq!(refused(&apply()), is(409, "onboarding_account_exists_elsewhere"));
    let empty: Value = json!({ "buyer": {} });
    assert_eq!(refused(&bench.post("/v1/account-applications", empty)), is(400, "invalid_body"));
}
