//! What is logged over an agent that the user brings along: the targets to switch off are those that
//! the documentation names, each of them and no other.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use codespar_blocking::UreqTransport;
use http::HeaderValue;

use common::{Server, answer, fetch, post};

mod common;

/// What was logged, by the crate it came from.
static LOGGED: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        let name = record.target().split(':').next().unwrap().to_owned();
        // Dumps come in rows: the last word of each joined gives the text back.
        let dumped = name == "ureq_proto";
        let words = if dumped { text.rsplit(' ').next().unwrap() } else { &text };
        LOGGED.lock().unwrap().entry(name).or_default().push_str(words);
    }

    fn flush(&self) {}
}

#[test]
fn the_targets_that_leak_over_a_foreign_agent_are_those_that_are_named() {
    log::set_logger(&Collector).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let transport = UreqTransport::from_agent(agent);
    let text = "HTTP/1.1 200 OK\r\nset-cookie: sesame\r\ncontent-length: 6\r\n\r\nsesame";
    let server = Server::new(vec![answer(text)]);
    let mut request = post(&server.url("/sesame?X-Amz-Signature=sesame"), "sesame");
    let mut value = HeaderValue::from_static("Bearer csk_test_sesame");
    value.set_sensitive(true);
    request.request.headers_mut().insert("authorization", value);
    fetch(&transport, request).unwrap();
    let logged = LOGGED.lock().unwrap();
    let leaks = logged.iter().filter(|(_, text)| text.contains("sesame"));
    let leaks: BTreeSet<&str> = leaks.map(|(name, _)| &**name).collect();
    assert_eq!(leaks, ["ureq", "ureq_proto"].into());
    let documented = include_str!("../src/transport.rs").replace("\n    /// ", " ");
    assert!(documented.contains("keep that level off for the targets `ureq` and `ureq_proto`"));
}
