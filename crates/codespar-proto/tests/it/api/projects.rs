//! Projects and their settings.

use codespar_proto::{
    Json,
    projects::{CreateProject, Environment, UpdateProject},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn projects() {
    let project = json!({"id": "prj_0a1b2c3d4e5f6g7h", "org_id": "org_acme", "name": "Shop",
        "slug": "shop", "is_default": true, "environment": "live",
        "created_at": "2026-10-02T13:05:11Z"});
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
    let answer = || {
        Recorded::json(
            200,
            json!({"settings": [{"key": "language", "type": "enum", "description": "Of texts",
                "value": "pt-BR", "default": "en", "explicit": true, "freshness": "request",
                "payee_affecting": false, "enum_values": ["en", "pt-BR"]}]}),
        )
    };
    assert_snapshot!(
        "settings_of_a_project",
        told(answer(), |client| client.projects().settings("prj_1"))
    );
    let change = json!({"language": "pt-BR", "theme": null});
    assert_snapshot!(
        "settings_that_change",
        told(answer(), |client| client.projects().update_settings("prj_1", &change))
    );
    let history = json!({"history": [{"setting_key": "language", "actor": "user_1",
        "old_value": "en", "new_value": "pt-BR", "explicit_before": false,
        "explicit_after": true, "created_at": "2026-10-02 13:06:00+00"}]});
    let history = Recorded::json(200, history);
    assert_snapshot!(
        "settings_that_were_changed",
        told(history, |client| client.projects().settings_history("prj_1"))
    );
    let none = Recorded::json(200, json!({"rows": []}));
    let error = told(none, |client| client.projects().settings("prj_1"));
    assert!(error.contains("settings: expected a list"), "{error}");
}
