//! Mandates and receipts, verified without asking anyone.

use std::fs;

use codespar_blocking::mandate::recorded::EXAMPLE_TOKEN;
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::program::{Ended, Home, end, end_with_input, program, run};

const AGENT: &str = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
const ISSUER: &str = "41826edefd6d40fd7c32dd63ebcc0476e4324cd6a424881c53f170fee9865b14";
const IN_TIME: &str = "2024-12-31T23:00:00Z";

fn mandate(token: &str, more: &[&str]) -> Ended {
    let home = Home::new();
    let mut command = program(&home);
    command.args(["mandate", "verify", "-", "--output", "jsonl"]).args(more);
    end_with_input(&mut command, token)
}

#[test]
fn a_mandate_is_verified_by_both_keys_and_its_time() {
    let keys = ["--agent-key", AGENT, "--issuer-key", ISSUER];
    let good = mandate(EXAMPLE_TOKEN, &[&keys[..], &["--at", IN_TIME]].concat());
    assert_eq!(good.code, 0, "{good:?}");
    assert_eq!(good.last()["verified"], true);
    assert_eq!(good.last()["amount"], "5000");
    assert_eq!(good.last()["principal_kyc_ref"], "[redacted]");
    assert_eq!(good.last()["organization_signature"], "not checked");

    for (more, why) in [
        (&keys[..], "expired"),
        (&["--at", IN_TIME], "agent_sig_unchecked, issuer_sig_unchecked"),
        (&["--at", IN_TIME, "--agent-key", AGENT], "issuer_sig_unchecked"),
        (&["--at", IN_TIME, "--agent-key", ISSUER, "--issuer-key", ISSUER], "agent_sig_invalid"),
    ] {
        let bad = mandate(EXAMPLE_TOKEN, more);
        assert_eq!(bad.code, 1, "{bad:?}");
        assert!(bad.stderr.contains(&format!("not verified: {why}")), "{bad:?}");
        assert_eq!(bad.error()["exit"], "failed");
        let first: Value = serde_json::from_str(bad.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(first["verified"], false, "{bad:?}");
    }
    let broken = mandate("e30", &keys);
    assert_eq!(broken.code, 1, "{broken:?}");
    let no_key = mandate(EXAMPLE_TOKEN, &["--agent-key", "abcd"]);
    assert_eq!(no_key.code, 2, "{no_key:?}");
}

#[test]
fn the_agents_key_is_looked_up_in_its_document() {
    let home = Home::new();
    let document = |id: &str| {
        let path = home.0.join("did.json");
        let key = json!({
            "kty": "OKP", "crv": "Ed25519", "x": "cJQOLABpilIDOcBzMv81wFyteznQJKT0c3MQ50Cy7MM",
        });
        let method = json!({ "id": "did:web:id.codespar.dev:org_demo:a1#1", "publicKeyJwk": key });
        let text = json!({ "id": id, "verificationMethod": [method] }).to_string();
        fs::write(&path, text).unwrap();
        let place = format!("@{}", path.display());
        let keys = ["--agent-document", &place, "--issuer-key", ISSUER, "--at", IN_TIME];
        mandate(EXAMPLE_TOKEN, &keys)
    };
    let good = document("did:web:id.codespar.dev:org_demo:a1");
    assert_eq!(good.code, 0, "{good:?}");
    let foreign = document("did:web:id.codespar.dev:org_demo:a2");
    assert_eq!(foreign.code, 1, "{foreign:?}");
    assert!(foreign.stderr.contains("document_mismatch"), "{foreign:?}");
}

/// Who has a token can spend it.
#[test]
fn a_token_is_no_argument() {
    let home = Home::new();
    let ended = end(program(&home).args(["mandate", "verify", EXAMPLE_TOKEN]));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(!ended.stderr.contains("eyJ"), "{ended:?}");
}

#[test]
fn a_receipt_is_verified_by_the_published_keys() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let request = |arguments: &[&str]| {
        let shown = ["--output", "jsonl", "--show-secrets"];
        let ended = run(&sandbox, &[&["request"], arguments, &shown].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        ended.last()
    };
    let intent = r#"{"agent_id":"ag1","intent":{"purpose":"food","cap_minor":10000,
        "per_tx_cap_minor":6000,"currency":"BRL","mandate_ttl_seconds":3600}}"#;
    let consent = request(&["POST", "/v1/consents", "--body", intent]);
    let submit = format!("/v1/consents/{}/submit", consent["token"].as_str().unwrap());
    let given = r#"{"consumer_id":"c1","rail":"pix-consent","provider_token":"t"}"#;
    let mandate = request(&["POST", &submit, "--body", given])["mandate_id"].clone();
    let spend = format!("/v1/consumers/mandates/{}/spend", mandate.as_str().unwrap());
    let body = r#"{"amount_minor":100,"payee":"a@b.test"}"#;
    let spent = request(&["POST", &spend, "--body", body]);
    let id = spent["receipt"]["id"].as_str().unwrap();
    let receipt = request(&["GET", &format!("/v1/consumers/receipts/{id}")]);
    let keys = request(&["GET", "/.well-known/codespar-receipt-keys.json"]);

    let file = |name: &str, json: &Value| {
        let path = home.0.join(name);
        fs::write(&path, json.to_string()).unwrap();
        format!("@{}", path.display())
    };
    let keys_file = file("keys.json", &keys);
    let verify = |receipt: &Value, keys: &[&str]| {
        let receipt = file("receipt.json", receipt);
        let verify = ["receipt", "verify", &receipt, "--output", "jsonl"];
        end(program(&home).args(verify).args(keys))
    };
    let good = verify(&receipt, &["--keys", &keys_file]);
    assert_eq!(good.code, 0, "{good:?}");
    assert_eq!(good.last()["signature"], "verified");
    assert!(good.last()["other_members"].as_str().unwrap().starts_with("not checked"));

    let mut changed = receipt.clone();
    changed["chain"] = json!("00");
    let mut unsigned = receipt.clone();
    unsigned["receipt_sig_ed25519"] = Value::Null;
    let other = format!("sandbox-1={AGENT}");
    let unknown = format!("k2={AGENT}");
    for (receipt, keys, why) in [
        (&changed, ["--keys", &keys_file], "signature_invalid"),
        (&unsigned, ["--keys", &keys_file], "signature_absent"),
        (&receipt, ["--key", &other], "signature_invalid"),
        (&receipt, ["--key", &unknown], "unknown_key"),
    ] {
        let bad = verify(receipt, &keys);
        assert_eq!(bad.code, 1, "{bad:?}");
        assert!(bad.stderr.contains(&format!("not verified: {why}")), "{bad:?}");
    }
    assert_eq!(verify(&receipt, &[]).code, 2);
    let twice = verify(&receipt, &["--keys", &keys_file, "--key", &other]);
    assert_eq!(twice.code, 2, "{twice:?}");
}
