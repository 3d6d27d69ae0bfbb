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

/// A receipt of a payment with a quote and an approval, and the document of keys.
fn paid(sandbox: &Sandbox) -> (Value, Value) {
    let request = |arguments: &[&str]| {
        let shown = ["--output", "jsonl", "--show-secrets"];
        let ended = run(sandbox, &[&["request"], arguments, &shown].concat());
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
    let body = json!({
        "amount_minor": 100, "payee": "a@b.test", "attempt_id": "att-1",
        "quote": {"seller": "s", "resource": "r", "price_minor": 100, "payee": "a@b.test"},
        "approval": {"items_hash": "0".repeat(64)},
    });
    let spent = request(&["POST", &spend, "--body", &body.to_string()]);
    let id = spent["receipt"]["id"].as_str().unwrap();
    let receipt = request(&["GET", &format!("/v1/consumers/receipts/{id}")]);
    (receipt, request(&["GET", "/.well-known/codespar-receipt-keys.json"]))
}

fn file(home: &Home, name: &str, text: &str) -> String {
    let path = home.0.join(name);
    fs::write(&path, text).unwrap();
    format!("@{}", path.display())
}

fn verify(home: &Home, receipt: &str, more: &[&str]) -> Ended {
    let receipt = file(home, "receipt.json", receipt);
    let verify = ["receipt", "verify", &receipt, "--output", "jsonl"];
    end(program(home).args(verify).args(more))
}

#[test]
fn a_receipt_is_verified_by_the_published_keys() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let (receipt, keys) = paid(&sandbox);
    let keys_file = file(&home, "keys.json", &keys.to_string());
    let offline = ["--keys", &*keys_file];
    let items = "0".repeat(64);
    let sent = [
        "--payee",
        "a@b.test",
        "--amount-minor",
        "100",
        "--attempt-id",
        "att-1",
        "--currency",
        "BRL",
        "--items-hash",
        &items,
    ];
    let good = verify(&home, &receipt.to_string(), &[&offline[..], &sent].concat());
    assert_eq!(good.code, 0, "{good:?}");
    let told = good.last();
    assert_eq!((&told["verdict"], &told["payee_bound"]), (&json!("verified"), &json!(true)));
    assert_eq!((&told["chain_version"], &told["disagreements"]), (&json!(4), &json!([])));
    assert_eq!(told["unsealed"], json!(["exceptions", "mandate.sig", "state"]));

    let with = |change: fn(&mut Value)| {
        let mut receipt = receipt.clone();
        change(&mut receipt);
        receipt.to_string()
    };
    let kid = receipt["receipt_sig_kid"].as_str().unwrap();
    let (other, unknown) = (format!("{kid}={AGENT}"), format!("k2={AGENT}"));
    let same = receipt.to_string();
    for (receipt, more, code, verdict) in [
        (with(|it| it["chain"] = json!("00")), offline, 21, "tampered"),
        (same.clone(), ["--key", &other], 21, "tampered"),
        (
            with(|it| {
                it["receipt_sig_ed25519"] = Value::Null;
                it["receipt_sig_kid"] = Value::Null;
            }),
            offline,
            23,
            "unsigned",
        ),
        (same.clone(), ["--key", &unknown], 24, "unknown_key"),
        (with(|it| it["receipt_sig_kid"] = Value::Null), offline, 26, "malformed"),
        (with(|it| it["quote"]["payee"] = json!("[redacted]")), offline, 27, "signature_only"),
        (with(|it| it["payment"]["amount_minor"] = json!(1)), offline, 28, "chain_mismatch"),
    ] {
        let bad = verify(&home, &receipt, &more);
        assert_eq!(bad.code, code, "{bad:?}");
        assert!(bad.stderr.contains(&format!("receipt not verified: {verdict}")), "{bad:?}");
        assert_eq!(bad.error()["exit"], verdict);
        let first: Value = serde_json::from_str(bad.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(first["verdict"], verdict, "{bad:?}");
    }
    let another = "1".repeat(64);
    for (more, code, verdict) in [
        (["--items-hash", &another], 29, "approval_mismatch"),
        (["--payee", "b@b.test"], 30, "sent_mismatch"),
    ] {
        let bad = verify(&home, &same, &[&offline[..], &more].concat());
        assert_eq!((bad.code, &bad.error()["exit"]), (code, &json!(verdict)), "{bad:?}");
    }
    let twice = verify(&home, &same, &[&offline[..], &["--key", &other]].concat());
    assert_eq!(twice.code, 2, "{twice:?}");
    let no_keys = verify(&home, &same, &["--keys", &file(&home, "none.json", "{}")]);
    assert_eq!(no_keys.code, 2, "{no_keys:?}");
}

/// Anybody may read the keys: none of ours is sent, and none has to be there.
#[test]
fn the_keys_of_receipts_are_fetched_without_a_key() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let (receipt, _) = paid(&sandbox);
    let before = sandbox.requests().len();
    let good = verify(&home, &receipt.to_string(), &["--base-url", &sandbox.base_url()]);
    assert_eq!(good.code, 0, "{good:?}");
    let requests = sandbox.requests();
    assert_eq!(requests.len(), before + 1);
    assert!(requests[before].header("authorization").is_none());

    // What is not signed needs none.
    let unsigned = r#"{"receipt_id":"r","chain":null}"#;
    let bad = verify(&home, unsigned, &["--base-url", &sandbox.base_url()]);
    assert_eq!((bad.code, sandbox.requests().len()), (23, before + 1), "{bad:?}");

    let nowhere = ["--base-url", "http://127.0.0.1:9", "--retries", "0", "--amount-minor", "1"];
    let bad = verify(&home, &receipt.to_string(), &nowhere);
    assert_eq!(bad.code, 25, "{bad:?}");
    assert!(bad.stderr.contains("could not be had"), "{bad:?}");
    let first: Value = serde_json::from_str(bad.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["verdict"], "unreachable");
    // What was sent can be compared all the same.
    assert_eq!(first["disagreements"], serde_json::json!(["amount"]));
}

/// Who asks whom it went to is not told that all is well where nothing says so.
#[test]
fn a_receipt_without_a_quote_is_of_no_payee() {
    let home = Home::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/receipts/");
    let keys = format!("@{folder}keys.json");
    let vectors = fs::read_to_string(format!("{folder}receipts.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    let rows = vectors.as_array().unwrap();
    let vector = rows.iter().find(|row| row["name"] == "version 1, no quote").unwrap();
    let receipt = vector["receipt"].to_string();
    assert_eq!(verify(&home, &receipt, &["--keys", &keys]).code, 0);
    let ended = verify(&home, &receipt, &["--keys", &keys, "--payee", "shop@pix.example"]);
    assert_eq!(ended.code, 30, "{ended:?}");
    assert!(ended.stderr.contains("no quote"), "{ended:?}");
}

#[test]
fn a_receipt_of_a_collected_payment_is_verified_too() {
    let home = Home::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/receipts/");
    let keys = format!("@{folder}keys.json");
    let vectors = fs::read_to_string(format!("{folder}collect.json")).unwrap();
    let vectors: Value = serde_json::from_str(&vectors).unwrap();
    for (verdict, code) in [("verified", 0), ("chain_mismatch", 28), ("unsigned", 23)] {
        let rows = vectors.as_array().unwrap();
        let vector = rows.iter().find(|row| row["verdict"] == verdict).unwrap();
        let ended = verify(&home, &vector["receipt"].to_string(), &["--keys", &keys]);
        assert_eq!(ended.code, code, "{ended:?}");
    }
}
