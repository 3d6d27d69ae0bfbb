//! Heads of answers over HTTP/2 that are larger than the limit, or just within it.

use codespar_async::Client;
use codespar_proto::ErrorKind;
use hostile::{
    Act, everything, guarded,
    h2::{
        H2Peer, Habits,
        frame::{END_STREAM, block, data, long_headers},
    },
};

use crate::support::h2::{ANSWER, LONG, charge, settings};

/// A server whose answers have these headers besides.
fn answering(more: Vec<(String, String)>) -> H2Peer {
    H2Peer::start(Habits::default(), move |_, stream| {
        let mut fields = vec![(":status", "200"), ("content-type", "application/json")];
        fields.extend(more.iter().map(|(name, value)| (&**name, &**value)));
        let head = long_headers(stream, &block(&fields));
        vec![Act::send([head, data(stream, END_STREAM, ANSWER)].concat())]
    })
}

fn lines(count: usize, value: &str) -> Vec<(String, String)> {
    (0..count).map(|number| (format!("a{number}"), value.to_owned())).collect()
}

/// Heads of 64 KiB, as is the default.
fn client(peer: &H2Peer, lines: usize) -> Client {
    let mut settings = settings(&peer.url(), LONG);
    settings.transport.max_header_bytes = 64 << 10;
    settings.transport.max_header_lines = lines;
    Client::with_config(settings.codespar()).unwrap()
}

#[test]
fn hostile_h2_heads_meet_the_limit_in_its_own_words() {
    let large = [
        lines(1, &"a".repeat(70_000)),
        lines(1, &"a".repeat(300 << 10)),
        lines(30, &"a".repeat(10 << 10)),
        lines(120, &"a".repeat(64 << 10)),
    ];
    for head in large {
        guarded("large", move || {
            let peer = answering(head);
            let error = charge(&client(&peer, 128)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
            let words = everything(&error);
            assert!(words.contains("the head of the answer is larger than the limit"), "{words}");
            assert!(error.may_have_been_sent());
            assert_eq!(peer.seen(), 1);
        });
    }
    guarded("long", || {
        let peer = answering(lines(200, "b"));
        let error = charge(&client(&peer, 128)).unwrap_err();
        let words = everything(&error);
        assert!(words.contains("the head of the answer has more lines than the limit"), "{words}");
    });
}

/// What HTTP/2 counts besides for each line does not count here: limits mean the same over either.
#[test]
fn h2_heads_within_the_limits_are_read() {
    for (most, head) in [
        (2000, lines(1900, "b")),
        (128, lines(1, &"a".repeat(60_000))),
        (128, lines(120, &"a".repeat(500))),
    ] {
        guarded("read", move || {
            let peer = answering(head);
            charge(&client(&peer, most)).unwrap();
        });
    }
}
