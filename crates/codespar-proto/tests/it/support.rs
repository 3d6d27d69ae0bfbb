//! A client over a script, and what went over it as text.

use std::fmt::{Debug, Write as _};

use codespar_proto::{
    Call, Client, Config, Session,
    session::SessionInfo,
    testing::{Recorded, Replay, Sent},
};
use serde_json::{Value, json};

/// A client whose requests are answered by the script.
pub(crate) fn client(replay: &Replay) -> Client<Replay> {
    let config = Config::new("csk_test_0123").base_url("http://replay.test");
    Client::with_transport(config, replay.clone()).unwrap()
}

/// A session of `user_1` whose requests are answered by the client's script.
pub(crate) fn session(client: &Client<Replay>) -> Session<Replay> {
    let info: SessionInfo =
        serde_json::from_value(json!({"id": "ses_1", "user_id": "user_1", "status": "active"}))
            .unwrap();
    client.session_from(info).unwrap()
}

/// A tool's answer.
pub(crate) fn tool(data: Value) -> Recorded {
    Recorded::json(
        200,
        json!({"success": true, "data": data, "error": null, "duration": 42, "server": "asaas",
            "tool_call_id": "tc_1", "called_at": "2026-10-02T13:06:00Z"}),
    )
}

/// One request and what was made of its answer, without members that are not there.
pub(crate) fn told<O: Debug>(
    answer: Recorded,
    make: impl FnOnce(&Client<Replay>) -> Call<Replay, O>,
) -> String {
    let replay = Replay::new().answer(answer);
    let output = make(&client(&replay)).send();
    let mut text = sent(&replay.requests()[0]);
    match output {
        Ok(output) => {
            for line in shown(&output) {
                let _ = writeln!(text, "{line}");
            }
        }
        Err(error) => {
            let code = error.code().unwrap_or("-");
            let _ = writeln!(text, "{}: {code} {error}", error.kind().as_str());
        }
    }
    text
}

/// A request in a few lines: the target, its key, whether it has credentials, its body.
pub(crate) fn sent(sent: &Sent) -> String {
    let mut text = format!("{} {}\n", sent.method, sent.uri.path_and_query().unwrap());
    if let Some(key) = sent.header("idempotency-key") {
        let _ = writeln!(text, "idempotency-key: {key}");
    }
    if sent.header("authorization").is_none() {
        let _ = writeln!(text, "(no credentials)");
    }
    if !sent.body.is_empty() {
        let _ = writeln!(text, "{}", String::from_utf8_lossy(&sent.body));
    }
    text
}

/// A value, with wrappers around a single one on its line, and without what is not there.
fn shown(output: &impl Debug) -> Vec<String> {
    let debug = format!("{output:#?}");
    let mut lines: Vec<String> = Vec::new();
    for line in debug.lines() {
        let empty = line.ends_with(": None,") || line.ends_with("extra: {},");
        let end = line.trim();
        if empty {
            continue;
        }
        match lines.as_mut_slice() {
            [.., before, last] if end.starts_with(')') && before.ends_with('(') => {
                let joined = format!("{before}{}{end}", last.trim().trim_end_matches(','));
                lines.truncate(lines.len() - 2);
                lines.push(joined);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}
