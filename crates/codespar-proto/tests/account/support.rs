//! A client over a script, and what went over it as text.

use std::fmt::{Debug, Write as _};

use codespar_proto::{
    Call, Client, Config,
    testing::{Recorded, Replay, Sent},
};

/// A client whose requests are answered by the script.
pub(crate) fn client(replay: &Replay) -> Client<Replay> {
    let config = Config::new("csk_test_0123").base_url("http://replay.test");
    Client::with_transport(config, replay.clone()).unwrap()
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
            let debug = tight(&format!("{output:#?}"));
            let lines = debug.iter().filter(|line| !line.ends_with(": None,"));
            for line in lines.filter(|line| !line.ends_with("extra: {},")) {
                let _ = writeln!(text, "{line}");
            }
        }
        Err(error) => {
            let _ = writeln!(
                text,
                "{}: {} {error}",
                error.kind().as_str(),
                error.code().unwrap_or("-")
            );
        }
    }
    text
}

/// The lines of a pretty `Debug`, with values of one line in one line.
fn tight(debug: &str) -> Vec<String> {
    let mut lines: Vec<String> = debug.lines().map(str::to_owned).collect();
    let is_small = |lines: &[String], at: usize| {
        lines[at].ends_with('(') && lines[at + 2].trim_start().starts_with(')')
    };
    while let Some(at) = (0..lines.len().saturating_sub(2)).find(|at| is_small(&lines, *at)) {
        let end = lines.remove(at + 2);
        let value = lines.remove(at + 1);
        let joined = format!("{}{}", value.trim().trim_end_matches(','), end.trim());
        lines[at].push_str(&joined);
    }
    lines
}

/// A request in a line or two.
pub(crate) fn sent(sent: &Sent) -> String {
    let target = sent.uri.path_and_query().unwrap();
    let mut text = format!("{} {target}\n", sent.method);
    if !sent.body.is_empty() {
        let _ = writeln!(text, "{}", String::from_utf8_lossy(&sent.body));
    }
    text
}
