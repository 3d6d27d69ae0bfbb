//! When a request is sent again, and when it is not.

mod common;

use codespar_engine::{
    ErrorKind, TransportErrorKind,
    testing::{Recorded, Replay, transcript},
};
use common::{book, millis, offline, pay, read, secs, service, shared};
use serde_json::json;

fn ok() -> Recorded {
    Recorded::json(200, json!({"ok": true}))
}

#[test]
fn a_read_is_repeated_after_503_when_the_server_said() {
    let script = Replay::new()
        .answer(Recorded::json(503, json!({"message": "busy"})).header("retry-after", "2"))
        .answer(ok());
    insta::assert_snapshot!(transcript(read(offline(), &shared()).into_flow(), script), @r#"
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 503 retry-after: 2
      {"message":"busy"}
    … wait 2s
    > GET /v1/things/t1 (timeout 58s)
      authorization: Bearer [redacted]
    < 200
      {"ok":true}
    = Ok(Object {"ok": Bool(true)})
    "#);
}
