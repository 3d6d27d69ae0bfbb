//! Connections that the server closes while the program's only thread is busy with something else.

use std::{thread, time::Duration};

use codespar_async::Client;
use hostile::{
    Act, LONG, Peer, Settings, TlsPeer, guarded,
    h2::{
        H2Peer, Habits,
        frame::{END_HEADERS, END_STREAM, code, data, go_away, headers},
    },
    ok,
};
use serde_json::json;
const CHARGES: usize = 10;
const ANSWER: &str = r#"{"success":true,"data":{"id":"pay_1"}}"#;

/// Where the program keeps its thread busy.
const PLACES: [Place; 2] = [Place::BetweenRuns, Place::Within];

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Between two runs of the runtime.
    BetweenRuns,
    /// Within one.
    Within,
}

/// Charges one by one; after each the thread waits for the server to close.
fn charge_by_turns(settings: &Settings, place: Place, closed: impl Fn(usize)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client: Client = Client::with_config(settings.codespar()).unwrap();
    let charge = async || {
        let session = client.session("ses_1").unwrap();
        let call = session.execute("codespar_charge", &json!({"amount": 500}));
        let reply = call.with_response().await.unwrap();
        assert_eq!(reply.attempts, 1);
    };
    match place {
        Place::BetweenRuns => (1..=CHARGES).for_each(|number| {
            runtime.block_on(charge());
            closed(number);
        }),
        Place::Within => runtime.block_on(async {
            for number in 1..=CHARGES {
                charge().await;
                closed(number);
            }
        }),
    }
}

/// Waits on this thread, which is the point.
fn until(over: impl Fn() -> bool) {
    while !over() {
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_hostile_close_behind_a_busy_thread_gets_no_request() {
    guarded("plain", || {
        for place in PLACES {
            let peer = Peer::start(|_| {
                vec![Act::send(ok("application/json", ANSWER)), Act::Pause, Act::Close]
            });
            let settings = Settings::new(&peer.url(), LONG);
            charge_by_turns(&settings, place, |number| {
                until(|| peer.connections() == number && peer.open() == 0);
            });
            assert_eq!((peer.seen(), peer.connections()), (CHARGES, CHARGES), "{place:?}");
        }
    });
}

#[test]
fn a_hostile_close_behind_a_busy_thread_gets_no_request_over_tls() {
    guarded("tls", || {
        for place in PLACES {
            let peer = TlsPeer::closing(|_| ok("application/json", ANSWER));
            let mut settings = Settings::new(&peer.url(), LONG);
            settings.transport.extra_roots = vec![peer.root()];
            charge_by_turns(&settings, place, |number| until(|| peer.closed() == number));
            assert_eq!(peer.seen(), CHARGES, "{place:?}");
        }
    });
}

#[test]
fn a_hostile_h2_goodbye_behind_a_busy_thread_gets_no_request() {
    guarded("h2", || {
        for place in PLACES {
            let peer = H2Peer::start(Habits::default(), |_, stream| {
                let fields = [(":status", "200"), ("content-type", "application/json")];
                let answer =
                    [headers(stream, END_HEADERS, &fields), data(stream, END_STREAM, ANSWER)];
                let goodbye = go_away(stream, code::NO_ERROR, "");
                vec![Act::send(answer.concat()), Act::Pause, Act::send(goodbye), Act::Close]
            });
            let mut settings = Settings::new(&peer.url(), LONG);
            settings.transport.extra_roots = vec![H2Peer::root()];
            charge_by_turns(&settings, place, |number| until(|| peer.closed() == number));
            assert_eq!((peer.seen(), peer.connections()), (CHARGES, CHARGES), "{place:?}");
        }
    });
}

/// The other driver asks each connection before it uses it; it is held to the same.
#[test]
fn a_hostile_close_between_blocking_calls_gets_no_request() {
    guarded("blocking", || {
        let peer = TlsPeer::closing(|_| ok("application/json", ANSWER));
        let mut settings = Settings::new(&peer.url(), LONG);
        settings.transport.extra_roots = vec![peer.root()];
        let client = codespar_blocking::Client::with_config(settings.codespar()).unwrap();
        for number in 1..=CHARGES {
            let session = client.session("ses_1").unwrap();
            let call = session.execute("codespar_charge", &json!({"amount": 500}));
            assert_eq!(call.with_response().send().unwrap().attempts, 1);
            until(|| peer.closed() == number);
        }
        assert_eq!(peer.seen(), CHARGES);
    });
}
