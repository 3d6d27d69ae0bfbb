//! Keys by which receipts are checked.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn the_keys_are_read_without_credentials() {
    let answer = json!({"issuer": "https://id.codespar.dev", "key_namespace": "receipts",
        "algorithm": "Ed25519", "signing_string": "codespar-receipt:v1:<receipt_id>:<chain>",
        "keys": [{"kid": "did:web:x#receipts-1", "kty": "OKP", "crv": "Ed25519", "x": "AA",
            "alg": "EdDSA", "use": "sig", "status": "retired", "created_at": "2026-09-01T00:00:00Z",
            "retired_at": "2026-10-01T00:00:00Z"}],
        "collect_receipt": {"signing_string": "codespar-collect-receipt:v1:<receipt_id>:<digest>",
            "digest_recipe": {"canonicalization": "RFC 8785 (JCS)", "digest": "SHA-256, hex",
                "document_fields": ["a", "b"]}, "signature": "base64url"},
        "chain_recipe": {"canonicalization": "RFC 8785 (JCS)"}});
    let text = told(Recorded::json(200, answer), |client| client.receipts().keys());
    assert_snapshot!(text, @r#"
    GET /.well-known/codespar-receipt-keys.json
    (no credentials)
    ReceiptKeys {
        issuer: Some("https://id.codespar.dev"),
        key_namespace: Some("receipts"),
        algorithm: Some("Ed25519"),
        signing_string: Some("codespar-receipt:v1:<receipt_id>:<chain>"),
        keys: [
            ReceiptKey {
                kid: Some("did:web:x#receipts-1"),
                kty: Some("OKP"),
                crv: Some("Ed25519"),
                x: Some("AA"),
                alg: Some("EdDSA"),
                usage: Some("sig"),
                status: Some(Retired),
                created_at: Some(Timestamp("2026-09-01T00:00:00Z")),
                retired_at: Some(Timestamp("2026-10-01T00:00:00Z")),
            },
        ],
        collect_receipt: Some(
            CollectReceiptRecipe {
                signing_string: Some("codespar-collect-receipt:v1:<receipt_id>:<digest>"),
                digest_recipe: Some(
                    DigestRecipe {
                        canonicalization: Some("RFC 8785 (JCS)"),
                        digest: Some("SHA-256, hex"),
                        document_fields: [
                            "a",
                            "b",
                        ],
                    },
                ),
                signature: Some([redacted]),
            },
        ),
        chain_recipe: Some(Json(object, 37 bytes)),
    }
    "#);
}
