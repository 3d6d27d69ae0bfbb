//! Whose key it is, keys and projects.

use codespar_proto::{
    Json,
    api_keys::CreateApiKey,
    projects::{CreateProject, Environment, UpdateProject},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

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

#[test]
fn a_new_key_does_not_show() {
    let answer = Recorded::json(
        200,
        json!({"id": "key_2", "name": "nightly", "prefix": "csk_test_ab", "full_key": "csk_test_abcdef",
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

#[test]
fn projects() {
    let project = json!({"id": "prj_0a1b2c3d4e5f6g7h", "org_id": "org_acme", "name": "Shop",
        "slug": "shop", "is_default": true, "environment": "live", "created_at": "2026-10-02T13:05:11Z"});
    let list = Recorded::json(200, json!({"projects": [project]}));
    assert_snapshot!(told(list, |client| client.projects().list()), @r#"
    GET /v1/projects
    [
        Project {
            id: "prj_0a1b2c3d4e5f6g7h",
            org_id: Some("org_acme"),
            name: Some("Shop"),
            slug: Some("shop"),
            is_default: Some(true),
            environment: Some(Live),
            created_at: Some(Timestamp("2026-10-02T13:05:11Z")),
        },
    ]
    "#);

    let short = || Recorded::json(201, json!({"id": "prj_1"}));
    let args = CreateProject::new("Shop", "shop")
        .environment(Environment::Live)
        .settings(Json::parse_str("{}").unwrap());
    assert_snapshot!(told(short(), |client| client.projects().create(&args)), @r#"
    POST /v1/projects
    {"name":"Shop","slug":"shop","environment":"live","settings":{}}
    Project {
        id: "prj_1",
    }
    "#);
    assert_snapshot!(told(short(), |client| client.projects().get("prj_1")), @r#"
    GET /v1/projects/prj_1
    Project {
        id: "prj_1",
    }
    "#);
    let args = UpdateProject::default().name("Shop 2").is_default(true);
    assert_snapshot!(told(short(), |client| client.projects().update("prj_1", &args)), @r#"
    PATCH /v1/projects/prj_1
    {"name":"Shop 2","is_default":true}
    Project {
        id: "prj_1",
    }
    "#);
    assert_snapshot!(told(Recorded::status(204), |client| client.projects().delete("prj_1")), @r"
    DELETE /v1/projects/prj_1
    ()
    ");
}

#[test]
fn settings() {
    let answer = || Recorded::json(200, json!({"language": "pt-BR"}));
    assert_snapshot!(told(answer(), |client| client.projects().settings("prj_1")), @r"
    GET /v1/projects/prj_1/settings
    Json(object, 20 bytes)
    ");
    let change = json!({"language": "pt-BR"});
    assert_snapshot!(told(answer(), |client| client.projects().update_settings("prj_1", &change)), @r#"
    PATCH /v1/projects/prj_1/settings
    {"language":"pt-BR"}
    Json(object, 20 bytes)
    "#);
    assert_snapshot!(told(answer(), |client| client.projects().settings_history("prj_1")), @r"
    GET /v1/projects/prj_1/settings/history
    Json(object, 20 bytes)
    ");
}
