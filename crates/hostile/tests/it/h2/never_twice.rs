//! Calls that share connections to a server that fails at random, before, while and after it acts:
//! no effect happens twice, and no success is made up.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use codespar_async::Client;
use codespar_proto::{
    Error, Minor,
    payables::{CreateBatch, NewItem, Upload},
};
use hostile::{
    Act, CallRecord, Ledger, Request, chance, guarded,
    h2::{
        H2Peer, Habits,
        frame::{END, END_HEADERS, END_STREAM, code, data, go_away, headers, reset},
    },
    mark, marked, runtime,
};
use serde_json::json;

use crate::support::h2::client;

/// Tasks that share one client.
const TASKS: u64 = 16;
/// Calls of each.
const CALLS: u64 = 75;
/// Far more than a good call takes, where others fail all the time.
const LIMIT: Duration = Duration::from_millis(1500);

const ANSWER: &str =
    r#"{"success":true,"payment_status":"pending","batch_id":"b","file_id":"f","items":[]}"#;

/// Answers a request, or fails in one of many ways.
fn serve(ledger: &Mutex<Ledger>, request: &Request, id: u32) -> Vec<Act> {
    let (mark, number) = marked(request);
    let key = request.header("idempotency-key");
    let mut ledger = ledger.lock().unwrap();
    let dice = chance(number << 8 | ledger.arrive(&mark, key));
    let head =
        || headers(id, END_HEADERS, &[(":status", "200"), ("content-type", "application/json")]);
    let part = || [head(), data(id, 0, &ANSWER[..20])].concat();
    let good = || [head(), data(id, END_STREAM, ANSWER)].concat();
    let refused = |status| headers(id, END, &[(":status", status), ("retry-after", "0")]);
    let goodbye = |last| Act::send(go_away(last, code::NO_ERROR, ""));
    let resets = |code| Act::send(reset(id, code));
    // What hits a connection hits all who share it.
    let widely = (dice >> 16) % 12 == 0;
    let before = match dice % 48 {
        0 | 1 => vec![resets(code::REFUSED_STREAM)],
        2 => vec![resets(code::INTERNAL_ERROR)],
        3 if widely => vec![goodbye(id - 1), Act::Close],
        4 if widely => vec![Act::Close],
        5 if widely => vec![Act::Reset],
        6 | 7 => vec![Act::send(refused("503"))],
        8 => vec![Act::send(refused("429"))],
        _ => vec![],
    };
    if !before.is_empty() {
        return before;
    }
    ledger.act(&mark, key);
    match dice % 48 {
        9 => vec![resets(code::NO_ERROR)],
        10 => vec![resets(code::CANCEL)],
        11 if widely => vec![goodbye(id), Act::Close],
        12 if widely => vec![Act::Close],
        13 if widely => vec![Act::Reset],
        14 => vec![Act::send(part()), resets(code::NO_ERROR)],
        15 => vec![Act::send(part()), Act::Pause, resets(code::INTERNAL_ERROR)],
        16 if widely => vec![Act::send(part()), Act::Reset],
        17 => vec![Act::send(refused("502"))],
        // A lie: it was looked at.
        18 => vec![resets(code::REFUSED_STREAM)],
        19 if widely => vec![goodbye(id - 1), Act::Close],
        20 if widely && dice % 5 == 0 => vec![Act::Stall],
        21 => vec![],
        // It goes well, but perhaps not for the others on the connection, or the next.
        22 if widely => vec![goodbye(id), Act::send(good())],
        23 if widely => vec![Act::send(good()), goodbye(id)],
        24 if widely => vec![Act::send(good()), Act::Close],
        25 => vec![Act::send([good(), reset(id, code::NO_ERROR)].concat())],
        26 => vec![Act::Drip(good().into())],
        27..30 => vec![Act::Pause, Act::send(good())],
        _ => vec![Act::send(good())],
    }
}

/// A call of the kind its number says; whether it may be repeated.
async fn call(client: &Client, number: u64) -> (bool, Result<(), Error>) {
    let mark = mark(number);
    let session = client.session("ses_1").unwrap();
    match number % 4 {
        0 => (false, session.execute("codespar_pay", &json!({"note": mark})).await.map(drop)),
        1 => {
            let bill = NewItem::pix_key(format!("{mark}@example.com"), Minor::new(100));
            let args = CreateBatch::default().items(vec![bill]);
            (true, client.payables().batches().create(&args).await.map(drop))
        }
        2 => (true, session.payment_status(&mark).await.map(drop)),
        _ => {
            let upload = Upload::guess(format!("{mark}.pdf"), vec![b'%'; 30_000]);
            (false, client.payables().files().upload(&upload).await.map(drop))
        }
    }
}

async fn all(client: Client) -> Vec<CallRecord> {
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut known = Vec::new();
                for number in task * CALLS..(task + 1) * CALLS {
                    let (may_repeat, result) = call(&client, number).await;
                    let changes = number % 4 != 2;
                    known.push(CallRecord { number, may_repeat, changes, result });
                }
                known
            })
        })
        .collect();
    let mut known = Vec::new();
    for task in tasks {
        known.extend(task.await.unwrap());
    }
    known
}

#[test]
fn never_twice_in_h2_chaos_on_shared_connections() {
    guarded("chaos", || {
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let served = Arc::clone(&ledger);
        let peer = H2Peer::start(Habits::default(), move |request, id| serve(&served, request, id));
        let known = runtime().block_on(all(client(&peer, LIMIT)));
        let ledger = ledger.lock().unwrap();
        known.iter().for_each(|known| ledger.check(known));
        // The run was what it was meant to be.
        let failed = known.iter().filter(|known| known.result.is_err()).count();
        let repeated = known.iter().filter(|known| ledger.repeated(known)).count();
        assert!((known.len() / 10..known.len() * 4 / 5).contains(&failed), "{failed} failed");
        assert!(repeated > known.len() / 20, "{repeated} were repeated");
        let shared = peer.requests().len() > 2 * peer.connections();
        assert!(shared, "{} requests, {} connections", peer.requests().len(), peer.connections());
    });
}
