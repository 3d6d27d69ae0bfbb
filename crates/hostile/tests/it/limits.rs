//! Each limit stops what exceeds it, says so in words of its own, and can be set.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Error, ErrorKind, config::Limits};
use hostile::{Act, Clients, Driver, LONG, Operation, Outcome, Peer, Settings, each, head, ok};

/// A limit: an answer it stops, where it is set so and so.
#[derive(Clone, Copy)]
struct Limit {
    name: &'static str,
    operation: Operation,
    acts: fn(usize) -> Vec<Act>,
    tight: fn(&mut Settings),
    roomy: fn(&mut Settings),
    kind: ErrorKind,
    words: &'static str,
    requests: usize,
}

/// A good body with spaces behind, so that its size is this.
fn padded(bytes: usize) -> String {
    format!("{:bytes$}", Operation::Get.body())
}

fn of_unknown_length(body: &str) -> Vec<Act> {
    let head = head("200 OK", &["content-type: application/json"]);
    vec![Act::send([&head, body.as_bytes()].concat()), Act::Close]
}

fn event_of(bytes: usize) -> Vec<Act> {
    let comment = "x".repeat(bytes);
    let body = format!("event: note\ndata: \"{comment}\"\n\n{}", Operation::Status.body());
    vec![Act::send(ok("text/event-stream", body))]
}

fn nested(levels: usize) -> String {
    format!("{{\"payment_status\":\"pending\",\"x\":{}{}}}", "[".repeat(levels), "]".repeat(levels))
}

/// Only what is read is looked at: the depth of an event counts where its name is known.
fn nested_event(name: &str, levels: usize) -> Vec<Act> {
    let body = format!("event: {name}\ndata: {}\n\n{}", nested(levels), Operation::Status.body());
    vec![Act::send(ok("text/event-stream", body))]
}

fn page(number: usize) -> Vec<Act> {
    let next = if number < 9 { format!("\"c{number}\"") } else { "null".to_owned() };
    vec![Act::send(ok("application/json", format!(r#"{{"data":[],"next_cursor":{next}}}"#)))]
}

const SNAPSHOT: &str = "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n";

fn unfinished(number: usize) -> Vec<Act> {
    let body = if number < 4 { SNAPSHOT } else { &Operation::Status.body() };
    vec![Act::send(ok("text/event-stream", body))]
}

const LIMITS: [Limit; 8] = [
    Limit {
        name: "body, as declared",
        operation: Operation::Get,
        acts: |_| vec![Act::send(ok("application/json", padded(5000)))],
        tight: |settings| settings.limits.body_bytes = 4999,
        roomy: |settings| settings.limits.body_bytes = 5000,
        kind: ErrorKind::Decode,
        words: "longer than 4999 bytes",
        requests: 1,
    },
    Limit {
        name: "body, of unknown length",
        operation: Operation::Get,
        acts: |_| of_unknown_length(&padded(5000)),
        tight: |settings| settings.limits.body_bytes = 4999,
        roomy: |settings| settings.limits.body_bytes = 5000,
        kind: ErrorKind::Decode,
        words: "longer than 4999 bytes",
        requests: 1,
    },
    Limit {
        name: "frame",
        operation: Operation::Status,
        acts: |_| event_of(5000),
        tight: |settings| settings.limits.frame_bytes = 5000,
        roomy: |settings| settings.limits.frame_bytes = 5100,
        kind: ErrorKind::Stream,
        words: "5000",
        requests: 1,
    },
    Limit {
        name: "head",
        operation: Operation::Post,
        acts: |_| {
            let note = format!("x-note: {}", "a".repeat(12_000));
            let lines = [&*note, "content-type: application/json", "content-length: 16"];
            vec![Act::send([&head("200 OK", &lines)[..], br#"{"success":true}"#].concat())]
        },
        tight: |settings| settings.transport.max_header_bytes = 10_000,
        roomy: |settings| settings.transport.max_header_bytes = 20_000,
        kind: ErrorKind::Io,
        words: "head",
        requests: 1,
    },
    Limit {
        name: "depth of an answer",
        operation: Operation::Get,
        acts: |_| vec![Act::send(ok("application/json", nested(20)))],
        tight: |settings| settings.limits.json_depth = 20,
        roomy: |settings| settings.limits.json_depth = 21,
        kind: ErrorKind::Decode,
        words: "nested more deeply than 20 levels",
        requests: 1,
    },
    Limit {
        name: "depth of an event",
        operation: Operation::Status,
        acts: |_| nested_event("snapshot", 20),
        tight: |settings| settings.limits.json_depth = 20,
        roomy: |settings| settings.limits.json_depth = 21,
        kind: ErrorKind::Stream,
        words: "nested more deeply than 20 levels",
        requests: 1,
    },
    Limit {
        name: "pages",
        operation: Operation::Pages,
        acts: page,
        tight: |settings| settings.limits.pages = 9,
        roomy: |settings| settings.limits.pages = 10,
        kind: ErrorKind::Decode,
        words: "more pages than the limit",
        requests: 9,
    },
    Limit {
        name: "reconnects",
        operation: Operation::Status,
        acts: unfinished,
        tight: |settings| settings.limits.reconnects = 3,
        roomy: |settings| settings.limits.reconnects = 4,
        kind: ErrorKind::Stream,
        words: "ended before its end",
        requests: 4,
    },
];

fn run<D: Driver>(limit: Limit, set: fn(&mut Settings)) -> (Outcome, usize) {
    let peer = Peer::start(move |request| (limit.acts)(request.number));
    let mut settings = Settings::new(&peer.url(), LONG);
    settings.limits = Limits::default();
    set(&mut settings);
    let outcome = limit.operation.run(&Clients::<D>::new(&settings).unwrap());
    (outcome, peer.seen())
}

/// Clients with the limits as they are unless set.
fn default<D: Driver>(peer: &Peer) -> Clients<D> {
    let mut settings = Settings::new(&peer.url(), LONG);
    settings.limits = Limits::default();
    Clients::new(&settings).unwrap()
}

fn check<D: Driver>(limit: Limit) -> Result<(), String> {
    let (outcome, seen) = run::<D>(limit, limit.tight);
    let Some(error) = outcome.error else { return Err("nothing stopped it".to_owned()) };
    let words = with_causes(&error);
    if error.kind() != limit.kind || !words.contains(limit.words) || seen != limit.requests {
        return Err(format!("{seen} requests, {words}"));
    }
    match run::<D>(limit, limit.roomy).0.error {
        None => Ok(()),
        Some(error) => Err(format!("the limit cannot be set: {error:?}")),
    }
}

/// An error and its causes.
fn with_causes(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}

fn name(limit: &Limit) -> String {
    limit.name.to_owned()
}

#[test]
fn hostile_answers_meet_the_limits_of_the_blocking_driver() {
    each(LIMITS, name, check::<UreqTransport>);
}

#[test]
fn hostile_answers_meet_the_limits_of_the_async_driver() {
    each(LIMITS, name, check::<HyperTransport>);
}

/// The limits as they are unless set: 100 000 levels are refused, and no stack overflows.
fn deep<D: Driver>(operation: Operation) -> Result<(), String> {
    let body = match operation {
        Operation::Status => format!("event: snapshot\ndata: {}\n\n", nested(100_000)),
        _ => nested(100_000),
    };
    let peer = Peer::start(move |_| vec![Act::send(ok(operation.media_type(), &body))]);
    let outcome = operation.run(&default::<D>(&peer));
    match outcome.error {
        Some(error) if error.message().contains("nested more deeply than 127 levels") => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn hostile_depth_overflows_no_stack() {
    let operations = [Operation::Get, Operation::Status];
    each(operations, |op| format!("{op:?}, blocking"), deep::<UreqTransport>);
    each(operations, |op| format!("{op:?}, async"), deep::<HyperTransport>);
}

fn unread<D: Driver>(levels: usize) -> Result<(), String> {
    let peer = Peer::start(move |_| nested_event("note", levels));
    let outcome = Operation::Status.run(&default::<D>(&peer));
    let fine = outcome.error.is_none() && outcome.items == ["pending", "succeeded"];
    if fine { Ok(()) } else { Err(format!("{outcome:?}")) }
}

#[test]
fn hostile_depth_of_events_that_are_not_read_stops_nothing() {
    let levels = [20, 200, 100_000];
    each(levels, |levels| format!("{levels}, blocking"), unread::<UreqTransport>);
    each(levels, |levels| format!("{levels}, async"), unread::<HyperTransport>);
}

/// Deeply nested refusals are refusals all the same.
fn deep_refusal<D: Driver>(operation: Operation) -> Result<(), String> {
    let body = nested(100_000);
    let lines =
        ["content-type: application/json".to_owned(), format!("content-length: {}", body.len())];
    let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
    let answer = [&head("422 No", &lines), body.as_bytes()].concat();
    let peer = Peer::start(move |_| vec![Act::send(&answer)]);
    let outcome = operation.run(&default::<D>(&peer));
    match outcome.error {
        Some(error) if error.kind() == ErrorKind::Api => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn hostile_depth_in_a_refusal_overflows_no_stack() {
    each(hostile::OPERATIONS, |op| format!("{op:?}, blocking"), deep_refusal::<UreqTransport>);
    each(hostile::OPERATIONS, |op| format!("{op:?}, async"), deep_refusal::<HyperTransport>);
}
