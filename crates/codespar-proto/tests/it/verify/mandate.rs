//! Mandate tokens: what verifies is what was signed, and nothing else.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::*};
use codespar_proto::mandate::{
    DidDocument, Failure, FormatVersion, KeyError, Keys, MandateError, MandateToken, PublicKey,
    SignatureStatus, reconstruct_signing_string, verify_ed25519, verify_mandate_token,
};
use ed25519_dalek::{Signer, SigningKey};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

const AGENT: [u8; 32] = [7; 32];
const ISSUER: [u8; 32] = [9; 32];
const DID: &str = "did:web:id.example.com:org1:ag1";
const KID: &str = "did:web:id.example.com:org1:ag1#1";
const ISSUED: i64 = 1_799_900_000;
const EXPIRES: i64 = 1_799_990_000;

static PUBLIC: LazyLock<[PublicKey; 2]> = LazyLock::new(|| {
    [AGENT, ISSUER].map(|seed| {
        PublicKey::from_bytes(SigningKey::from_bytes(&seed).verifying_key().as_bytes()).unwrap()
    })
});

fn public(seed: [u8; 32]) -> PublicKey {
    PUBLIC[usize::from(seed == ISSUER)]
}

fn sign(seed: [u8; 32], text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&seed).sign(text.as_bytes()).to_bytes())
}

fn fields() -> Value {
    json!({
        "format_version": 4, "id": "mnd_1", "agent_id": "ag1", "type": "payment",
        "amount": "1500", "currency": "BRL", "purposes": ["rent", "food"],
        "expires_at": EXPIRES, "secret_version": 2, "principal_kyc_ref": "kyc_h1",
        "issued_at": ISSUED, "agent_kid": KID,
    })
}

/// The fields with one changed.
fn with(name: &str, value: Value) -> Value {
    let mut fields = fields();
    fields[name] = value;
    fields
}

/// The JSON of a token over these fields, signed by both.
fn signed(fields: &Value) -> Value {
    let text = reconstruct_signing_string(&fields.to_string()).unwrap();
    let mut token = fields.clone();
    token["signature"] = "00".into();
    token["agent_sig"] = sign(AGENT, &text).into();
    token["issuer_sig"] = sign(ISSUER, &text).into();
    token["kid"] = fields["agent_kid"].clone();
    token
}

fn encoded(json: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

fn token(json: &Value) -> Result<MandateToken, MandateError> {
    MandateToken::decode(&encoded(&json.to_string()))
}

fn keys() -> Keys {
    Keys::new().agent_key(public(AGENT)).unwrap().issuer_key(public(ISSUER)).unwrap()
}

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

fn failures(json: &Value, keys: &Keys, now: SystemTime) -> Vec<Failure> {
    token(json).unwrap().verify(keys, now).failures
}

/// The field that decoding refuses.
fn refused(json: &Value) -> Option<&'static str> {
    let error = token(json).unwrap_err();
    assert_eq!(error.code(), "invalid_payload");
    error.field()
}

#[test]
fn a_signed_token_gives_its_mandate() {
    let text = encoded(&signed(&fields()).to_string());
    let mandate = verify_mandate_token(&text, &keys(), at(ISSUED)).unwrap();
    assert_eq!(mandate.format_version, FormatVersion::V4);
    assert_eq!(mandate.agent_did(), Some(DID));
    assert_eq!(mandate.issued_at, Some(ISSUED));
}

#[test]
fn the_last_second_counts_and_not_a_nanosecond_more() {
    let json = signed(&fields());
    assert_eq!(failures(&json, &keys(), at(EXPIRES)), []);
    let past = at(EXPIRES) + Duration::from_nanos(1);
    assert_eq!(failures(&json, &keys(), past), [Failure::Expired]);
    let early = at(ISSUED) - Duration::from_nanos(1);
    assert_eq!(failures(&json, &keys(), early), [Failure::NotYetIssued]);
    let before_1970 = UNIX_EPOCH - Duration::from_secs(5);
    assert_eq!(failures(&json, &keys(), before_1970), [Failure::NotYetIssued]);
}

#[test]
fn text_cannot_move_between_fields() {
    for name in ["id", "agent_id", "amount", "currency", "max_amount", "parent_id"] {
        assert_eq!(refused(&with(name, "a:b".into())), Some(name));
    }
    for name in ["denomination", "principal_kyc_ref"] {
        assert_eq!(refused(&with(name, "a:b".into())), Some(name));
    }
    assert_eq!(refused(&with("purposes", json!(["a:b"]))), Some("purposes"));
    assert_eq!(refused(&with("agent_kid", "org1:ag1#1".into())), Some("agent_kid"));
    // Signed like an empty list.
    assert_eq!(refused(&with("purposes", json!([""]))), Some("purposes"));
}

#[test]
fn an_empty_option_is_none() {
    let mut json = signed(&fields());
    json["max_amount"] = "".into();
    assert_eq!(token(&json).unwrap().mandate().max_amount, None);
    assert_eq!(failures(&json, &keys(), at(ISSUED)), []);
}

#[test]
fn no_member_may_occur_twice() {
    let json = signed(&fields()).to_string();
    for more in
        [r#""amount":"1""#, r#""am\u006funt":"1""#, r#""x":1,"x":1"#, r#""x":[{"y":1,"y":2}]"#]
    {
        let twice = format!("{},{more}}}", json.strip_suffix('}').unwrap());
        let error = MandateToken::decode(&encoded(&twice)).unwrap_err();
        assert_eq!(error.code(), "invalid_payload", "{more}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let json = signed(&fields()).to_string();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let deep = format!("{},\"x\":{deep}}}", json.strip_suffix('}').unwrap());
    assert_eq!(MandateToken::decode(&encoded(&deep)).unwrap_err().code(), "invalid_payload");
}

#[test]
fn older_versions_do_not_sign_newer_fields() {
    let mut three = fields();
    three["format_version"] = 3.into();
    let token = token(&signed(&three)).unwrap();
    assert_eq!(token.mandate().issued_at, None);
    assert_eq!(token.unsigned()["issued_at"].to_value(), ISSUED);
}

#[test]
fn version_2_never_verifies() {
    let mut two = fields();
    two["format_version"] = 2.into();
    let verdict = token(&signed(&two)).unwrap().verify(&keys(), at(ISSUED));
    assert_eq!(verdict.failures, [Failure::AgentSigUnchecked, Failure::IssuerSigUnchecked]);
    assert_eq!(verdict.agent, SignatureStatus::Skipped);
    assert_eq!(verdict.issuer, SignatureStatus::Skipped);
}

fn document(id: Option<&str>, kid: &str) -> DidDocument {
    let x = BASE64_URL_SAFE_NO_PAD.encode(public(AGENT).as_bytes());
    let method = json!({ "id": kid, "publicKeyJwk": { "kty": "OKP", "crv": "Ed25519", "x": x } });
    let methods = json!([1, "did:web:x#0", { "id": format!("{kid}0") }, method]);
    DidDocument::from_json(&json!({ "id": id, "verificationMethod": methods }).to_string()).unwrap()
}

#[test]
fn the_document_must_be_the_agents_own() {
    let json = signed(&fields());
    let check = |document| {
        let keys = Keys::new().agent_document(document).unwrap();
        failures(&json, &keys.issuer_key(public(ISSUER)).unwrap(), at(ISSUED))
    };
    assert_eq!(check(document(Some(DID), KID)), []);
    assert_eq!(check(document(Some("did:web:evil.example"), KID)), [Failure::DocumentMismatch]);
    assert_eq!(check(document(None, KID)), [Failure::DocumentMismatch]);
    let other = document(Some(DID), "did:web:id.example.com:org1:ag1#2");
    assert_eq!(check(other), [Failure::KidNotInDocument]);
}

#[test]
fn two_methods_under_one_id_are_none() {
    let x = BASE64_URL_SAFE_NO_PAD.encode(public(AGENT).as_bytes());
    let method = json!({ "id": KID, "publicKeyJwk": { "kty": "OKP", "crv": "Ed25519", "x": x } });
    let key = |methods: Value| {
        let document = json!({ "id": DID, "verificationMethod": methods }).to_string();
        DidDocument::from_json(&document).unwrap().key(KID).is_some()
    };
    assert!(key(json!([method])));
    assert!(key(json!([{ "id": "did:web:x#0" }, method])));
    for other in [json!({ "id": KID }), json!({ "id": KID, "publicKeyJwk": 7 }), method.clone()] {
        assert!(!key(json!([other, method])), "{other}");
        assert!(!key(json!([method, other])), "{other}");
    }
}

#[test]
fn a_foreign_key_id_is_told_with_and_without_a_signature() {
    let mut foreign = signed(&fields());
    foreign["kid"] = "did:web:id.example.com:org1:ag1#2".into();
    assert_eq!(failures(&foreign, &keys(), at(ISSUED)), [Failure::KidMismatch]);
    foreign.as_object_mut().unwrap().remove("agent_sig");
    let verdict = token(&foreign).unwrap().verify(&keys(), at(ISSUED));
    assert_eq!(verdict.failures, [Failure::KidMismatch, Failure::AgentSigAbsent]);
    assert_eq!(verdict.agent, SignatureStatus::Absent);
}

#[test]
fn an_integer_beyond_64_bits_is_said_to_be_one() {
    for field in ["expires_at", "secret_version", "issued_at"] {
        let problem = |value: &str| {
            let text = with(field, "HERE".into()).to_string().replace("\"HERE\"", value);
            reconstruct_signing_string(&text).unwrap_err().to_string()
        };
        assert!(problem("9223372036854775808").ends_with(&format!("{field} does not fit 64 bits")));
        assert!(problem("-99999999999999999999").ends_with("does not fit 64 bits"));
        for wrong in ["\"9\"", "1.5", "true", "null"] {
            assert!(problem(wrong).ends_with("is missing or of the wrong type"), "{wrong}");
        }
    }
}

#[test]
fn documents_that_are_none() {
    for json in
        ["", "[]", "null", "{\"id\":5}", "{\"id\":\"a\",\"id\":\"b\"}", "[\"did:web:x\",[]]"]
    {
        assert_eq!(DidDocument::from_json(json).unwrap_err(), MandateError::Document, "{json}");
    }
}

#[test]
fn keys_of_the_wrong_kind_name_their_field() {
    let field = |result: Result<Keys, MandateError>| result.unwrap_err().field();
    assert_eq!(field(Keys::new().agent_key("xyz")), Some("agent_key"));
    assert_eq!(field(Keys::new().issuer_key(&[0; 31][..])), Some("issuer_key"));
    assert_eq!(PublicKey::from_hex(""), Err(KeyError::Length(0)));
    let no_point = BASE64_URL_SAFE_NO_PAD.encode([2; 32]);
    assert_eq!(PublicKey::from_base64url(&no_point), Err(KeyError::Point));
    let twice = Keys::new().agent_key(public(AGENT)).unwrap().agent_key(public(AGENT));
    assert_eq!(twice.unwrap_err(), MandateError::AgentKeyTwice);
    let error = codespar_engine::Error::from(Keys::new().agent_key("00").unwrap_err());
    assert_eq!(error.kind(), codespar_engine::ErrorKind::Config);
    assert_eq!(error.field(), Some("agent_key"));
    let both = Keys::new().agent_key(public(AGENT)).unwrap();
    assert_eq!(
        both.agent_document(document(Some(DID), KID)).unwrap_err(),
        MandateError::AgentKeyTwice
    );
}

#[test]
fn errors_and_debug_quote_no_contents() {
    let error = token(&with("currency", "secret:text".into())).unwrap_err();
    assert_eq!(error.to_string(), "mandate token: currency has a colon");
    let token = token(&signed(&fields())).unwrap();
    let debug = format!("{token:?}");
    assert!(!debug.contains(token.agent_sig().unwrap()), "{debug}");
    assert!(!debug.contains("kyc_h1"), "{debug}");
    let verdict = token.into_verified(&Keys::new(), at(ISSUED)).unwrap_err();
    assert_eq!(
        verdict.to_string(),
        "mandate not verified: agent_sig_unchecked, issuer_sig_unchecked"
    );
}

prop_compose! {
    fn any_fields()(
        version in 3u8..=4,
        texts in vec("[^:]{0,12}", 6),
        options in vec(option::of("[^:]{1,8}"), 3),
        purposes in vec("[^:]{1,8}", 0..4),
        kind in prop::sample::select(vec!["payment", "subscription", "delegation"]),
        kid in "did:[a-z:.]{0,20}#[0-9]",
        (issued_at, life, secret_version) in (0..1_000_000_000i64, 1..1_000_000i64, any::<i32>()),
    ) -> Value {
        json!({
            "format_version": version, "id": texts[0], "agent_id": texts[1], "type": kind,
            "amount": texts[2], "currency": texts[3], "purposes": purposes,
            "expires_at": issued_at + life, "max_amount": options[0], "parent_id": options[1],
            "denomination": options[2], "secret_version": secret_version,
            "principal_kyc_ref": texts[4], "agent_kid": kid, "issued_at": issued_at,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_signed_verifies(fields in any_fields()) {
        let now = at(fields["issued_at"].as_i64().unwrap());
        let token = token(&signed(&fields)).unwrap();
        prop_assert_eq!(token.verify(&keys(), now).failures, []);
        let version = usize::from(token.mandate().format_version.number());
        prop_assert!(token.signing_string().matches(':').count() >= 10 + version);
    }

    /// A flipped bit is refused, or is one that no signature covers: then the mandate is the same.
    #[test]
    fn what_verifies_is_what_was_signed(
        fields in any_fields(), place: prop::sample::Index, bit in 0..8
    ) {
        let now = at(fields["issued_at"].as_i64().unwrap());
        let mut json = signed(&fields).to_string().into_bytes();
        let before = MandateToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(&json)).unwrap();
        let place = place.index(json.len());
        json[place] ^= 1u8 << bit;
        if let Ok(mut mandate) =
            verify_mandate_token(&BASE64_URL_SAFE_NO_PAD.encode(&json), &keys(), now)
        {
            // The signatures do not cover the order of purposes.
            let mut signed = before.mandate().clone();
            signed.purposes.sort();
            mandate.purposes.sort();
            prop_assert_eq!(mandate, signed);
        }
    }

    #[test]
    fn a_flipped_bit_breaks_a_signature(
        message in vec(any::<u8>(), 1..60), place: prop::sample::Index, bit in 0..8
    ) {
        let mut message = message;
        let mut signature = SigningKey::from_bytes(&AGENT).sign(&message).to_bytes();
        prop_assert!(public(AGENT).verifies(&message, &signature));
        let place = place.index(message.len() + signature.len());
        match place.checked_sub(message.len()) {
            None => message[place] ^= 1u8 << bit,
            Some(place) => signature[place] ^= 1u8 << bit,
        }
        prop_assert!(!public(AGENT).verifies(&message, &signature));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), bytes in vec(any::<u8>(), 0..80)) {
        let _ = MandateToken::decode(&text);
        let _ = MandateToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(&text));
        let _ = MandateToken::decode(&BASE64_URL_SAFE_NO_PAD.encode(&bytes));
        let _ = reconstruct_signing_string(&text);
        let _ = DidDocument::from_json(&text);
        let _ = (PublicKey::from_hex(&text), PublicKey::from_base64url(&text));
        let _ = PublicKey::from_jwk(&text);
        prop_assert!(!verify_ed25519(&text, &text, &public(AGENT)));
    }

    /// Any JSON in any member.
    #[test]
    fn no_member_panics(
        name: prop::sample::Index,
        junk in "(null|-?[0-9]{1,25}|\"[^\"\\\\]{0,9}\"|\\[\\]|\\[1,\"a\"\\]|\\{\\}|1e400|true)",
    ) {
        let fields = signed(&fields());
        let names: Vec<_> = fields.as_object().unwrap().keys().collect();
        let name = names[name.index(names.len())];
        let members = fields.as_object().unwrap().iter().map(|(member, value)| {
            let value = if member == name { junk.clone() } else { value.to_string() };
            format!("\"{member}\":{value}")
        });
        let json = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        if let Ok(token) = MandateToken::decode(&encoded(&json)) {
            let _ = token.verify(&keys(), at(ISSUED));
        }
    }
}
