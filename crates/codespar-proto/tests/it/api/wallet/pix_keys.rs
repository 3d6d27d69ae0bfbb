//! Pix keys: listing, registering, deleting once somebody has said so.

use codespar_proto::{
    ErrorKind,
    testing::{Recorded, Replay},
    wallet::{KeyDeletion, PIX_KEY_DELETION, PixKeyType, RegisterPixKey},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

#[test]
fn keys_of_an_account() {
    let answer = json!({"account_masked": "••••27", "count": 1, "bank": "1",
        "keys": [{"key": "fulano@example.com", "key_type": "EMAIL"}]});
    let text =
        told(Recorded::json(200, answer), |client| client.wallet().pix_keys().list("sbx:ä 1"));
    assert_snapshot!(text, @r#"
    GET /v1/consumers/sbx%3A%C3%A4%201/pix-keys
    PixKeys {
        account_masked: Some("••••27"),
        keys: [
            PixKey {
                key: [redacted],
                key_type: Some(Email),
            },
        ],
        count: Some(1),
        extra: {
            "bank",
        },
    }
    "#);
}

#[test]
fn a_random_key_and_one_of_ones_own() {
    let answer =
        json!({"key": "e3bd", "key_type": "EVP", "account_masked": "••••27", "cache_filled": true});
    let text = told(Recorded::json(201, answer), |client| {
        client.wallet().pix_keys().register("cons_1", &RegisterPixKey::random())
    });
    assert_snapshot!(text, @r#"
    POST /v1/consumers/cons_1/pix-keys
    {"key_type":"EVP"}
    RegisteredPixKey {
        key: [redacted],
        key_type: Some(Evp),
        account_masked: Some("••••27"),
        cache_filled: Some(true),
    }
    "#);

    let refusal =
        json!({"error": {"code": "pix_key_type_unavailable", "message": "random key only"}});
    let text = told(Recorded::json(422, refusal), |client| {
        let cpf = RegisterPixKey::new(PixKeyType::Cpf, "11144477735");
        client.wallet().pix_keys().register("cons_1", &cpf)
    });
    assert_snapshot!(text);
}

#[test]
fn a_registration_is_never_repeated() {
    let replay = Replay::new().answer(Recorded::json(503, json!({"error": "later"})));
    let random = RegisterPixKey::random();
    client(&replay).wallet().pix_keys().register("cons_1", &random).send().unwrap_err();
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_key_is_deleted_when_that_is_confirmed() {
    let answer = json!({"key": "+55", "account_masked": "••••27", "deleted": true,
        "cache_cleared": true, "cache_refilled_with": null});
    let text = told(Recorded::json(200, answer), |client| {
        client.wallet().pix_keys().delete("cons_1", "+5531999123456", KeyDeletion::Confirmed)
    });
    assert_snapshot!(text, @r#"
    DELETE /v1/consumers/cons_1/pix-keys/%2B5531999123456
    DeletedPixKey {
        key: Some([redacted]),
        account_masked: Some("••••27"),
        deleted: Some(true),
        cache_cleared: Some(true),
    }
    "#);

    let nothing = Recorded::status(204);
    let replay = Replay::new().answer(nothing);
    let keys = client(&replay).wallet().pix_keys();
    let deleted = keys.delete("cons_1", "k", KeyDeletion::Confirmed).send().unwrap();
    assert_eq!(deleted.deleted, None);
}

#[test]
fn a_key_is_not_deleted_unless_that_is_confirmed() {
    let keys = client(&Replay::new()).wallet().pix_keys();
    let error = keys.delete("cons_1", "k", KeyDeletion::default()).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("confirm")));
    assert_eq!(error.code(), Some("pix_key_delete_requires_confirmation"));
    assert!(error.message().contains(PIX_KEY_DELETION));
    assert!(!error.may_have_been_sent());
}
