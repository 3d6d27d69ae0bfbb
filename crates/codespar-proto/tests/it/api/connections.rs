//! Connections to providers. No secret shows.

use codespar_proto::{
    Json,
    connections::{
        ConnectionSecret, ConnectionStatus, CreateConnection, ListConnections, StartConnection,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, told};

fn row() -> Value {
    json!({"id": "ca_71", "user_id": "buyer-77", "server_id": "asaas", "auth_type": "api_key",
        "status": "connected", "display_name": null, "metadata": null,
        "connection_metadata": {"shop": "Centro"}, "cert_metadata": {},
        "created_at": "2026-10-02T13:05:11Z", "connected_at": "2026-10-02T13:05:12Z",
        "revoked_at": null, "expires_at": null})
}

#[test]
fn connections_that_fit() {
    let answer = Recorded::json(200, json!({"connections": [row()]}));
    let args = ListConnections::default()
        .user_id("buyer-77")
        .server_id("asaas")
        .status(ConnectionStatus::Connected);
    assert_snapshot!(told(answer, |client| client.connections().list(&args)), @r#"
    GET /v1/connections?server_id=asaas&status=connected&user_id=buyer-77
    [
        Connection {
            id: "ca_71",
            user_id: Some([redacted]),
            server_id: Some("asaas"),
            auth_type: Some(ApiKey),
            status: Some(Connected),
            connection_metadata: Some(Json(object, 17 bytes)),
            cert_metadata: Some(Json(object, 2 bytes)),
            created_at: Some(Timestamp("2026-10-02T13:05:11Z")),
            connected_at: Some(Timestamp("2026-10-02T13:05:12Z")),
        },
    ]
    "#);
}

#[test]
fn a_link_to_connect() {
    let answer = Recorded::json(
        200,
        json!({"link_token": "lnk_secret", "authorize_url": "https://p.test/oauth?state=lnk_secret",
            "expires_at": "2026-10-02T13:15:11Z"}),
    );
    let args = StartConnection::new("mercadopago", "buyer-77", "https://shop.example/back")
        .scopes("read write");
    let text = told(answer, |client| client.connections().start(&args));
    assert!(!text.contains("lnk_secret"));
    assert_snapshot!(text);
}

#[test]
fn a_new_connection_and_a_new_secret_for_an_old_one() {
    let one = CreateConnection::new("asaas", "aact_1").user_id("buyer-77").display_name("Shop");
    let new = Recorded::json(201, row());
    assert_snapshot!(told(new, |client| client.connections().create(&one)), @r#"
    POST /v1/connections
    {"server_id":"asaas","secret":"aact_1","display_name":"Shop","user_id":"buyer-77"}
    StoredConnection {
        connection: Connection {
            id: "ca_71",
            user_id: Some([redacted]),
            server_id: Some("asaas"),
            auth_type: Some(ApiKey),
            status: Some(Connected),
            connection_metadata: Some(Json(object, 17 bytes)),
            cert_metadata: Some(Json(object, 2 bytes)),
            created_at: Some(Timestamp("2026-10-02T13:05:11Z")),
            connected_at: Some(Timestamp("2026-10-02T13:05:12Z")),
        },
        rotated: false,
    }
    "#);

    let named = ConnectionSecret::named([("instance_id", "i-1"), ("instance_token", "t-1")]);
    let metadata = Json::parse_str(r#"{"shop":"Centro"}"#).unwrap();
    let named = CreateConnection::new("z-api", named).connection_metadata(metadata);
    let old = Recorded::json(200, json!({"id": "ca_72", "status": "connected"}));
    assert_snapshot!(told(old, |client| client.connections().create(&named)));
    assert!(!format!("{one:?} {named:?}").contains("-1"), "{one:?} {named:?}");
}

#[test]
fn a_stored_connection_as_json_says_which_it_was() {
    let replay = Replay::new().answer(Recorded::json(200, json!({"id": "ca_72"})));
    let stored = client(&replay).connections().create(&CreateConnection::new("asaas", "k")).send();
    let json = serde_json::to_value(stored.unwrap()).unwrap();
    assert_eq!((json["id"].as_str(), json["rotated"].as_bool()), (Some("ca_72"), Some(true)));
}

#[test]
fn one_connection_and_its_metadata() {
    let short = || Recorded::json(200, json!({"id": "ca_71", "status": "expired"}));
    assert_snapshot!(told(short(), |client| client.connections().get("ca_71")), @r#"
    GET /v1/connections/ca_71
    Connection {
        id: "ca_71",
        status: Some(Expired),
    }
    "#);
    let change = json!({"shop": "Norte"});
    assert_snapshot!(told(short(), |client| client
        .connections()
        .update_metadata("ca_71", &change)));
}

#[test]
fn the_end_of_a_connection() {
    let revoked = Recorded::json(200, json!({"id": "ca_71", "status": "revoked", "already": true}));
    assert_snapshot!(told(revoked, |client| client.connections().revoke("ca_71")), @r#"
    POST /v1/connections/ca_71/revoke
    Connection {
        id: "ca_71",
        status: Some(Revoked),
        already: Some(true),
    }
    "#);
    let gone = Recorded::status(204);
    assert_snapshot!(told(gone, |client| client.connections().delete("ca_71")), @r"
    DELETE /v1/connections/ca_71
    ()
    ");
    let active =
        Recorded::json(409, json!({"error": "cannot_delete_active", "message": "revoke first"}));
    let text = told(active, |client| client.connections().delete("ca_71"));
    assert_snapshot!("deleting_an_active_connection", text);
}

#[test]
fn a_revocation_that_changed_nothing_is_repeated() {
    let replay = Replay::new()
        .answer(Recorded::json(503, json!({"error": "revoke_failed", "message": "again"})))
        .answer(Recorded::json(200, json!({"id": "ca_71", "status": "revoked"})));
    let revoked = client(&replay).connections().revoke("ca_71").send().unwrap();
    assert_eq!(revoked.status, Some(ConnectionStatus::Revoked));
    replay.assert_done();
}

#[test]
fn a_secret_for_the_providers_webhooks() {
    let answer = Recorded::json(
        200,
        json!({"connection_id": "ca_71", "server_id": "asaas", "updated": true}),
    );
    let text = told(answer, |client| client.connections().set_webhook_secret("ca_71", "whsec"));
    assert_snapshot!(text, @r#"
    PUT /v1/connections/ca_71/webhook-secret
    {"secret":"whsec"}
    WebhookSecretSet {
        connection_id: Some("ca_71"),
        server_id: Some("asaas"),
        updated: Some(true),
    }
    "#);
}

#[test]
fn sign_ups_and_accounts_at_providers() {
    let run = json!({"status": "needs_verification", "prompt": "the code",
        "verification": {"mechanism": "code", "resend": true}, "probe_result": {"a": 1}});
    let text = told(Recorded::json(200, run), |client| client.connections().engine_status("r"));
    assert_snapshot!("connections_engine_status", text);
    let account = json!({"status": "provisioned", "charges_enabled": false,
        "capabilities": {"pix": "active"}, "account_ref": ""});
    let account = Recorded::json(200, account);
    let text = told(account, |client| client.connections().subaccount_status("ca_71"));
    assert_snapshot!("connections_subaccount_status", text);
    let ended = json!({"status": "revoked", "record_id": "pr_1", "connection_id": "ca_71",
        "upstream": "delete_failed", "already": true});
    let ended = Recorded::json(200, ended);
    let text = told(ended, |client| client.connections().revoke_subaccount("ca_71"));
    assert_snapshot!("connections_revoke_subaccount", text);
}

#[test]
fn a_shared_sandbox_says_so() {
    let mut row = row();
    row["is_shared_sandbox"] = json!(true);
    row["shared_sandbox_tools"] = json!(["create_payment"]);
    let text = told(Recorded::json(200, row), |client| client.connections().get("ca_71"));
    assert!(text.contains("is_shared_sandbox: Some(true)"), "{text}");
    assert!(text.contains("create_payment"), "{text}");
}
