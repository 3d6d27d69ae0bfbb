//! Twice the input is at most twice the work, counted in bytes allocated.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::alloc::System;

use codespar_engine::testing::{Recorded, Replay};
use codespar_proto::{Client, Config, Reconnect, charges::ListCharges, config::Limits};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn client(replay: Replay) -> Client<Replay> {
    let mut limits = Limits::default();
    limits.pages = 100_000;
    limits.json_depth = 1_000_000;
    Client::with_transport(Config::new("csk_test_work").limits(limits), replay).unwrap()
}

/// A stream in chunks of this size.
fn stream(body: &str, size: usize) -> Recorded {
    Recorded::events(body.as_bytes().chunks(size).map(<[u8]>::to_vec))
}

fn read_answer(body: &str, size: usize) -> Replay {
    let answer = Recorded::text(200, "application/json", "");
    let chunks = body.as_bytes().chunks(size);
    Replay::new().answer(chunks.fold(answer, |answer, chunk| answer.chunk(chunk.to_vec())))
}

/// The bytes allocated while a script of this size is played.
fn work(make: fn(usize) -> Replay, play: fn(Client<Replay>), size: usize) -> usize {
    let client = client(make(size));
    let region = Region::new(ALLOCATOR);
    play(client);
    let change = region.change();
    change.bytes_allocated + usize::try_from(change.bytes_reallocated.max(0)).unwrap()
}

fn status(client: Client<Replay>) {
    client.session("ses_1").unwrap().payment_status("tc_1").send().unwrap();
}

fn follow(client: Client<Replay>) {
    let items = client.session("ses_1").unwrap().payment_status_stream("tc_1", Reconnect::Never);
    assert!(items.map(Result::unwrap).count() > 0);
}

fn chat(client: Client<Replay>) {
    let items = client.session("ses_1").unwrap().send_stream("hi");
    assert!(items.map(Result::unwrap).count() > 0);
}

fn list(client: Client<Replay>) {
    assert_eq!(client.charges().list(&ListCharges::default()).map(Result::unwrap).count(), 0);
}

const DONE: &str = "event: done\ndata: {}\n\n";
const SNAPSHOT: &str = "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n";

fn one_frame(size: usize) -> String {
    let text = "x".repeat(size * 1000);
    format!("event: snapshot\ndata: {{\"payment_status\":\"pending\",\"x\":\"{text}\"}}\n\n{DONE}")
}

type Case = (&'static str, fn(usize) -> Replay, fn(Client<Replay>));

const CASES: [Case; 9] = [
    ("an answer in small pieces", |size| read_answer(&members(size), 7), status),
    ("an answer in one piece", |size| read_answer(&members(size), usize::MAX), status),
    ("a deep answer", |size| read_answer(&nested(size * 100), 1000), status),
    (
        "many frames",
        |size| Replay::new().answer(stream(&(SNAPSHOT.repeat(size) + DONE), 100)),
        follow,
    ),
    (
        "one frame in small pieces",
        |size| Replay::new().answer(stream(&one_frame(size), 50)),
        follow,
    ),
    ("one frame of many lines", |size| Replay::new().answer(stream(&lines(size), 64)), follow),
    (
        "comments",
        |size| {
            Replay::new().answer(stream(&(": beat\n\n".repeat(size * 10) + SNAPSHOT + DONE), 90))
        },
        follow,
    ),
    ("a chat", |size| Replay::new().answer(stream(&turn(size), 333)), chat),
    ("pages", pages, list),
];

fn members(size: usize) -> String {
    let all: Vec<String> = (0..size).map(|at| format!("\"m{at}\":[{at}]")).collect();
    format!("{{\"payment_status\":\"pending\",{}}}", all.join(","))
}

fn nested(levels: usize) -> String {
    format!("{{\"x\":{}{}}}", "[".repeat(levels), "]".repeat(levels))
}

/// An object whose members stand on a line each.
fn lines(size: usize) -> String {
    let all: String = (0..size).map(|at| format!("data: ,\"m{at}\":{at}\n")).collect();
    format!("event: snapshot\ndata: {{\"payment_status\":\"pending\"\n{all}data: }}\n\n{DONE}")
}

fn turn(size: usize) -> String {
    let text = "data: {\"type\":\"assistant_text\",\"content\":\"word \",\"iteration\":1}\n\n";
    format!("{}data: {{\"type\":\"done\",\"result\":{{}}}}\n\n", text.repeat(size))
}

fn pages(size: usize) -> Replay {
    (0..=size).fold(Replay::new(), |replay, at| {
        let next = if at < size { format!("\"c{at}\"") } else { "null".to_owned() };
        let body = format!("{{\"data\":[],\"next_cursor\":{next}}}");
        replay.answer(Recorded::text(200, "application/json", &body))
    })
}

#[test]
fn hostile_input_costs_no_more_than_its_size() {
    for (name, make, play) in CASES {
        let [small, large] = [500, 1000].map(|size| work(make, play, size));
        // Buffers grow by doubling: an eighth is what one step too early or late may add.
        assert!(large <= 2 * small + small / 8, "{name}: {small} bytes, then {large}");
    }
}
