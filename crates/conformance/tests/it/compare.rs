//! One thing done wrong, and the report names it.

use crate::support::{Mirror, Outgoing, get, recordings};
use conformance::deviations::Deviations;
use conformance::operations::{Driver, Failure, Outcome};
use conformance::runner::{CaseResult, Verdict, run_case};
use serde_json::{Value, json};

fn run(file: &str, case: &str, mirror: &Mirror) -> Verdict {
    let all = recordings(file);
    let recording = all.iter().find(|recording| recording["case"] == case).unwrap();
    let CaseResult { verdict, .. } =
        run_case(mirror, &Deviations::default(), recording, Driver::Async);
    verdict
}

fn found(verdict: Verdict) -> String {
    match verdict {
        Verdict::Failed(found) => found.join("\n"),
        other => panic!("expected a failure, got {other:?}"),
    }
}

#[test]
fn a_wrong_request() {
    type Change = fn(&mut Vec<Outgoing>);
    let table: [(&str, &str, Change, &str); 14] = [
        (
            "codespar",
            "session.close/204",
            |all| all[0].method = "POST".into(),
            "method: expected DELETE",
        ),
        (
            "codespar",
            "session.close/204",
            |all| all[0].target.push('x'),
            "path: expected /v1/sessions/ses_abc",
        ),
        (
            "codespar",
            "session.payment_status/id-needs-encoding",
            |all| all[0].target = all[0].target.replace("%2F", "/"),
            "path: expected",
        ),
        (
            "upivia",
            "balance.get/team",
            |all| all[0].target.push_str("&b=1"),
            "query: expected team_id=team_1",
        ),
        (
            "codespar",
            "session.close/204",
            |all| all[0].headers.retain(|(name, _)| name != "authorization"),
            "authorization: another value",
        ),
        (
            "codespar",
            "session.close/204",
            |all| all[0].headers.push(("content-type".into(), "application/json".into())),
            "content-type: expected",
        ),
        (
            "codespar",
            "client.create/servers",
            |all| all[0].headers.push(("idempotency-key".into(), "k".into())),
            "idempotency-key: expected []",
        ),
        (
            "codespar",
            "payables.batches.create/generated-key",
            |all| {
                all[0].headers.iter_mut().for_each(|header| header.1 = header.1.replace('6', "x"))
            },
            "idempotency-key: expected",
        ),
        (
            "codespar",
            "client.create/servers",
            |all| all[0].body = br#"{"servers":["asaas","other"],"user_id":"user_123"}"#.to_vec(),
            "body servers[1]: expected \"stripe-acp\", got \"other\"",
        ),
        (
            "codespar",
            "client.create/default-servers",
            |all| {
                all[0].body =
                    br#"{"servers":["zoop","nuvem-fiscal"],"user_id":"user_123","x":[]}"#.to_vec()
            },
            "body x: not expected",
        ),
        (
            "codespar",
            "payables.files.upload/csv",
            |all| {
                let body = String::from_utf8(all[0].body.clone()).unwrap();
                all[0].body = body.replace("lote.csv", "other.csv").into_bytes();
            },
            "part: expected \"file\", file Some(\"lote.csv\")",
        ),
        (
            "upivia",
            "triggers.fire/typical",
            |all| all[0].body = br#"{"a": 1, "b": "x"}"#.to_vec(),
            "x-agentwallet-signature",
        ),
        (
            "codespar",
            "session.close/204",
            |all| all.push(get("/again")),
            "request 2: GET /again was not expected",
        ),
        (
            "codespar",
            "session.close/204",
            Vec::clear,
            "request 1: DELETE /v1/sessions/ses_abc was not sent",
        ),
    ];
    for (file, case, requests, expected) in table {
        let found = found(run(file, case, &Mirror { requests, ..Mirror::default() }));
        assert!(found.contains(expected), "{case}: {found}");
        assert!(!found.contains("csk_test"), "a key is in the report: {found}");
    }
}

#[test]
fn a_wrong_outcome() {
    type Change = fn(Outcome) -> Outcome;
    fn value(value: Value) -> Outcome {
        Outcome::Value(value)
    }
    fn failed(kind: &str, status: u16, code: &str) -> Outcome {
        let (status, code) = (Some(status), Some(code.to_owned()));
        Outcome::Failed(Failure { status, code, ..Failure::new(kind, "text") })
    }
    let table: [(&str, Change, &str); 11] = [
        (
            "client.create/servers",
            |_| value(json!({ "id": "ses_abc" })),
            "result user_id: expected \"user_123\", got nothing",
        ),
        (
            "session.execute/success",
            |_| value(json!({ "success": false })),
            "result success: expected true, got false",
        ),
        (
            "session.discover/nothing-found",
            |_| value(json!({ "use_case": "teleport", "recommended": {"server_id": "x"} })),
            "result recommended: expected null",
        ),
        (
            "client.create/error-401",
            |_| value(Value::Null),
            "expected an error of kind Api, got none",
        ),
        (
            "client.create/error-401",
            |_| failed("Api", 403, "unauthorized"),
            "status: expected Some(401)",
        ),
        (
            "client.create/error-401",
            |_| failed("Api", 401, "x"),
            "code: expected Some(\"unauthorized\")",
        ),
        (
            "client.create/error-401",
            |_| failed("Io", 401, "unauthorized"),
            "kind: expected Api, got Io",
        ),
        ("session.execute/success", |_| failed("Io", 0, "x"), "expected no error, got Io"),
        (
            "session.payment_status_stream/typical",
            |outcome| {
                let Outcome::Items { mut items, then } = outcome else { return outcome };
                items.pop();
                Outcome::Items { items, then }
            },
            "items expected",
        ),
        (
            "session.send_stream/malformed-json",
            |_| failed("Decode", 0, "x"),
            "expected items before the error, got none",
        ),
        (
            "payables.batches.pay/409-mismatch",
            |_| failed("Api", 409, "payable_batch_version_mismatch"),
            "batch expected {\"batch_id\":\"pbat_1\"",
        ),
    ];
    for (case, outcome, expected) in table {
        let verdict = run("codespar", case, &Mirror { outcome, ..Mirror::default() });
        let found = found(verdict);
        assert!(found.contains(expected), "{case}: {found}");
    }
}

#[test]
fn a_panic_is_a_failure_of_its_case() {
    let mirror = Mirror { outcome: |_| panic!("out of order"), ..Mirror::default() };
    assert!(
        found(run("codespar", "session.close/204", &mirror)).contains("panicked: out of order")
    );
}

#[test]
fn a_deviation_is_checked() {
    let deviations = Deviations::parse(
        "[[deviation]]\ncall = '^session\\.close$'\nalways = true\nreason = 'seen'\n\
         expect = { error = 'from-answer' }",
    )
    .unwrap();
    let all = recordings("codespar");
    let case = all.iter().find(|case| case["case"] == "session.close/401").unwrap();
    let run = |outcome| {
        let mirror = Mirror { outcome, ..Mirror::default() };
        run_case(&mirror, &deviations, case, Driver::Blocking).verdict
    };
    let ours: fn(Outcome) -> Outcome = |_| {
        let code = Some("unauthorized".to_owned());
        Outcome::Failed(Failure { status: Some(401), code, ..Failure::new("Api", "no") })
    };
    assert_eq!(run(ours), Verdict::Deviating);
    assert!(found(run(|outcome| outcome)).contains("expected an error of kind Api, got none"));
}

#[test]
fn a_rule_counts_where_a_case_differs_from_its_recording() {
    let deviations = Deviations::parse(
        "[[deviation]]\ncall = '^session\\.close$'\nwhen = 'refused'\nreason = 'seen'\n\
         expect = { error = 'from-answer' }",
    )
    .unwrap();
    let all = recordings("codespar");
    let run = |name: &str, outcome| {
        let mirror = Mirror { outcome, ..Mirror::default() };
        let case = all.iter().find(|case| case["case"] == name).unwrap();
        run_case(&mirror, &deviations, case, Driver::Blocking).verdict
    };
    let refused: fn(Outcome) -> Outcome = |_| {
        let code = Some("unauthorized".to_owned());
        Outcome::Failed(Failure { status: Some(401), code, ..Failure::new("Api", "no") })
    };
    assert_eq!(run("session.close/401", refused), Verdict::Deviating);
    assert_eq!(run("session.close/401", |outcome| outcome), Verdict::Passed);
    assert!(found(run("session.close/204", refused)).contains("expected no error"));
    assert!(found(run("session.close/500", refused)).contains("expected no error"));
}

#[test]
fn an_entry_without_reason_or_outcome_is_refused() {
    let parse = |entry: &str| Deviations::parse(&format!("[[deviation]]\n{entry}"));
    assert!(parse("call = 'x'\nreason = ''\nexpect = { result = 1 }").is_err());
    assert!(parse("call = 'x'\nreason = 'r'\nexpect = { last = 1 }").is_err());
    assert!(parse("call = '('\nreason = 'r'\nexpect = { result = 1 }").is_err());
    assert!(parse("call = 'x'\nreason = 'r'\nexpect = { results = 1 }").is_err());
    assert!(parse("case = 'x'\nreason = 'r'\nexpect = { result = 1 }").is_err());
    assert!(parse("call = 'x'\nwhen = 'odd'\nreason = 'r'\nexpect = { result = 1 }").is_err());
    assert!(parse("call = 'x'\nreason = 'r'\nexpect = { requests = 'odd' }").is_err());
    assert!(parse("call = 'x'\nwhen = '!late'\nreason = 'r'\nexpect = { result = 1 }").is_ok());
}
