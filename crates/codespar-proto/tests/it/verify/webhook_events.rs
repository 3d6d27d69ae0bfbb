//! Events of webhooks: what their particulars are read as, and that their work is done once.

use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use codespar_proto::{
    ErrorKind, Minor,
    webhook::{
        AsyncSeenEvents, Claim, Event, EventData, EventType, MemorySeenEvents, Once, OnceError,
        SIGNATURE, Secret, SeenEvents, Verifier, WebhookError, once, once_async, sign,
    },
};
use serde_json::{Value, json};

fn event(kind: &str, data: Value) -> Event {
    let body = json!({ "id": "evt_1", "type": kind, "data": data });
    Event::from_slice(body.to_string().as_bytes()).unwrap()
}

#[test]
fn charges_and_payments_are_typed_and_lose_nothing() {
    let data = json!({ "payment_id": "ch_1", "amount_minor": 15000, "rail": "pix", "e2e": [1] });
    for kind in ["commerce.charge.paid", "commerce.charge.new_name", "commerce.payment.refunded"] {
        let event = event(kind, data.clone());
        let EventData::Payment(paid) = event.typed_data().unwrap() else { panic!("{kind}") };
        assert_eq!(paid.payment_id.as_deref(), Some("ch_1"));
        assert_eq!(
            (paid.amount_minor, paid.rail.as_deref()),
            (Some(Minor::new(15000)), Some("pix"))
        );
        assert_eq!(paid.extra.get("e2e").unwrap().as_str(), "[1]");
        assert_eq!(serde_json::to_value(&paid).unwrap(), data);
    }
    // Every member is optional, and a body without particulars has none.
    let EventData::Payment(paid) = event("commerce.charge.paid", json!({})).typed_data().unwrap()
    else {
        panic!("not a payment")
    };
    assert_eq!((paid.payment_id, paid.amount_minor), (None, None));
}

#[test]
fn a_known_member_that_is_something_else_is_told() {
    let error = event("commerce.charge.paid", json!({ "amount_minor": "much" })).typed_data();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("data.amount_minor"), "{error}");
}

#[test]
fn what_is_not_known_stays_as_it_came() {
    for kind in ["approval.pending", "commerce.chargeback.opened", "moon.full"] {
        let event = event(kind, json!({ "amount_minor": "much" }));
        let EventData::Other(data) = event.typed_data().unwrap() else { panic!("{kind}") };
        assert_eq!(data.as_str(), r#"{"amount_minor":"much"}"#);
        assert_eq!(event.data_as::<Value>().unwrap(), json!({ "amount_minor": "much" }));
    }
}

/// A test of a paid charge is none, wherever the mark stands.
#[test]
fn a_test_is_never_taken_for_what_it_pretends() {
    let marked = json!({ "payment_id": "ch_1", "test": true, "trigger_id": "trg_1" });
    let within = event("commerce.charge.paid", marked);
    let beside = br#"{"id":"e","type":"commerce.charge.paid","test":true,"data":{}}"#;
    let beside = Event::from_slice(beside).unwrap();
    assert_eq!(beside.test, Some(true));
    let named = event("trigger.test_fire", json!(null));
    for event in [&within, &beside] {
        assert!(event.is_test());
        assert!(matches!(event.typed_data().unwrap(), EventData::Test(_)), "{event:?}");
    }
    assert!(named.is_test());
    let EventData::Test(test) = within.typed_data().unwrap() else { panic!("no test") };
    assert_eq!((test.test, test.trigger_id.as_deref()), (Some(true), Some("trg_1")));
    assert_eq!(test.extra.get("payment_id").unwrap().as_str(), r#""ch_1""#);
    for no_test in [json!({ "test": false }), json!({}), json!([1]), json!(null)] {
        assert!(!event("commerce.charge.paid", no_test).is_test());
    }
}

#[test]
fn a_whole_request_is_verified_and_refusals_have_a_status() {
    let secret = "3f9a1c0e5b7d2468ace013579bdf0246";
    let (now, body) = (1_790_950_180, br#"{"id":"e","type":"session.closed"}"#);
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let signature = sign(&Secret::new(secret).unwrap(), 1_790_950_180, body);
    let request = |signature: &str, body: &[u8]| {
        http::Request::post("/").header(SIGNATURE, signature).body(body.to_vec()).unwrap()
    };
    let verifier = Verifier::new(secret).unwrap();
    let verify = |signature: &str, body: &[u8], now| {
        verifier.verify_request(&request(signature, body), at(now)).map(|it| it.event.kind)
    };
    assert_eq!(verify(&signature, body, now), Ok(EventType::SessionClosed));
    let empty = sign(&Secret::new(secret).unwrap(), 1_790_950_180, b"");
    for (refused, status) in [
        (verify(&signature, b"{}", now), 401),
        (verify(&signature, body, now + 301), 401),
        (verify(&signature, body, now - 301), 401),
        (verify("junk", body, now), 400),
        (verify(&empty, b"", now), 400),
        (verifier.verify_request(&http::Request::new(body), at(now)).map(|it| it.event.kind), 401),
    ] {
        assert_eq!(refused.unwrap_err().status_to_answer(), status);
    }
    assert_eq!(WebhookError::LegacyNotAccepted.status_to_answer(), 401);
    assert_eq!(Verifier::new("").unwrap_err().status_to_answer(), 500);
}

const NOW: SystemTime = UNIX_EPOCH;

#[test]
fn work_is_done_once_and_again_after_it_failed() {
    let seen = MemorySeenEvents::default();
    let count = Cell::new(0);
    let work = |result: Result<u8, &'static str>| {
        once(&seen, "evt_1", NOW, || {
            count.set(count.get() + 1);
            result
        })
    };
    assert_eq!(work(Err("no database")), Err(OnceError::Work("no database")));
    assert_eq!(work(Ok(7)), Ok(Once::Now(7)));
    assert_eq!(work(Ok(8)), Ok(Once::Before));
    assert_eq!(count.get(), 2);
    assert_eq!(once(&seen, "evt_2", NOW, || Ok::<_, ()>(1)), Ok(Once::Now(1)));
}

#[test]
fn what_is_under_way_is_not_begun_again_until_its_lease_is_over() {
    let seen = MemorySeenEvents::new(10).lease(Duration::from_secs(60));
    let claim = |seconds| SeenEvents::claim(&seen, "e", NOW + Duration::from_secs(seconds));
    assert_eq!(claim(10), Ok(Claim::Yours));
    assert_eq!(claim(69), Ok(Claim::Running));
    // A clock that was set back makes nothing free.
    assert_eq!(claim(0), Ok(Claim::Running));
    assert_eq!(claim(70), Ok(Claim::Yours));
    assert_eq!(claim(71), Ok(Claim::Running));
    SeenEvents::done(&seen, "e").unwrap();
    assert_eq!(claim(10_000), Ok(Claim::Done));
    let within = once(&seen, "f", NOW, || once(&seen, "f", NOW, || Ok::<_, ()>(())).map_err(drop));
    assert_eq!(within, Ok(Once::Now(Once::Running)));
}

#[test]
fn work_that_fails_late_does_not_undo_what_was_done_meanwhile() {
    let seen = MemorySeenEvents::new(10).lease(Duration::from_secs(60));
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let slow = || {
        // It takes longer than the lease: another delivery is dealt with meanwhile.
        assert_eq!(once(&seen, "evt_1", at(60), || Ok::<_, ()>(())), Ok(Once::Now(())));
        Err::<(), _>("paid already")
    };
    assert_eq!(once(&seen, "evt_1", at(0), slow), Err(OnceError::Work("paid already")));
    assert_eq!(once(&seen, "evt_1", at(61), || Ok::<_, ()>(())), Ok(Once::Before));
}

#[test]
fn memory_is_bounded_and_the_oldest_go_first() {
    let seen = MemorySeenEvents::new(3);
    for id in ["a", "b", "c", "d"] {
        once(&seen, id, NOW, || Ok::<_, ()>(())).unwrap();
    }
    assert!(format!("{seen:?}").contains("known: 3"), "{seen:?}");
    // Released ones leave no trace that would push another out.
    for _ in 0..10 {
        once(&seen, "x", NOW, || Err::<(), _>(())).unwrap_err();
    }
    let known = ["b", "c", "d"].map(|id| SeenEvents::claim(&seen, id, NOW).unwrap());
    assert_eq!(known, [Claim::Yours, Claim::Done, Claim::Done]);
}

/// A store that takes its time and fails when it is told to.
struct Slow {
    inner: MemorySeenEvents,
    log: Mutex<Vec<&'static str>>,
    fails: &'static str,
}

impl Slow {
    async fn step(&self, name: &'static str) -> Result<(), String> {
        let mut looked = false;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut looked, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        self.log.lock().unwrap().push(name);
        if self.fails == name { Err(name.to_owned()) } else { Ok(()) }
    }
}

impl AsyncSeenEvents for Slow {
    type Error = String;

    async fn claim(&self, id: &str, now: SystemTime) -> Result<Claim, String> {
        self.step("claim").await?;
        Ok(SeenEvents::claim(&self.inner, id, now).unwrap())
    }

    async fn done(&self, id: &str) -> Result<(), String> {
        self.step("done").await?;
        SeenEvents::done(&self.inner, id).map_err(|never| match never {})
    }

    async fn release(&self, id: &str) -> Result<(), String> {
        self.step("release").await?;
        SeenEvents::release(&self.inner, id).map_err(|never| match never {})
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

#[test]
fn a_store_that_is_waited_for_is_told_the_same() {
    let slow = |fails| Slow { inner: MemorySeenEvents::default(), log: Mutex::default(), fails };
    let seen = slow("");
    let work = |result: Result<u8, u8>| run(once_async(&seen, "e", NOW, async || result));
    assert_eq!(work(Err(1)), Err(OnceError::Work(1)));
    assert_eq!(work(Ok(2)), Ok(Once::Now(2)));
    assert_eq!(work(Ok(3)), Ok(Once::Before));
    assert_eq!(*seen.log.lock().unwrap(), ["claim", "release", "claim", "done", "claim"]);
    // A failure of the work is told before one of the store.
    for (fails, result, told) in [
        ("claim", Ok(1), OnceError::Store("claim".to_owned())),
        ("done", Ok(1), OnceError::Store("done".to_owned())),
        ("release", Err(9), OnceError::Work(9)),
    ] {
        let seen = slow(fails);
        assert_eq!(run(once_async(&seen, "e", NOW, async || result)), Err(told));
    }
}
