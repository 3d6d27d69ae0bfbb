//! Wallets, transfers and Pix keys.

use codespar_sandbox::EffectKind;
use serde_json::json;

use crate::support::managed;

#[test]
fn wallets_and_transfers() {
    let bench = managed();
    let wallet = bench.post("/v1/wallets", json!({ "display_name": "Main" })).body;
    let path = format!("/v1/wallets/{}", wallet["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).body["balances"][0]["balance_minor"], "0");
    let mut body = json!({ "from_currency": "BRL", "to_currency": "USDC", "amount_minor": 500 });
    let plan = bench.post("/v1/consumers/c1/wallet/transfer", body.clone()).body;
    assert_eq!((&plan["converts"], &plan["executable"]), (&json!(true), &json!(true)));
    assert!(bench.sandbox.effects().is_empty());
    body["execute"] = json!(true);
    assert_eq!(bench.post(&format!("{path}/transfer"), body).body["executed"], true);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
    assert_eq!(bench.get("/v1/consumers/nobody/wallet").body["currencies"], json!([]));
}

#[test]
fn pix_keys() {
    let bench = managed();
    let path = "/v1/consumers/c1/pix-keys";
    let phone = json!({ "key_type": "PHONE", "key": "+5531999123456" });
    assert_eq!(bench.post(path, phone).status, 201);
    let evp = bench.post(path, json!({ "key_type": "EVP" })).body;
    assert_eq!(evp["key"].as_str().unwrap().len(), 36);
    assert_eq!(bench.get(path).body["count"], 2);
    assert_eq!(bench.post(path, json!({ "key_type": "EVP", "key": "x" })).status, 400);
    assert_eq!(bench.post(path, json!({ "key_type": "CPF" })).status, 400);
    let deleted = bench.delete(&format!("{path}/%2B5531999123456")).body;
    assert_eq!((&deleted["deleted"], &deleted["cache_refilled_with"]), (&json!(true), &evp["key"]));
    assert_eq!(bench.delete(&format!("{path}/%2B5531999123456")).status, 404);
    let test_account = "/v1/consumers/sbx_prj_1/pix-keys";
    let refused = bench.post(test_account, json!({ "key_type": "CPF", "key": "11144477735" }));
    assert_eq!(refused.body["error"]["code"], "pix_key_type_unavailable");
}
