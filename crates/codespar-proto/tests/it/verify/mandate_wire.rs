//! Every recorded call of the mandate codec: ours agrees, or differs on purpose.

use std::{collections::BTreeSet, fs};

use codespar_proto::mandate::recorded;
use serde_json::{Value, json};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/wire/mandate.jsonl");

/// A recorded call whose outcome we do not want.
struct Deviation {
    case: &'static str,
    reason: &'static str,
    /// Our outcome, or a part of it; `null` is what must not be there.
    ours: Value,
}

const COLONS: &str = "fields are joined by unescaped colons: a colon is refused";
const MALFORMED_KEY: &str = "a malformed key is an error, neither a failed nor a skipped check";
const BASE64: &str = "tokens and signatures are base64url: another alphabet or foreign characters \
                      would give one mandate many texts";
const ESCAPES: &str = "no foreign error escapes: a signature that does not decode is invalid";
const UNSIGNED: &str = "what is not signed is apart from the mandate";

fn deviations() -> Vec<Deviation> {
    let refused =
        || json!({ "error": { "type": "MandateDecodeError", "message": "invalid_payload" } });
    let config = || json!({ "error": { "type": "ConfigError", "message": "invalid_config" } });
    let failed = |codes: &[&str]| json!({ "result": { "verified": false, "failures": codes } });
    let row = |case, reason, ours| Deviation { case, reason, ours };
    vec![
        row(
            "decode_mandate_token/extra-fields-kept",
            UNSIGNED,
            json!({ "result": {
                "mandate": { "id": "mnd_v3_abc...", "note": null, "nested": null },
                "unsigned": { "note": "not signed", "nested": { "a": [1, null] } },
            } }),
        ),
        row(
            "verify_mandate_token/unsigned-extra-field",
            UNSIGNED,
            json!({ "result": {
                "verified": true,
                "mandate": { "id": "mnd_v3_abc...", "spending_limit": null },
                "unsigned": { "spending_limit": "1000000" },
            } }),
        ),
        row("decode_mandate_token/standard-alphabet", BASE64, refused()),
        row("decode_mandate_token/junk-characters", BASE64, refused()),
        row("decode_mandate_token/duplicate-keys", "a member that occurs twice", refused()),
        row("decode_mandate_token/purposes-mixed", "purposes are texts", refused()),
        row("verify_mandate_token/purposes-mixed", "purposes are texts", refused()),
        row("reconstruct_signing_string/colon-in-id", COLONS, refused()),
        row("reconstruct_signing_string/colon-in-agent-id", COLONS, refused()),
        row("verify_mandate_token/colon-moved-between-fields", COLONS, refused()),
        row("verify_ed25519/key-too-short", MALFORMED_KEY, config()),
        row("verify_mandate_token/agent-key-not-hex", MALFORMED_KEY, config()),
        row("verify_ed25519/signature-bad-base64", ESCAPES, json!({ "result": false })),
        row("verify_mandate_token/agent-sig-bad-base64", ESCAPES, failed(&["agent_sig_invalid"])),
        row("verify_ed25519/signature-four-junk-characters", BASE64, json!({ "result": false })),
        row(
            "verify_ed25519/small-order-key",
            "strict verification: a small-order key verifies nothing",
            json!({ "result": false }),
        ),
        row(
            "verify_mandate_token/v4-not-yet-issued",
            "a token from the future does not verify",
            failed(&["not_yet_issued"]),
        ),
        row(
            "verify_mandate_token/document-of-another-did",
            "the DID document's own id is compared",
            failed(&["document_mismatch"]),
        ),
        row(
            "verify_mandate_token/v2-with-signatures",
            "version 2 is never verified",
            failed(&["agent_sig_unchecked", "issuer_sig_unchecked"]),
        ),
    ]
}

#[test]
fn every_recording_agrees_or_is_a_named_deviation() {
    let recordings = fs::read_to_string(FIXTURE).expect("the recordings are in the repository");
    let deviations = deviations();
    let mut left: BTreeSet<_> = deviations.iter().map(|deviation| deviation.case).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in recordings.lines() {
        let recording: Value = serde_json::from_str(line).unwrap();
        let name = recording["case"].as_str().unwrap().strip_prefix("mandate.").unwrap();
        let ours = outcome(&recording["call"]);
        count += 1;
        let agreed = same_outcome(&recording, &ours);
        match deviations.iter().find(|deviation| deviation.case == name) {
            None if agreed => {}
            None => wrong.push(format!("{name}: {ours}")),
            Some(deviation) => {
                left.remove(name);
                if agreed {
                    wrong.push(format!("{name}: agrees, and needs no deviation"));
                } else if !covers(&deviation.ours, &ours) {
                    wrong.push(format!("{name}: {} ({})", ours, deviation.reason));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(left, BTreeSet::new(), "deviations that no recording has");
    assert_eq!(count, 123);
}

fn outcome(call: &Value) -> Value {
    assert_eq!(call["on"], "mandate");
    match recorded::call(call["method"].as_str().unwrap(), &call["args"]) {
        Ok(result) => json!({ "result": result }),
        Err(recorded::CallError::UnknownMethod) => panic!("unknown call {call}"),
        Err(error) => json!({ "error": error.to_json() }),
    }
}

/// Results agree as JSON, errors by kind and code.
fn same_outcome(recording: &Value, ours: &Value) -> bool {
    match recording.get("error") {
        None => covers(&recording["result"], &ours["result"]),
        // A call that cannot be made is a TypeError there.
        Some(error) if error["type"] == "TypeError" && !recording_is_quirk(recording) => {
            ours["error"]["type"] == "ConfigError"
        }
        Some(error) => {
            error["type"] == ours["error"]["type"] && error["message"] == ours["error"]["message"]
        }
    }
}

fn recording_is_quirk(recording: &Value) -> bool {
    recording.get("quirk").is_some()
}

/// Whether everything in `part` is in `whole`. Null and missing are the same.
fn covers(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            part.iter().all(|(name, value)| covers(value, whole.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(a, b)| covers(a, b))
        }
        _ => part == whole,
    }
}
