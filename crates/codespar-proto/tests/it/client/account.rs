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
    let manifest = json!({"project_id": "prj_1", "environment": "test", "manifest": {
        "x402Version": 2, "resources": [{"url": "https://gate.test/quotes",
            "pricing_model": "flat", "accepts": [{"scheme": "exact", "network": "eip155:84532",
                "amount": "50000", "payTo": "0xSECRET", "maxTimeoutSeconds": 120,
                "extra": {"name": "USDC", "version": "2"}}]}]}});
    assert_snapshot!(told(Recorded::json(200, manifest), |client| client.manifest()), @r#"
    GET /v1/discovery/manifest
    DiscoveryManifest {
        manifest: Some(
            X402Manifest {
                x402_version: Some(2),
                resources: [
                    X402Resource {
                        url: Some("https://gate.test/quotes"),
                        pricing_model: Some(Flat),
                        accepts: [
                            X402Accept {
                                scheme: Some("exact"),
                                network: Some("eip155:84532"),
                                amount: Some(50000),
                                pay_to: Some([redacted]),
                                max_timeout_seconds: Some(120),
                                extra: {
                                    "extra",
                                },
                            },
                        ],
                    },
                ],
            },
        ),
        project_id: Some("prj_1"),
        environment: Some(Test),
    }
    "#);
}

#[test]
fn how_the_service_is() {
    let health = Recorded::json(
        200,
        json!({"status": "degraded", "attention": {"failures": ["db"]},
            "checks": {"db": {"ok": false, "latency_ms": 1.5, "state": "failure", "required": true,
                    "reason": "timeout", "action": {"code": "connect_integration"}},
                "fx_rates": {"hours_old": 80, "status": "stale"}},
            "metrics": {"recurrence_instruction_alarms": {"status": "ok", "open": 0,
                "kinds": {}}}, "schema_version": {"latest": "0042"},
            "observed_at": "2026-10-07T12:00:00Z"}),
    );
    assert_snapshot!(told(health, |client| client.health()), @r#"
    GET /v1/health
    Health {
        status: Degraded,
        attention: Some(
            HealthAttention {
                failures: [
                    "db",
                ],
                pending_configuration: [],
            },
        ),
        checks: Some(
            {
                "db": HealthCheck {
                    state: Some(Failure),
                    required: Some(true),
                    reason: Some("timeout"),
                    action: Some(
                        HealthAction {
                            code: Some("connect_integration"),
                        },
                    ),
                    ok: Some(false),
                    latency_ms: Some(1.5),
                },
                "fx_rates": HealthCheck {
                    status: Some("stale"),
                    hours_old: Some(80.0),
                },
            },
        ),
        metrics: Some(
            HealthMetrics {
                recurrence_instruction_alarms: Some(
                    HealthAlarms {
                        status: Some("ok"),
                        open: Some(0),
                        kinds: Some(Json(object, 2 bytes)),
                    },
                ),
            },
        ),
        schema_version: Some(
            HealthSchema {
                latest: Some("0042"),
            },
        ),
        observed_at: Some(Timestamp("2026-10-07T12:00:00Z")),
    }
    "#);
    let day = json!([{"day": "2026-10-06", "uptime": 0.9931, "samples": 288}]);
    let history = json!({"days": 7, "from": "2026-10-01", "to": "2026-10-07",
        "checks": {"db": day}, "overall": day});
    let history = Recorded::json(200, history);
    assert_snapshot!(told(history, |client| client.health_history(Some(7))), @r#"
    GET /v1/health/history?days=7
    HealthHistory {
        days: Some(7),
        from: Some("2026-10-01"),
        to: Some("2026-10-07"),
        checks: Some(
            {
                "db": [
                    UptimePoint {
                        day: Some("2026-10-06"),
                        uptime: Some(0.9931),
                        samples: Some(288),
                    },
                ],
            },
        ),
        overall: [
            UptimePoint {
                day: Some("2026-10-06"),
                uptime: Some(0.9931),
                samples: Some(288),
            },
        ],
    }
    "#);
}

#[test]
fn the_organization_of_the_key() {
    let answer = json!({"id": "org_acme", "name": "Acme", "account_type": "PJ",
        "account_type_declared": true, "live_approved": false,
        "spend_pause": {"paused_at": "2026-10-07T12:00:00Z", "reason": "audit"}});
    let answer = Recorded::json(200, answer);
    assert_snapshot!(told(answer, |client| client.organization("org_acme")), @r#"
    GET /v1/organizations/org_acme
    Organization {
        id: "org_acme",
        name: Some("Acme"),
        account_type: Some(Company),
        account_type_declared: Some(true),
        live_approved: Some(false),
        spend_pause: Some(
            SpendPause {
                paused_at: Some(Timestamp("2026-10-07T12:00:00Z")),
                reason: Some("audit"),
            },
        ),
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
