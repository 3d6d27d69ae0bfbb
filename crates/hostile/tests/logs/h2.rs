//! What the crates that speak HTTP/2 log, at every level: nothing of what is asked for, and of
//! what is answered nothing but the words of a goodbye.

use std::time::Duration;

use codespar_async::{Client, HyperTransport};
use codespar_proto::ErrorKind;
use hostile::{
    Act, Driver, Settings, around, collect_logs, everything, guarded,
    h2::{
        H2Peer, Habits,
        frame::{
            END, END_HEADERS, END_STREAM, block, code, data, frame, go_away, headers, kind, reset,
        },
    },
    logged,
};
use serde_json::json;

/// What is secret in a request, and what in an answer.
const ASKED: &str = "SESAME-asked";
const ANSWERED: &str = "SESAME-answered";
/// What a server says when it leaves: for those who look after it.
const WORDS: &str = "words-of-a-goodbye";

type Answer = fn(u32) -> Vec<Act>;

fn head(stream: u32, flags: u8, status: &str) -> Vec<u8> {
    let fields = [
        (":status", status),
        ("content-type", "application/json"),
        ("set-cookie", ANSWERED),
        ("x-api-key", ANSWERED),
    ];
    headers(stream, flags, &fields)
}

fn body() -> String {
    let pix = format!(r#""copia_e_cola":"{ANSWERED}","br_code":"{ANSWERED}""#);
    format!(r#"{{"success":true,"data":{{{pix}}},"error":"denied","message":"no",{pix}}}"#)
}

fn whole(stream: u32, status: &str) -> Vec<Act> {
    vec![Act::send([head(stream, END_HEADERS, status), data(stream, END_STREAM, body())].concat())]
}

/// Answers that go well, and each way in which they do not.
const ANSWERS: [(&str, Answer); 12] = [
    ("good", |id| whole(id, "200")),
    ("good, with trailers", |id| {
        let all = [head(id, END_HEADERS, "200"), data(id, 0, body()), head(id, END, "200")];
        vec![Act::send(all[..2].concat()), Act::send(headers(id, END, &[("x-token", ANSWERED)]))]
    }),
    ("refused", |id| whole(id, "403")),
    ("refused for now", |id| whole(id, "503")),
    ("reset", |id| {
        let part = [head(id, END_HEADERS, "200"), data(id, 0, &body()[..60])].concat();
        vec![Act::send([part, reset(id, code::INTERNAL_ERROR)].concat())]
    }),
    ("closed", |id| {
        vec![
            Act::send([head(id, END_HEADERS, "200"), data(id, 0, &body()[..60])].concat()),
            Act::Close,
        ]
    }),
    ("silent", |id| {
        vec![Act::send([head(id, END_HEADERS, "200"), data(id, 0, &body()[..60])].concat())]
    }),
    ("a bad name", |id| vec![Act::send(headers(id, END, &[(":status", "200"), (ANSWERED, "a")]))]),
    ("a bad value", |id| {
        let value = format!("{ANSWERED}\0");
        vec![Act::send(headers(id, END, &[(":status", "200"), ("x-token", &value)]))]
    }),
    ("a bad status", |id| vec![Act::send(headers(id, END, &[(":status", ANSWERED)]))]),
    ("a promise", |id| {
        let path = format!("/{ANSWERED}");
        let fields =
            [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", &*path)];
        let promise = [&2_u32.to_be_bytes()[..], &block(&fields)].concat();
        vec![Act::send(frame(kind::PUSH_PROMISE, END_HEADERS, id, promise))]
    }),
    ("a goodbye", |id| {
        vec![Act::send(go_away(id - 1, code::ENHANCE_YOUR_CALM, WORDS)), Act::Close]
    }),
];

fn client(peer: &H2Peer, limit: Duration) -> Client {
    let mut settings = Settings::new(&peer.url(), limit);
    settings.transport.extra_roots = vec![H2Peer::root()];
    settings.transport.only_extra_roots = true;
    let key = format!("csk_{ASKED}");
    let mut config = codespar_proto::Config::new(key).base_url(peer.url()).timeout(limit);
    config = config.header("x-api-key", ASKED).transport(settings.transport);
    Client::with_config(config).unwrap()
}

#[test]
fn logs_and_errors_over_h2_do_not_leak() {
    collect_logs();
    guarded("h2", || {
        let mut kinds = Vec::new();
        for (name, answer) in ANSWERS {
            let peer = H2Peer::start(Habits::default(), move |_, stream| answer(stream));
            let limit = if name == "silent" { 300 } else { 120_000 };
            let session = client(&peer, Duration::from_millis(limit)).session("ses_1").unwrap();
            let input = json!({"document": ASKED, "pix_key": ASKED});
            let call = session.execute("codespar_charge", &input).header("cookie", ASKED);
            match HyperTransport::finish(call) {
                Ok(_) => assert!(name.starts_with("good"), "{name}"),
                Err(error) => {
                    kinds.push(error.kind());
                    let shown = everything(&error);
                    assert_eq!(shown.contains(WORDS), name == "a goodbye", "{name}: {shown}");
                    assert!(!shown.contains(ASKED) && !shown.contains(ANSWERED), "{name}: {shown}");
                }
            }
            // What HTTP/2 compresses is not remembered where it is secret.
            let guarded = peer.guarded();
            for header in ["authorization", "cookie"] {
                assert!(
                    guarded.iter().any(|name| name == header),
                    "{header} is not in {guarded:?}"
                );
            }
        }
        for kind in [ErrorKind::Api, ErrorKind::Timeout, ErrorKind::Io] {
            assert!(kinds.contains(&kind), "{kind:?} did not come up");
        }
    });
    let logged = logged();
    for target in ["h2::codec", "h2::proto", "hyper_util"] {
        assert!(logged.contains(target), "{target} is not heard");
    }
    assert!(!logged.contains(ASKED), "{}", around(&logged, ASKED));
    assert!(!logged.contains(ANSWERED), "{}", around(&logged, ANSWERED));
    // These, as h2 shows the frames that it sends and receives without their contents, but for one.
    assert!(logged.contains(WORDS), "a goodbye is shown in the logs of h2 only");
}

/// The key of a client is marked in every request, so that no table remembers it.
#[test]
fn no_table_of_h2_remembers_a_key_that_could_leak() {
    guarded("tables", || {
        let peer = H2Peer::start(Habits::default(), |_, stream| whole(stream, "200"));
        let mut settings = Settings::new(&peer.url(), hostile::LONG);
        settings.transport.extra_roots = vec![H2Peer::root()];
        let client: Client = Client::with_config(settings.codespar()).unwrap();
        for _ in 0..3 {
            let session = client.session("ses_1").unwrap();
            HyperTransport::finish(session.execute("codespar_charge", &json!({}))).unwrap();
        }
        let keys = peer.guarded().into_iter().filter(|name| name == "authorization").count();
        assert_eq!((keys, peer.connections()), (3, 1));
    });
}
