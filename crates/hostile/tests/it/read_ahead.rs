//! A list that is read ahead asks for its next page before the rows at hand are used, and for no
//! more than one.

use std::thread;

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::charges::ListCharges;
use hostile::{Act, LONG, Peer, client, ok, runtime};

/// Four pages of three charges.
fn pages() -> Peer {
    Peer::start(|request| {
        let number = (1..4).find(|n| request.target().contains(&format!("page-{n}"))).unwrap_or(0);
        let row = |n| format!(r#"{{"id":"chg_{}"}}"#, 3 * number + n);
        let rows = [0, 1, 2].map(row).join(",");
        let next = if number < 3 { format!(r#""page-{}""#, number + 1) } else { "null".into() };
        let body = format!(r#"{{"data":[{rows}],"next_cursor":{next}}}"#);
        vec![Act::send(ok("application/json", body))]
    })
}

/// How many pages have been asked for once row `row` is in the caller's hands, and a page that is
/// on its way has come.
const fn asked(row: usize) -> usize {
    let page = row / 3 + 2;
    if page < 4 { page } else { 4 }
}

#[test]
fn a_blocking_list_is_read_ahead_on_a_thread() {
    let peer = pages();
    let client = client::<UreqTransport>(&peer.url(), LONG);
    let mut rows = 0;
    for charge in client.charges().list(&ListCharges::default()).read_ahead(true) {
        assert_eq!(charge.unwrap().id.as_deref(), Some(&*format!("chg_{rows}")));
        while peer.seen() < asked(rows) {
            thread::yield_now();
        }
        assert_eq!(peer.seen(), asked(rows), "row {rows}");
        rows += 1;
    }
    assert_eq!((rows, peer.seen()), (12, 4));
}

#[test]
fn a_stream_is_read_ahead_as_it_is_polled() {
    let peer = pages();
    let client = client::<HyperTransport>(&peer.url(), LONG);
    let mut list = client.charges().list(&ListCharges::default()).read_ahead(true);
    runtime().block_on(async {
        let mut rows = 0;
        while let Some(charge) = list.next().await {
            assert_eq!(charge.unwrap().id.as_deref(), Some(&*format!("chg_{rows}")));
            // Each row that is asked for moves the request on: with the last of a page it is out.
            while rows % 3 == 2 && peer.seen() < asked(rows - 1) {
                tokio::task::yield_now().await;
            }
            assert!(peer.seen() <= asked(rows), "row {rows}");
            rows += 1;
        }
        assert_eq!((rows, peer.seen()), (12, 4));
    });
}
