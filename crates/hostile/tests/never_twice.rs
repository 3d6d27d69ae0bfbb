//! Thousands of calls against a server that fails at random, before, while and after it acts:
//! no effect happens twice, and no success is made up.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Client, CreateBatch, Error, Minor, NewItem, Upload};
use hostile::{Act, Driver, Peer, Request, client, guarded, head, ok};
use serde_json::json;

/// Threads that share one client.
const THREADS: u64 = 16;
/// Calls of each.
const CALLS: u64 = 180;

/// What the server did, by the mark each call carries.
#[derive(Default)]
struct Ledger {
    /// How often requests with a mark arrived, and under which keys.
    arrived: HashMap<String, Vec<Option<String>>>,
    /// Effects by key, or by mark where there is no key.
    done: HashSet<String>,
    /// Marks of effects, once for each.
    effects: HashMap<String, u32>,
}

/// A good spread of chance for a number: no two runs differ.
fn chance(mut seed: u64) -> u64 {
    seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// The mark of a call: it stands somewhere in its request.
fn mark(request: &Request) -> String {
    let text = format!("{}{}", request.head, String::from_utf8_lossy(&request.body));
    let at = text.find("mark-").unwrap();
    text[at..at + 11].to_owned()
}

impl Ledger {
    /// Takes note of a request; gives how often its mark has arrived.
    fn arrive(&mut self, mark: &str, key: Option<&str>) -> u64 {
        let arrivals = self.arrived.entry(mark.to_owned()).or_default();
        arrivals.push(key.map(str::to_owned));
        arrivals.len() as u64
    }

    /// Has the effect, unless it was had under this key before.
    fn act(&mut self, mark: &str, key: Option<&str>) {
        let name =
            key.map_or_else(|| format!("{mark}/{:?}", self.arrived[mark].len()), str::to_owned);
        if self.done.insert(name) {
            *self.effects.entry(mark.to_owned()).or_default() += 1;
        }
    }
}

/// Answers a request, or fails in one of a dozen ways.
fn serve(ledger: &Mutex<Ledger>, request: &Request) -> Vec<Act> {
    let mark = mark(request);
    let key = request.header("idempotency-key");
    let number: u64 = mark[5..].parse().unwrap();
    let good = ok(
        "application/json",
        r#"{"success":true,"payment_status":"pending","batch_id":"b","file_id":"f"}"#,
    );
    let mut ledger = ledger.lock().unwrap();
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
fn call<D: Driver>(client: &Client<D>, number: u64) -> (bool, Result<(), Error>) {
    let mark = format!("mark-{number:06}");
    let session = client.session("ses_1").unwrap();
    match number % 4 {
        0 => (false, D::finish(session.execute("codespar_pay", &json!({"note": mark}))).map(drop)),
        1 => {
            let bill = NewItem::pix_key(format!("{mark}@example.com"), Minor::new(100));
            let args = CreateBatch::default().items(vec![bill]);
            (true, D::finish(client.payables().batches().create(&args)).map(drop))
        }
        2 => (true, D::finish(session.payment_status(&mark)).map(drop)),
        _ => {
            let upload = Upload::guess(format!("{mark}.pdf"), vec![b'%'; 30_000]);
            (false, D::finish(client.payables().files().upload(&upload)).map(drop))
        }
    }
}

/// What the client knows of a call.
struct Known {
    mark: String,
    may_repeat: bool,
    result: Result<(), Error>,
}

fn chaos<D: Driver>() {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let served = Arc::clone(&ledger);
    let peer = Peer::start(move |request| serve(&served, request));
    let client = client::<D>(&peer.url(), Duration::from_millis(1500));
    let workers: Vec<_> = (0..THREADS)
        .map(|thread| {
            let client = client.clone();
            thread::spawn(move || {
                let numbers = thread * CALLS..(thread + 1) * CALLS;
                let known = numbers.map(|number| {
                    let (may_repeat, result) = call(&client, number);
                    Known { mark: format!("mark-{number:06}"), may_repeat, result }
                });
                known.collect::<Vec<_>>()
            })
        })
        .collect();
    let known: Vec<Known> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let ledger = ledger.lock().unwrap();
    let (mut failed, mut repeated) = (0, 0);
    for Known { mark, may_repeat, result } in &known {
        let arrivals = ledger.arrived.get(mark).map(Vec::as_slice).unwrap_or_default();
        let effects = ledger.effects.get(mark).copied().unwrap_or_default();
        failed += u32::from(result.is_err());
        repeated += u32::from(arrivals.len() > 1);
        if !may_repeat {
            assert!(arrivals.len() <= 1, "{mark} arrived {} times", arrivals.len());
            assert!(arrivals.iter().all(Option::is_none), "{mark} went out under a key");
            assert!(effects <= 1, "{mark} happened {effects} times");
        }
        let keys: HashSet<_> = arrivals.iter().collect();
        assert!(keys.len() <= 1, "{mark} went out under several keys");
        if keys.iter().any(|key| key.is_some()) {
            assert!(effects <= 1, "{mark} happened {effects} times");
        }
        match result {
            Ok(()) => assert!(effects >= 1, "{mark} is said to have happened, and did not"),
            Err(error) => {
                let denied = !error.may_have_been_sent() && !arrivals.is_empty();
                assert!(!denied, "{mark} arrived, the error denies it: {error:?}");
            }
        }
    }
    // The run was what it was meant to be.
    assert!(failed > known.len() as u32 / 10, "only {failed} of {} failed", known.len());
    assert!(repeated > known.len() as u32 / 20, "only {repeated} were repeated");
    assert!(failed < known.len() as u32 / 2, "{failed} of {} failed", known.len());
}

#[test]
fn never_twice_in_chaos_with_the_blocking_driver() {
    guarded("chaos, blocking", chaos::<UreqTransport>);
}

#[test]
fn never_twice_in_chaos_with_the_async_driver() {
    guarded("chaos, async", chaos::<HyperTransport>);
}
