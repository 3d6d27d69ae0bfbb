//! Streams that are opened again.

use codespar_engine::{
    ErrorKind,
    driver::TransportErrorKind,
    testing::{Recorded, Replay, transcript},
};
use serde_json::json;

use crate::support::{event, follow, offline, secs};

fn items(script: &Replay) -> Vec<Result<String, ErrorKind>> {
    follow(script.clone()).map(|item| item.map_err(|error| error.kind())).collect()
}

fn paid() -> Recorded {
    Recorded::events([event("final", "paid")])
}

#[test]
fn a_broken_stream_is_opened_again_from_where_it_was() {
    let broken =
        Recorded::events([format!("id: 7\nretry: 3000\n{}", event("state", "new"))]).broken();
    let script = Replay::new().answer(broken).answer(paid());
    insta::assert_snapshot!(transcript(follow(offline()).into_flow(), script), @r#"
    > GET /v1/watch (timeout 60s)
      accept: text/event-stream
      authorization: Bearer [redacted]
    < 200 content-type: text/event-stream
      id: 7
      retry: 3000
      event: state
      data: {"state":"new"}
    * "new"
    ! connection broke: connection reset
    … wait 3s
    > GET /v1/watch (timeout 60s)
      accept: text/event-stream
      authorization: Bearer [redacted]
      last-event-id: 7
    < 200 content-type: text/event-stream
      event: final
      data: {"state":"paid"}
    * "paid"
    = Ok(())
    "#);
}

#[test]
fn a_server_that_closes_in_time_is_asked_again() {
    let first = Recorded::events([event("state", "new"), event("more", "later")]);
    let script = Replay::new().answer(first).answer(paid());
    insta::assert_snapshot!(transcript(follow(offline()).into_flow(), script), @r#"
    > GET /v1/watch (timeout 60s)
      accept: text/event-stream
      authorization: Bearer [redacted]
    < 200 content-type: text/event-stream
      event: state
      data: {"state":"new"}
    * "new"
      event: more
      data: {"state":"later"}
    … wait 250ms
    > GET /v1/watch (timeout 60s)
      accept: text/event-stream
      authorization: Bearer [redacted]
    < 200 content-type: text/event-stream
      event: final
      data: {"state":"paid"}
    * "paid"
    = Ok(())
    "#);
}

#[test]
fn silence_and_a_missing_end_open_again_too() {
    let silent = Recorded::events([event("state", "new")]).pause(secs(90));
    let unfinished = Recorded::events([event("state", "busy")]);
    let script = Replay::new().answer(silent).answer(unfinished).answer(paid());
    assert_eq!(items(&script), [Ok("new".into()), Ok("busy".into()), Ok("paid".into())]);
    script.assert_done();
}

#[test]
fn opening_again_and_again_has_an_end() {
    let short = || Recorded::events([event("state", "new")]);
    let script = (0..6).fold(Replay::new(), |script, _| script.answer(short()));
    let items = items(&script);
    assert_eq!(items.len(), 7);
    assert_eq!(items.last(), Some(&Err(ErrorKind::Stream)));
    script.assert_done();
}

#[test]
fn a_stream_that_lasted_starts_the_count_anew() {
    let long = || Recorded::events([event("state", "new")]).pause(secs(30));
    let script = (0..20).fold(Replay::new(), |script, _| script.answer(long())).answer(paid());
    assert_eq!(items(&script).len(), 21);
    script.assert_done();
}

#[test]
fn a_stream_that_falls_silent_at_once_did_not_last() {
    let silent = || Recorded::events([event("state", "new")]).pause(secs(90));
    let script = (0..6).fold(Replay::new(), |script, _| script.answer(silent()));
    let items = items(&script);
    assert_eq!(items.len(), 7);
    assert_eq!(items.last(), Some(&Err(ErrorKind::Timeout)));
    script.assert_done();
}

#[test]
fn failures_to_open_again_count_as_well() {
    let script = Replay::new()
        .answer(Recorded::events([event("state", "new")]))
        .fail(TransportErrorKind::Connect)
        .answer(Recorded::json(503, json!({})))
        .fail(TransportErrorKind::Io)
        .answer(paid());
    assert_eq!(items(&script), [Ok("new".into()), Ok("paid".into())]);
    script.assert_done();
}

#[test]
fn a_refusal_on_opening_again_is_final_and_keeps_the_last_state() {
    let script = Replay::new()
        .answer(Recorded::events([event("state", "new")]))
        .answer(Recorded::json(401, json!({"message": "who are you"})));
    let error = follow(script).last().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 2));
    assert_eq!(error.last::<String>().unwrap(), "new");
}

#[test]
fn a_failure_the_server_reports_is_final() {
    let script = Replay::new().answer(Recorded::events([event("failed", "x")]));
    assert_eq!(items(&script), [Err(ErrorKind::Stream)]);
}
