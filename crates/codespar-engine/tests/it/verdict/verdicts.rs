//! The words of verdicts and keys, the shape of tables, and waits that ask again and again.

use codespar_engine::{
    Call, CallOptions, Effect, KeyRule, KeyUse, Multipart, Stage, Verdict,
    driver::BoxFlow,
    kit::{
        Case, Condition, Last, Polls, RequestBuilder, VerdictRow, is_about_code, json_answer, ties,
    },
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::{BOOK, READ, secs, shared};

#[test]
fn words_say_which_it_is() {
    let words = [
        Verdict::NothingSent,
        Verdict::Refused,
        Verdict::Held,
        Verdict::Unknown,
        Verdict::Done(Stage::Completed),
        Verdict::Done(Stage::Issued),
        Verdict::Done(Stage::Dispatched),
        Verdict::Done(Stage::Settled),
    ]
    .map(Verdict::as_str);
    assert_eq!(
        words,
        [
            "nothing_sent",
            "refused",
            "held",
            "unknown",
            "completed",
            "issued",
            "dispatched",
            "settled"
        ]
    );
    let keys = [KeyUse::Same, KeyUse::Spent, KeyUse::PersonDecides, KeyUse::None];
    assert_eq!(keys.map(KeyUse::as_str), ["same", "spent", "person_decides", "none"]);
    assert!(Verdict::Refused.is_nothing_done() && Verdict::NothingSent.is_nothing_done());
    assert!(!Verdict::Unknown.is_nothing_done() && !Verdict::Held.is_nothing_done());
    assert!(Verdict::Done(Stage::Issued).is_done() && !Verdict::Held.is_done());
}

#[test]
fn rows_tie_where_one_answer_could_fit_both() {
    static APPROVALS: &[VerdictRow] = &[
        VerdictRow::code("a", Verdict::Held, "").when(Condition::Approval),
        VerdictRow::code("a", Verdict::Unknown, "").when(Condition::Approval),
    ];
    static OTHERS: &[VerdictRow] = &[
        VerdictRow::code("a", Verdict::Held, "").of(&["x.y"]),
        VerdictRow::code("a", Verdict::Unknown, "").of(&["x.z"]),
        VerdictRow::code("b", Verdict::Unknown, "").at(500),
        VerdictRow::code("b", Verdict::Refused, "").at(501),
        VerdictRow::code("c", Verdict::Unknown, "").when(Condition::NoApproval),
        VerdictRow::code("d", Verdict::Unknown, "").when(Condition::NoApproval),
    ];
    static ENDS: &[VerdictRow] = &[
        VerdictRow::code("*_x", Verdict::Held, ""),
        VerdictRow::code("*_y_x", Verdict::Unknown, ""),
    ];
    assert_eq!((ties(APPROVALS).len(), ties(OTHERS).len(), ties(ENDS).len()), (1, 0, 1));
}

#[test]
fn a_table_knows_which_codes_it_is_about() {
    static ROWS: &[VerdictRow] = &[VerdictRow::code("known", Verdict::Refused, "")];
    let case = |code| Case {
        operation: "x.y",
        effect: Effect::MovesMoney,
        key: KeyRule::None,
        status: None,
        code,
        has_approval: false,
    };
    assert!(is_about_code(ROWS, &case(Some("known"))));
    assert!(!is_about_code(ROWS, &case(Some("foreign"))) && !is_about_code(ROWS, &case(None)));
}

#[test]
fn effects_of_methods_are_the_worst_they_stand_for() {
    let of = |method: http::Method| Effect::of_method(&method);
    for method in [http::Method::GET, http::Method::HEAD, http::Method::OPTIONS] {
        assert_eq!(of(method), Effect::Reads);
    }
    assert_eq!(of(http::Method::DELETE), Effect::Destroys);
    for method in [http::Method::POST, http::Method::PUT, http::Method::PATCH] {
        assert_eq!(of(method), Effect::MovesMoney);
    }
}

#[test]
fn a_key_where_none_is_taken_is_refused_by_name() {
    let mut options = CallOptions::default();
    assert!(options.check_no_key().is_ok());
    options.idempotency_key = Some("k".into());
    assert_eq!(options.check_no_key().unwrap_err().field(), Some("idempotency_key"));
}

fn settled(script: &Replay, passes: fn(&codespar_engine::Error) -> bool) -> Call<Replay, Value> {
    let service = shared();
    let ask = move || -> BoxFlow<Value> {
        Box::new(RequestBuilder::new(&READ, &[("thing", "t1")]).unary(&service, json_answer))
    };
    let polls = Polls::new(ask, secs(3), passes);
    Call::new(script.clone(), Last::new("thing.settled", polls, |state| state["over"] == true))
}

#[test]
fn a_wait_asks_at_its_own_pace_while_there_is_time() {
    let open = || Recorded::json(200, json!({"over": false}));
    let over = || Recorded::json(200, json!({"over": true}));
    let script = Replay::new().answer(open()).answer(open()).answer(over());
    settled(&script, |_| false).timeout(secs(60)).send().unwrap();
    assert_eq!(script.elapsed(), secs(6));
    script.assert_done();

    let missing = || Recorded::status(404);
    let script = Replay::new().answer(open()).answer(missing());
    let error = settled(&script, |_| false).send().unwrap_err();
    assert_eq!((error.operation(), error.last::<Value>().is_some()), ("thing.settled", true));
    let script = Replay::new().answer(missing()).answer(over());
    settled(&script, |error| error.status().is_some()).send().unwrap();
    assert_eq!(script.elapsed(), secs(3));
}

#[test]
fn a_form_says_what_it_is() {
    let script = Replay::new().answer(Recorded::json(200, json!({})));
    let form = Multipart::new().text("name", "value");
    let flow = RequestBuilder::new(&BOOK, &[]).form(form).unary(&shared(), json_answer::<Value>);
    Call::new(script.clone(), flow).send().unwrap();
    let sent = script.requests();
    assert!(sent[0].header("content-type").unwrap().starts_with("multipart/form-data"));
}
