//! What the recorder of `metrics` is told: how calls end, how often they are repeated, which
//! streams are open; and that it is not more.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{
    Client, Session,
    metrics::{CALL_DURATION, CALLS, OPEN_STREAMS, RETRIES},
};
use hostile::{Act, Driver, Peer, chunk, guarded, head, ok, stream_head};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::json;

const SESAME: &str = "SESAME-4711";

/// All that was told so far, a line each, in order.
fn told(by: &Snapshotter) -> Vec<String> {
    let told = by.snapshot().into_vec().into_iter().map(|(key, _, _, value)| {
        let (_, key) = key.into_parts();
        let labels: Vec<_> = key.labels().map(|l| format!("{}={}", l.key(), l.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => format!("{} values", values.len()),
        };
        format!("{} {}: {value}", key.name(), labels.join(" "))
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

fn session<D: Driver>(peer: &Peer) -> Session<D> {
    let config = hostile::config(&peer.url(), hostile::LONG);
    Client::<D>::with_config(config).unwrap().session(SESAME).unwrap()
}

fn calls<D: Driver>() {
    let peer = Peer::start(|request| match request.number {
        0 => vec![Act::send(head("503 No", &["content-length: 0"]))],
        1 => vec![Act::send(ok("application/json", r#"{"payment_status":"pending"}"#))],
        2 => vec![Act::Close],
        4 => vec![Act::send(ok("application/json", r#"{"servers":[],"tools":[]}"#))],
        _ => vec![Act::send(head("404 No", &["content-length: 0"]))],
    });
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let session = session::<D>(&peer);
        D::finish(session.payment_status("tc_hush").retries(2)).unwrap();
        let lost = D::finish(session.execute("codespar_charge", &json!({})).retries(0));
        assert_eq!(lost.unwrap_err().verdict().as_str(), "unknown");
        D::finish(session.payment_status("tc_hush")).unwrap_err();
        D::finish(session.payment_status("")).unwrap_err();
        D::finish(session.connections()).unwrap();
        // Known by now: it is no call of any operation.
        D::finish(session.tools()).unwrap();
    });
    let told = told(&snapshots);
    let status = "operation=session.payment_status";
    let expected = [
        format!("{CALL_DURATION} operation=session.connections outcome=answered: 1 values"),
        format!("{CALL_DURATION} operation=session.execute outcome=unknown: 1 values"),
        format!("{CALL_DURATION} {status} outcome=answered: 1 values"),
        format!("{CALL_DURATION} {status} outcome=nothing_sent: 1 values"),
        format!("{CALL_DURATION} {status} outcome=refused: 1 values"),
        format!("{CALLS} operation=session.connections outcome=answered: 1"),
        format!("{CALLS} operation=session.execute outcome=unknown error.type=io: 1"),
        format!("{CALLS} {status} outcome=answered: 1"),
        format!("{CALLS} {status} outcome=nothing_sent error.type=config: 1"),
        format!("{CALLS} {status} outcome=refused error.type=404: 1"),
        format!("{RETRIES} {status} error.type=503: 1"),
    ];
    assert_eq!(told, expected, "{}", D::NAME);
}

#[test]
fn calls_are_counted_by_how_they_end() {
    guarded("blocking", calls::<UreqTransport>);
    guarded("async", calls::<HyperTransport>);
}

#[test]
fn a_stream_counts_as_open_until_it_is_let_go() {
    guarded("streams", || {
        let peer = Peer::start(|_| {
            let event = "data: {\"type\":\"assistant_text\",\"content\":\"a\"}\n\n";
            vec![Act::send([stream_head(), chunk(event)].concat()), Act::Stall]
        });
        let recorder = DebuggingRecorder::new();
        let snapshots = recorder.snapshotter();
        metrics::with_local_recorder(&recorder, || {
            let mut items = session::<UreqTransport>(&peer).send_stream("hello");
            items.next().unwrap().unwrap();
            let open = format!("{OPEN_STREAMS} operation=session.send_stream");
            assert_eq!(told(&snapshots), [format!("{open}: 1")]);
            drop(items);
            let told = told(&snapshots);
            let of = "operation=session.send_stream outcome=dropped";
            // Each look begins anew, so that this one is the change since the first.
            for line in [format!("{open}: -1"), format!("{CALLS} {of}: 1")] {
                assert!(told.contains(&line), "{line} is not in {told:?}");
            }
        });
    });
}
