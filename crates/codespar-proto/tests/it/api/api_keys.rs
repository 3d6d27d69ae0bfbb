//! API keys: made, listed, never shown.

use codespar_proto::{api_keys::CreateApiKey, projects::Environment, testing::Recorded};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn a_new_key_does_not_show() {
    let answer = Recorded::json(
        200,
        json!({"id": "key_2", "name": "nightly", "prefix": "csk_test_ab",
            "full_key": "csk_test_abcdef",
            "created_at": "2026-10-02T13:05:11Z", "revoked_at": null, "last_used_at": null,
            "warning": "shown once"}),
    );
    let args = CreateApiKey::new("nightly").env(Environment::Test);
    let text = told(answer, |client| client.api_keys().create(&args));
    assert!(!text.contains("abcdef"), "{text}");
    assert_snapshot!(text, @r#"
    POST /v1/api-keys
    {"name":"nightly","env":"test"}
    CreatedApiKey {
        id: "key_2",
        name: Some("nightly"),
        prefix: Some("csk_test_ab"),
        full_key: [redacted],
        created_at: Some(Timestamp("2026-10-02T13:05:11Z")),
        warning: Some("shown once"),
        extra: {
            "last_used_at",
            "revoked_at",
        },
    }
    "#);
}

#[test]
fn keys() {
    let answer = Recorded::json(
        200,
        json!({"keys": [{"id": "key_2", "name": "nightly", "prefix": "csk_test_ab"}]}),
    );
    assert_snapshot!(told(answer, |client| client.api_keys().list()), @r#"
    GET /v1/api-keys
    [
        ApiKeyInfo {
            id: "key_2",
            name: Some("nightly"),
            prefix: Some("csk_test_ab"),
        },
    ]
    "#);
}
