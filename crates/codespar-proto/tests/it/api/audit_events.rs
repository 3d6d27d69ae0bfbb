//! The audit trail of the organization.

use codespar_proto::{
    audit_events::{
        AnchorDocument, AnchorStatus, AuditActorKind, ExportAudit, ListAnchors, ListAuditEvents,
        ListAuditIncidents, VerifyAudit,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn entries_come_page_after_page() {
    let page = |number: u32, next: Option<u32>| {
        Recorded::json(
            200,
            json!({"events": [{"sequence_number": number, "event_type": "a.b",
            "happened_at": "2026-10-01T00:00:00Z", "payload": {"x": 1}, "prev_hash": "aa",
            "entry_hash": "bb", "actor_person_id": null}], "next_before_sequence": next}),
        )
    };
    let last = Recorded::json(200, json!({"events": [], "next_before_sequence": null}));
    let replay = Replay::new().answer(page(9, Some(9))).answer(page(8, Some(8))).answer(last);
    let args = ListAuditEvents::default()
        .event_type("a.")
        .from("2026-09-01T00:00:00Z")
        .actor_kind(AuditActorKind::Person)
        .limit(1);
    let events: Vec<_> = client(&replay).audit_events().list(&args).map(Result::unwrap).collect();
    assert_eq!(
        events.iter().map(|event| event.sequence_number).collect::<Vec<_>>(),
        [Some(9), Some(8)]
    );
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
    let text = told(page(9, Some(9)), |client| client.audit_events().list_page(&args));
    assert_snapshot!(text, @r#"
    GET /v1/audit-events?actor_kind=person&event_type=a.&from=2026-09-01T00%3A00%3A00Z&limit=1
    Page {
        items: [
            AuditEvent {
                sequence_number: Some(9),
                event_type: Some("a.b"),
                happened_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                payload: Some(Json(object, 7 bytes)),
                prev_hash: Some("aa"),
                entry_hash: Some("bb"),
            },
        ],
        next: Some("9"),
    }
    "#);
}

#[test]
fn incidents_and_how_closely_it_is_watched() {
    let incident = json!({"id": "i", "org_id": "o", "detected_at": "2026-10-01T00:00:00Z",
        "detected_at_sequence": 7, "discovered_by_run_id": null, "status": "acknowledged",
        "acknowledged_at": "2026-10-02T00:00:00Z", "acknowledged_by": "user_1",
        "incident_reference": "INC-1", "resolution_summary": "restored",
        "anpd_notification_status": "not_required", "personal_data_affected": false,
        "affected_from_sequence": 5, "affected_to_sequence": 7, "ack_event_entry_hash": "cc",
        "created_at": "2026-10-01T00:00:00Z"});
    let args = ListAuditIncidents::default().status("open,acknowledged");
    let text = told(Recorded::json(200, json!({"incidents": [incident]})), |client| {
        client.audit_events().incidents(&args)
    });
    assert_snapshot!(text, @r#"
    GET /v1/audit-events/incidents?status=open%2Cacknowledged
    [
        AuditIncident {
            id: Some("i"),
            org_id: Some("o"),
            detected_at: Some(Timestamp("2026-10-01T00:00:00Z")),
            detected_at_sequence: Some(7),
            status: Some(Acknowledged),
            acknowledged_at: Some(Timestamp("2026-10-02T00:00:00Z")),
            acknowledged_by: Some("user_1"),
            incident_reference: Some("INC-1"),
            resolution_summary: Some("restored"),
            anpd_notification_status: Some(NotRequired),
            personal_data_affected: Some(false),
            affected_from_sequence: Some(5),
            affected_to_sequence: Some(7),
            ack_event_entry_hash: Some("cc"),
            created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        },
    ]
    "#);
    let config = json!({"org_id": "o", "verification_window_days": 365, "hot_window_days": 7,
        "hot_max_staleness_seconds": 3600, "warm_window_days": 30,
        "warm_max_staleness_seconds": 86400, "cold_max_staleness_seconds": 604800,
        "initial_walk_completed_at": null, "created_at": "2026-10-01T00:00:00Z",
        "updated_at": "2026-10-01T00:00:00Z"});
    let text = told(Recorded::json(200, config), |client| client.audit_events().config());
    assert_snapshot!(text, @r#"
    GET /v1/audit-events/config
    AuditConfig {
        org_id: Some("o"),
        verification_window_days: Some(365),
        hot_window_days: Some(7),
        hot_max_staleness_seconds: Some(3600),
        warm_window_days: Some(30),
        warm_max_staleness_seconds: Some(86400),
        cold_max_staleness_seconds: Some(604800),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        updated_at: Some(Timestamp("2026-10-01T00:00:00Z")),
    }
    "#);
}

#[test]
fn whether_the_trail_is_whole() {
    let health = json!({"status": "healthy", "last_sequence_number": 9,
        "last_checked_at": "2026-10-01T00:00:00Z", "detail": "d",
            "actionable_status": "catching_up",
        "verification": {"window_days": 365, "watermark_sequence": 8,
            "watermark_at": "2026-10-01T00:00:00Z", "watermark_entry_hash": "aa",
            "coverage_ratio": 0.5, "hot_bucket_oldest_verified_at": null,
            "hot_bucket_max_staleness_seconds": 3600, "writer_tip_check_passed": true,
            "writer_tip_check_at": "2026-10-01T00:00:00Z",
            "chain_link_check": {"unverifiable_segments": 1,
                "oldest_unverifiable_segment": {"from_sequence": 1, "to_sequence": 2,
                    "reason": "no_anchor", "first_detected_at": "2026-10-01T00:00:00Z"},
                "writer_tip_link_unverifiable": false, "watermark_pinned_by_break_at": 3}},
        "incidents": {"open_count": 1, "acknowledged_count_30d": 0, "open_truncated": false,
            "open": [{"id": "i", "detected_at": "2026-10-01T00:00:00Z",
            "detected_at_sequence": 3}]},
        "initial_walk": {"in_progress": false, "started_at": null, "events_processed": 9}});
    let text = told(Recorded::json(200, health), |client| client.audit_events().health());
    assert_snapshot!(text, @r#"
    GET /v1/audit-events/health
    AuditHealth {
        status: Some(Healthy),
        actionable_status: Some(CatchingUp),
        last_sequence_number: Some(9),
        last_checked_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        detail: Some("d"),
        verification: Some(
            AuditCoverage {
                window_days: Some(365),
                watermark_sequence: Some(8),
                watermark_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                watermark_entry_hash: Some("aa"),
                coverage_ratio: Some(0.5),
                hot_bucket_max_staleness_seconds: Some(3600),
                writer_tip_check_passed: Some(true),
                writer_tip_check_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                chain_link_check: Some(
                    AuditLinks {
                        unverifiable_segments: Some(1),
                        oldest_unverifiable_segment: Some(
                            AuditGap {
                                from_sequence: Some(1),
                                to_sequence: Some(2),
                                reason: Some(NoAnchor),
                                first_detected_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                            },
                        ),
                        writer_tip_link_unverifiable: Some(false),
                        watermark_pinned_by_break_at: Some(3),
                    },
                ),
            },
        ),
        incidents: Some(
            AuditIncidentCount {
                open_count: Some(1),
                acknowledged_count_30d: Some(0),
                open_truncated: Some(false),
                open: [
                    OpenIncident {
                        id: Some("i"),
                        detected_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                        detected_at_sequence: Some(3),
                    },
                ],
            },
        ),
        initial_walk: Some(
            AuditWalk {
                in_progress: Some(false),
                events_processed: Some(9),
            },
        ),
    }
    "#);
    let checked = json!({"status": "broken",
        "interval": {"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z"},
        "sequence_range": {"from": 1, "to": 9}, "events_in_interval": 9, "events_walked": 9,
        "events_verified": 3, "verified_through_sequence": 3,
        "first_violation": {"sequence_number": 4, "check": "chain_link_break_detected",
            "detail": "d"},
        "unverified_segments": [{"from_sequence": 5, "to_sequence": 6, "reason": "sequence_gap",
            "detail": "d"}],
        "unverified_segment_count": 1, "checked_at": "2026-10-03T00:00:00Z"});
    let args = VerifyAudit::new("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
    let text = told(Recorded::json(200, checked), |client| client.audit_events().verify(&args));
    assert_snapshot!(text, @r#"
    POST /v1/audit-events/verify
    {"from":"2026-10-01T00:00:00Z","to":"2026-10-02T00:00:00Z"}
    AuditVerification {
        status: Some(Broken),
        interval: Some(
            AuditInterval {
                from: Some(Timestamp("2026-10-01T00:00:00Z")),
                to: Some(Timestamp("2026-10-02T00:00:00Z")),
            },
        ),
        sequence_range: Some(
            AuditSequenceRange {
                from: Some(1),
                to: Some(9),
            },
        ),
        events_in_interval: Some(9),
        events_walked: Some(9),
        events_verified: Some(3),
        verified_through_sequence: Some(3),
        first_violation: Some(
            AuditViolation {
                sequence_number: Some(4),
                check: Some(ChainLinkBreakDetected),
                detail: Some("d"),
            },
        ),
        unverified_segments: [
            AuditSegment {
                from_sequence: Some(5),
                to_sequence: Some(6),
                reason: Some(SequenceGap),
                detail: Some("d"),
            },
        ],
        unverified_segment_count: Some(1),
        checked_at: Some(Timestamp("2026-10-03T00:00:00Z")),
    }
    "#);
}

#[test]
fn anchors_of_the_trail() {
    let anchor = json!({"id": "anc_1", "head_sequence": 9, "head_hash": "aa", "signature": "SESAME",
        "signature_alg": "HMAC-SHA256", "target": "s3", "target_status": "local_only",
        "target_response": null, "delivery_attempts": 2, "anchored_at": "2026-10-01T00:00:00Z",
        "delivered_at": null});
    let args = ListAnchors::default().status(AnchorStatus::LocalOnly).limit(4);
    let text = told(Recorded::json(200, json!({"anchors": [anchor]})), |client| {
        client.audit_events().anchors(&args)
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text, @r#"
    GET /v1/audit-events/anchors?limit=4&status=local_only
    [
        AuditAnchor {
            id: Some("anc_1"),
            head_sequence: Some(9),
            head_hash: Some("aa"),
            signature: Some([redacted]),
            signature_alg: Some("HMAC-SHA256"),
            target: Some("s3"),
            target_status: Some(LocalOnly),
            delivery_attempts: Some(2),
            anchored_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        },
    ]
    "#);
    let checked = json!({"anchor_id": "anc_1", "org_id": "o", "head_sequence": 9,
        "signature_valid": true, "persisted_locally": true, "persisted_matches": false,
        "verdict": "local_record_diverges"});
    let kept = AnchorDocument::new("anc_1", "o", 9_u64, "aa", "2026-10-01T00:00:00Z", "sig");
    let text =
        told(Recorded::json(200, checked), |client| client.audit_events().verify_anchor(&kept));
    assert_snapshot!(text);
}

#[test]
fn the_trail_is_exported() {
    let export = json!({"export_id": "e", "org_id": "o", "rows": [{"a": 1}, {"a": 2}],
        "manifest": {"export_id": "e", "org_id": "o", "requested_by": null,
            "requested_at": "2026-10-03T00:00:00Z", "date_range": {}, "scope_version": 1,
            "filters": {}, "final_hash": "aa", "row_count": 2, "rows_digest": "bb"},
        "export_signature": {"sig": "x"}, "key_id": "k"});
    let args = ExportAudit::new("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z").agent_id("a");
    let text = told(Recorded::json(200, export), |client| client.audit_events().export(&args));
    assert_snapshot!(text, @r#"
    GET /v1/audit-events/export?agent_id=a&from=2026-10-01T00%3A00%3A00Z&to=2026-10-02T00%3A00%3A00Z
    AuditExport {
        export_id: Some("e"),
        org_id: Some("o"),
        rows: [
            Json(object, 7 bytes),
            Json(object, 7 bytes),
        ],
        manifest: Some(
            AuditManifest {
                export_id: Some("e"),
                org_id: Some("o"),
                requested_at: Some(Timestamp("2026-10-03T00:00:00Z")),
                date_range: Some(Json(object, 2 bytes)),
                scope_version: Some(1),
                filters: Some(Json(object, 2 bytes)),
                final_hash: Some("aa"),
                row_count: Some(2),
                rows_digest: Some("bb"),
            },
        ),
        export_signature: Some(Json(object, 11 bytes)),
        key_id: Some("k"),
    }
    "#);
}
