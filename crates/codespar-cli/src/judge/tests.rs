//! What results say, kind by kind; and that no kind with lines is forgotten.

use std::collections::BTreeSet;

use super::*;
use crate::rows::{Api, rows};

fn exit(operation: &str, result: &str) -> Exit {
    let is_it = |it: &crate::rows::Row| it.operation.name == operation;
    let row = rows().find(is_it).unwrap_or_else(|| panic!("no {operation}"));
    let arrived = Arrived {
        operation: row.operation.name,
        effect: row.effect(None),
        result: &Json::parse_str(result).unwrap(),
        shape: row.operation.output,
        lines: 0,
    };
    assert_eq!(arrived.failure().is_some(), arrived.exit() != Exit::Done);
    arrived.exit()
}

#[test]
fn results_of_changes_are_judged_by_their_kind() {
    for (operation, result, wanted) in [
        ("charges.create", r#"{"id":"c","status":"PROCESSING"}"#, Exit::Done),
        ("charges.create", r#"{"id":null,"issuance_unconfirmed":true}"#, Exit::Unknown),
        ("charges.create", r#"{"id":"c","status":"ERROR"}"#, Exit::Refused),
        ("charges.cancel", r#"{"id":"c","status":"CANCELLED"}"#, Exit::Done),
        ("mandates.spend", r#"{"status":"completed"}"#, Exit::Done),
        ("mandates.spend", r#"{"status":"pending"}"#, Exit::Unknown),
        ("devolutions.create", r#"{"status":"accepted"}"#, Exit::Done),
        ("devolutions.create", r#"{"status":"failed"}"#, Exit::Refused),
        ("devolutions.create", r#"{"status":"uncertain"}"#, Exit::Unknown),
        ("payables.documents.pay", r#"{"payable_id":"p","status":"EXECUTED"}"#, Exit::Done),
        ("payables.documents.pay", r#"{"payable_id":"p","status":"APPROVED"}"#, Exit::Unknown),
        ("payables.documents.pay", r#"{"payable_id":"p","status":"NEEDS_REVIEW"}"#, Exit::Refused),
        ("mcp_servers.sweep_platform_fees", r#"{"swept":0,"transfers":[]}"#, Exit::Done),
        (
            "mcp_servers.sweep_platform_fees",
            r#"{"transfers":[{"status":"swept"},{"status":"failed"}]}"#,
            Exit::PartlyDone,
        ),
        (
            "mcp_servers.sweep_platform_fees",
            r#"{"transfers":[{"status":"swept"},{"status":"sent?"}]}"#,
            Exit::Unknown,
        ),
        ("wallets.execute", r#"{"status":"completed"}"#, Exit::Done),
        ("session.execute", r#"{"success":true,"tool":"codespar_pay"}"#, Exit::Done),
        ("session.execute", r#"{"success":false,"error":"timeout"}"#, Exit::Unknown),
        ("session.run_workflow", r#"{"verdict":"held"}"#, Exit::Held),
        ("session.proxy_execute", r#"{"status":200}"#, Exit::Done),
        ("session.proxy_execute", r#"{"status":404}"#, Exit::Refused),
        ("session.proxy_execute", r#"{"status":409}"#, Exit::Unknown),
        // A read that tells of a failure has not failed.
        ("charges.get", r#"{"id":"c","status":"ERROR"}"#, Exit::Done),
        ("session.payment_status", r#"{"payment_status":"failed"}"#, Exit::Done),
    ] {
        assert_eq!(exit(operation, result), wanted, "{operation} {result}");
    }
}

#[test]
fn what_was_waited_for_is_judged_by_how_it_ended() {
    let charge = |rest: &str| format!(r#"{{"id":"c","issuance_unconfirmed":false,{rest}}}"#);
    for (operation, result, wanted) in [
        ("charges.settled", charge(r#""status":"CONFIRMED""#), Exit::Done),
        ("charges.settled", charge(r#""status":"EXPIRED""#), Exit::Failed),
        ("session.settled", r#"{"payment_status":"succeeded"}"#.into(), Exit::Done),
        ("session.settled", r#"{"payment_status":"failed"}"#.into(), Exit::Failed),
        ("session.settled", r#"{"payment_status":"unknown"}"#.into(), Exit::Unknown),
        ("session.settled", r#"{"payment_status":"new"}"#.into(), Exit::Unknown),
        ("session.decided", r#"{"verification_status":"approved"}"#.into(), Exit::Done),
        ("session.decided", r#"{"verification_status":"rejected"}"#.into(), Exit::Refused),
        ("session.decided", r#"{"verification_status":"unknown"}"#.into(), Exit::Unknown),
        ("approvals.decided", r#"{"approval_status":"approved"}"#.into(), Exit::Done),
        ("approvals.decided", r#"{"approval_status":"denied"}"#.into(), Exit::Refused),
        ("approvals.decided", r#"{"approval_status":"x"}"#.into(), Exit::Unknown),
        ("service_requests.decided", r#"{"verdict":"refused"}"#.into(), Exit::Refused),
        ("workflows.run_and_wait", r#"{"id":"r","status":"completed"}"#.into(), Exit::Done),
        ("workflows.run_and_wait", r#"{"id":"r","status":"failed"}"#.into(), Exit::Unknown),
        ("workflows.run_and_wait", r#"{"id":"r","status":"waiting_approval"}"#.into(), Exit::Held),
    ] {
        assert_eq!(exit(operation, &result), wanted, "{operation} {result}");
    }
}

#[test]
fn events_of_a_turn_are_judged_by_their_tool_calls() {
    let call = r#""tool_name":"codespar_pay","server_id":"s""#;
    for (event, wanted) in [
        (r#"{"type":"assistant_text","content":"x"}"#.to_owned(), Exit::Done),
        (
            format!(r#"{{"type":"tool_result","tool_call":{{{call},"status":"success"}}}}"#),
            Exit::Done,
        ),
        (
            format!(r#"{{"type":"tool_result","tool_call":{{{call},"status":"error"}}}}"#),
            Exit::Unknown,
        ),
        (r#"{"type":"tool_result","is_error":true}"#.to_owned(), Exit::Unknown),
        (r#"{"type":"error","error":"e"}"#.to_owned(), Exit::Unknown),
        (
            format!(r#"{{"type":"done","result":{{"tool_calls":[{{{call},"status":"error"}}]}}}}"#),
            Exit::Unknown,
        ),
    ] {
        assert_eq!(exit("session.send_stream", &event), wanted, "{event}");
    }
}

/// An answer with a list of its own says how its lines ended, and has to be judged here: this
/// fails when a new one comes.
#[test]
fn every_change_that_answers_with_lines_is_known() {
    // What was done to each; and lists of what there is, of which none was asked for.
    let judged = [
        "payables.batches.add_items",
        "payables.batches.create",
        "payables.batches.pay",
        "payables.batches.update_item",
        "mcp_servers.sweep_platform_fees",
        "payables.documents.pay",
        "session.run_workflow",
        "session.send",
        "wallets.execute",
    ];
    let told = [
        "consumers.record_delivery",
        "mcp_servers.create",
        "mcp_servers.update",
        "meters.create",
        "organizations.anonymize",
        "payables.documents.create",
        "payables.documents.review",
        "payables.documents.upload",
        "payment_links.create",
        "payment_links.update",
        "paywalls.create",
        "paywalls.update",
        "projects.update_settings",
        "session.connection_wizard",
        "session.ledger",
        "wallets.create",
    ];
    let has_lines = |row: &crate::rows::Row| has_objects(row.operation.output);
    let changes = rows().filter(|row| row.api == Api::CodeSpar && row.effect(None).is_change());
    let found: BTreeSet<&str> = changes.filter(has_lines).map(|row| row.operation.name).collect();
    assert_eq!(found, judged.into_iter().chain(told).collect());
}

/// Whether it has a member that is a list of objects.
fn has_objects(shape: &'static Shape) -> bool {
    let is_list = |shape: &Shape| matches!(shape, Shape::List(Shape::Object(_) | Shape::AllOf(_)));
    match shape {
        Shape::Object(object) => object().members.iter().any(|it| is_list(it.shape)),
        Shape::Nullable(inner) => has_objects(inner),
        Shape::AllOf(all) => all.iter().any(|shape| has_objects(shape)),
        shape => is_list(shape),
    }
}
