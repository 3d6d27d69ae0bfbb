//! Whose key it is, the organization, and the API about itself.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn the_api_about_itself() {
    let document = || Recorded::json(200, json!({"openapi": "3.1.0"}));
    assert_snapshot!(told(document(), |client| client.openapi()), @r"
    GET /v1/openapi.json
    Json(object, 19 bytes)
    ");
    assert_snapshot!(told(document(), |client| client.manifest()), @r"
    GET /v1/discovery/manifest
    Json(object, 19 bytes)
    ");
    let health = Recorded::json(200, json!({"status": "degraded", "checks": []}));
    assert_snapshot!(told(health, |client| client.health()), @r#"
    GET /v1/health
    Health {
        status: Degraded,
        extra: {
            "checks",
        },
    }
    "#);
}

#[test]
fn whose_key_it_is() {
    let answer = Recorded::json(
        200,
        json!({"user": {"email": "ana@shop.example", "name": "Ana"},
            "organization": {"id": "org_acme", "name": null},
            "project": {"id": "prj_0a1b2c3d4e5f6g7h", "name": "Shop"},
            "key": {"id": "key_1", "environment": "test", "scopes": ["*"]}}),
    );
    let text = told(answer, |client| client.whoami());
    assert!(!text.contains("ana@"), "{text}");
    assert_snapshot!(text, @r#"
    GET /v1/whoami
    Whoami {
        user: Some(
            User {
                email: Some([redacted]),
                name: Some([redacted]),
            },
        ),
        organization: Some(
            Organization {
                id: "org_acme",
            },
        ),
        project: Some(
            ProjectName {
                id: "prj_0a1b2c3d4e5f6g7h",
                name: Some("Shop"),
            },
        ),
        key: Some(
            KeyScope {
                id: Some("key_1"),
                environment: Some(Test),
                scopes: [
                    "*",
                ],
            },
        ),
    }
    "#);
    let bare = Recorded::json(200, json!({"organization": {"id": "org_acme"}, "key": {}}));
    assert_snapshot!(told(bare, |client| client.whoami()), @r#"
    GET /v1/whoami
    Whoami {
        organization: Some(
            Organization {
                id: "org_acme",
            },
        ),
        key: Some(
            KeyScope {
                scopes: [],
            },
        ),
    }
    "#);
    let wrong = Recorded::json(401, json!({"error": "unauthorized"}));
    assert_snapshot!(told(wrong, |client| client.whoami()), @r"
    GET /v1/whoami
    api: unauthorized client.whoami: unauthorized (status 401, code unauthorized)
    ");
}

#[test]
fn the_organization() {
    let answer = Recorded::json(200, json!({"id": "org_acme", "name": "Acme", "plan": "pro"}));
    assert_snapshot!(told(answer, |client| client.organization("org_acme")), @r#"
    GET /v1/organizations/org_acme
    Organization {
        id: "org_acme",
        name: Some("Acme"),
        extra: {
            "plan",
        },
    }
    "#);
}
