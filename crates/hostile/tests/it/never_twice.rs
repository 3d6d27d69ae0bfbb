//! Thousands of calls against a server that fails at random, before, while and after it acts:
//! no effect happens twice, and no success is made up.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{
    Client, Error, Minor,
    payables::{CreateBatch, NewItem, Upload},
};
use hostile::{
    Act, CallRecord, Clients, Driver, Ledger, Peer, Request, Settings, chance, guarded, head, mark,
    marked, ok,
};
use serde_json::{Value, json};
use upivia_proto::ServiceRequest;

/// Threads that share one client.
const THREADS: u64 = 16;
/// Calls of each.
const CALLS: u64 = 270;
/// Kinds of calls.
const KINDS: u64 = 9;

/// An answer that every call is content with.
const GOOD: &str = r#"{"success":true,"payment_status":"pending","batch_id":"b","file_id":"f",
    "status":"executed","request_id":"r","object":{"id":"o"}}"#;

/// Answers a request, or fails in one of a dozen ways.
fn serve(ledger: &Mutex<Ledger>, request: &Request) -> Vec<Act> {
    let (mark, number) = marked(request);
    let key = request.header("idempotency-key");
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let stated = body["idempotency_key"].as_str();
    let good = ok("application/json", GOOD);
    let mut ledger = ledger.lock().unwrap();
    if stated.is_some() && stated != key {
        ledger.disagreed.push(mark.clone());
    }
    let dice = chance(number << 8 | ledger.arrive(&mark, key));
    let (before, after) = match dice % 32 {
        // Before the effect.
        0 => (vec![Act::Close], None),
        1 => (vec![Act::Reset], None),
        2 => (vec![Act::send(head("503 Later", &["retry-after: 0", "content-length: 0"]))], None),
        3 => (vec![Act::send(head("429 Slowly", &["content-length: 0"])), Act::Close], None),
        // After it.
        4 => (Vec::new(), Some(vec![Act::Close])),
        5 => (Vec::new(), Some(vec![Act::Reset])),
        6 => (Vec::new(), Some(vec![Act::send(&good[..good.len() / 2]), Act::Close])),
        7 => (Vec::new(), Some(vec![Act::send(&good[..good.len() - 3]), Act::Pause, Act::Reset])),
        8 => (Vec::new(), Some(vec![Act::send(head("502 Bad", &["content-length: 0"]))])),
        9 if dice % 5 == 0 => (Vec::new(), Some(vec![Act::Stall])),
        // It goes well, but for the next who uses the connection.
        10 => (Vec::new(), Some(vec![Act::send(&good), Act::Close])),
        11 => (Vec::new(), Some(vec![Act::send(&good), Act::Reset])),
        12 => (Vec::new(), Some(vec![Act::Drip(good.into())])),
        13 => (Vec::new(), Some(vec![Act::Pause, Act::send(&good)])),
        _ => (Vec::new(), Some(vec![Act::send(&good)])),
    };
    match after {
        None => before,
        Some(acts) => {
            ledger.act(&mark, key);
            acts
        }
    }
}

/// A call of the kind its number says; whether it may be repeated.
fn call<D: Driver>(clients: &Clients<D>, number: u64) -> (bool, Result<(), Error>) {
    let mark = mark(number);
    match number % KINDS {
        kind @ 0..4 => codespar(&clients.codespar, kind, &mark),
        kind => upivia(&clients.upivia, kind, &mark),
    }
}

fn codespar<D: Driver>(client: &Client<D>, kind: u64, mark: &str) -> (bool, Result<(), Error>) {
    let session = client.session("ses_1").unwrap();
    match kind {
        0 => (false, D::finish(session.execute("codespar_pay", &json!({"note": mark}))).map(drop)),
        1 => {
            let bill = NewItem::pix_key(format!("{mark}@example.com"), Minor::new(100));
            let args = CreateBatch::default().items(vec![bill]);
            (true, D::finish(client.payables().batches().create(&args)).map(drop))
        }
        2 => (true, D::finish(session.payment_status(mark)).map(drop)),
        _ => {
            let upload = Upload::guess(format!("{mark}.pdf"), vec![b'%'; 30_000]);
            (false, D::finish(client.payables().files().upload(&upload)).map(drop))
        }
    }
}

fn upivia<D: Driver>(
    client: &upivia_proto::Client<D>,
    kind: u64,
    mark: &str,
) -> (bool, Result<(), Error>) {
    let requests = client.service_requests();
    let objects = client.storage().objects();
    match kind {
        4 => (false, D::finish(client.approvals().approve(mark)).map(drop)),
        5 => {
            let email = ServiceRequest::new("email", "send", &json!({"to": mark})).unwrap();
            (true, D::finish(requests.create(&email)).map(drop))
        }
        6 => (true, D::finish(requests.get(mark)).map(drop)),
        7 => (false, D::finish(objects.delete(mark)).map(drop)),
        _ => {
            let file =
                upivia_proto::storage::Upload::new(format!("{mark}.mp4"), vec![b'%'; 30_000]);
            (false, D::finish(objects.upload(&file)).map(drop))
        }
    }
}

fn chaos<D: Driver>() {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let served = Arc::clone(&ledger);
    let peer = Peer::start(move |request| serve(&served, request));
    let settings = Settings::new(&peer.url(), Duration::from_millis(1500));
    let clients = Arc::new(Clients::<D>::new(&settings).unwrap());
    let workers: Vec<_> = (0..THREADS)
        .map(|thread| {
            let clients = Arc::clone(&clients);
            thread::spawn(move || {
                let numbers = thread * CALLS..(thread + 1) * CALLS;
                let known = numbers.map(|number| {
                    let (may_repeat, result) = call(&clients, number);
                    let changes = !matches!(number % KINDS, 2 | 6);
                    CallRecord { number, may_repeat, changes, result }
                });
                known.collect::<Vec<_>>()
            })
        })
        .collect();
    let known: Vec<CallRecord> =
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let ledger = ledger.lock().unwrap();
    assert!(ledger.disagreed.is_empty(), "{:?}", ledger.disagreed);
    known.iter().for_each(|known| ledger.check(known));
    // The run was what it was meant to be, for each kind of call.
    for kind in 0..KINDS {
        let known: Vec<&CallRecord> =
            known.iter().filter(|known| known.number % KINDS == kind).collect();
        let failed = known.iter().filter(|known| known.result.is_err()).count();
        let repeated = known.iter().filter(|known| ledger.repeated(known)).count();
        assert!(failed > known.len() / 20, "{kind}: only {failed} of {} failed", known.len());
        assert!(failed < known.len() / 2, "{kind}: {failed} of {} failed", known.len());
        let may_repeat = known.iter().all(|known| known.may_repeat);
        assert!(!may_repeat || repeated > known.len() / 10, "{kind}: {repeated} were repeated");
    }
}

#[test]
fn never_twice_in_chaos_with_the_blocking_driver() {
    guarded("chaos, blocking", chaos::<UreqTransport>);
}

#[test]
fn never_twice_in_chaos_with_the_async_driver() {
    guarded("chaos, async", chaos::<HyperTransport>);
}
