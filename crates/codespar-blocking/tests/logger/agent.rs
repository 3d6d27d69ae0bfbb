//! What is logged over an agent that the user brings along: the targets to switch off are those
//! that the documentation names, each of them and no other.

use std::collections::BTreeSet;

use codespar_blocking::UreqTransport;
use http::HeaderValue;

use crate::{
    logged,
    support::{Server, answer, fetch, post},
};

#[test]
fn the_targets_that_leak_over_a_foreign_agent_are_those_that_are_named() {
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let transport = UreqTransport::from_agent(agent);
    let text = "HTTP/1.1 200 OK\r\nset-cookie: sesame\r\ncontent-length: 6\r\n\r\nsesame";
    let server = Server::new(vec![answer(text)]);
    let mut request = post(&server.url("/sesame?X-Amz-Signature=sesame"), "sesame");
    let mut value = HeaderValue::from_static("Bearer csk_test_sesame");
    value.set_sensitive(true);
    request.request.headers_mut().insert("authorization", value);
    let logs = logged(|| drop(fetch(&transport, request).unwrap()));
    let leaks = logs.iter().filter(|(_, text)| text.contains("sesame"));
    let leaks: BTreeSet<&str> = leaks.map(|(name, _)| &**name).collect();
    assert_eq!(leaks, ["ureq", "ureq_proto"].into());
    let documented = include_str!("../../src/transport.rs").replace("\n    /// ", " ");
    assert!(documented.contains("keep that level off for the targets `ureq` and `ureq_proto`"));
}
