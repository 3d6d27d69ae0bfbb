//! The table of statuses that a service answers with, against the function.

use bytes::Bytes;
use codespar_engine::{Error, ErrorKind, KeyUse, Stage, Verdict, kit::Judgement};
use http::{HeaderMap, StatusCode};

const TABLE: &str = include_str!("../../../src/error/status_to_answer.md");

const VERDICTS: [Verdict; 5] = [
    Verdict::NothingSent,
    Verdict::Refused,
    Verdict::Held,
    Verdict::Unknown,
    Verdict::Done(Stage::Issued),
];

/// The cells of each row: verdict, kind, status, whether it may pass, and the answer.
fn rows() -> Vec<[&'static str; 5]> {
    let row = |line: &'static str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells[..5].try_into().unwrap()
    };
    TABLE.lines().filter(|line| line.starts_with('|')).skip(2).map(row).collect()
}

fn fits(cell: &str, word: &str) -> bool {
    cell.is_empty() || cell.split(", ").any(|one| one.trim_matches('`') == word)
}

fn status_fits(cell: &str, status: Option<u16>) -> bool {
    match (cell, status) {
        ("", _) => true,
        ("5xx", Some(status)) => (500..600).contains(&status),
        (cell, Some(status)) => cell == status.to_string(),
        (_, None) => false,
    }
}

/// What the table says.
fn by_table(error: &Error) -> u16 {
    let verdict = format!("{:?}", error.verdict());
    let verdict = verdict.split('(').next().unwrap();
    let kind = format!("{:?}", error.kind());
    let status = error.status().map(|status| status.as_u16());
    let row = rows().into_iter().find(|[verdicts, kinds, statuses, passes, _]| {
        fits(verdicts, verdict)
            && fits(kinds, &kind)
            && status_fits(statuses, status)
            && fits(passes, if error.is_retryable() { "yes" } else { "no" })
    });
    row.unwrap()[4].parse().unwrap()
}

fn of_kind(kind: ErrorKind) -> Error {
    use codespar_engine::driver::TransportError;
    match kind {
        ErrorKind::Config => Error::config("amount", "expected more"),
        ErrorKind::Api => Error::api("no"),
        ErrorKind::Connect => Error::transport(TransportError::connect("refused")),
        ErrorKind::Timeout => Error::timeout("over"),
        ErrorKind::Io => Error::transport(TransportError::io("broken")),
        ErrorKind::Decode => Error::decode("not JSON"),
        ErrorKind::Stream => Error::stream("cut"),
        ErrorKind::Canceled => Error::transport(TransportError::canceled()),
        other => panic!("{other:?} is new"),
    }
}

const KINDS: [ErrorKind; 8] = [
    ErrorKind::Config,
    ErrorKind::Api,
    ErrorKind::Connect,
    ErrorKind::Timeout,
    ErrorKind::Io,
    ErrorKind::Decode,
    ErrorKind::Stream,
    ErrorKind::Canceled,
];

#[test]
fn the_function_does_what_its_table_says() {
    let statuses =
        [None, Some(200), Some(400), Some(401), Some(403), Some(404), Some(409), Some(422)];
    let statuses = statuses.into_iter().chain([429, 500, 502, 503].map(Some));
    let mut answers = std::collections::BTreeMap::<u16, usize>::new();
    for status in statuses {
        for (kind, verdict) in KINDS.iter().flat_map(|kind| VERDICTS.map(|it| (*kind, it))) {
            for passes in [false, true] {
                let judgement = Judgement { verdict, key: KeyUse::None };
                let mut error = of_kind(kind).judged(judgement).transient(passes);
                if let Some(status) = status {
                    let status = StatusCode::from_u16(status).unwrap();
                    error = error.with_answer(status, HeaderMap::new(), Bytes::new());
                }
                assert_eq!(error.status_to_answer(), by_table(&error), "{error:?} {passes}");
                *answers.entry(by_table(&error)).or_default() += 1;
            }
        }
    }
    // Every row's answer was met.
    let met: Vec<u16> = answers.into_keys().collect();
    assert_eq!(met, [202, 404, 409, 422, 500, 502, 503]);
}

#[test]
fn what_may_have_been_done_is_never_answered_so_that_it_is_repeated() {
    for kind in KINDS {
        let judgement = Judgement { verdict: Verdict::Unknown, key: KeyUse::None };
        assert_eq!(of_kind(kind).judged(judgement).transient(true).status_to_answer(), 500);
    }
}
