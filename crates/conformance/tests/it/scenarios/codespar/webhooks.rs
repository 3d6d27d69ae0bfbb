//! Webhooks: endpoints, and deliveries that really arrive and are verified.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread::JoinHandle,
    time::{Duration, Instant, SystemTime},
};

use codespar_proto::{
    ChargeMethod, Client, CreateCharge, Currency, Error, Json, Major,
    charges::ChargeStatus,
    webhook::{Event, EventType, Scheme, Verifier, WebhookError},
    webhook_endpoints::{
        CreateWebhookEndpoint, DeliveryStatus, ListAllDeliveries, ListWebhookEndpoints,
        SimulateCondition, TestFire, TriggerCondition, TriggerField, TriggerOperator, TriggerRule,
        UpdateWebhookEndpoint, WebhookEndpoint, WebhookStatus, Window,
    },
};
use codespar_sandbox::Sandbox;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{client_of, refused, wrong};

testing_support::with_both_drivers! {
    endpoints_are_made_changed_and_listed
    a_delivery_arrives_and_is_verified
    an_order_is_charged_paid_told_and_done
    a_delivery_that_fails_says_why
    a_delivery_is_tried_five_times_while_the_clock_is_turned
    a_condition_is_tried_set_and_kept
}

/// A delivery as it arrived.
struct Arrived {
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Takes so many deliveries and answers each with the status; gives up after a while.
fn receiver(deliveries: usize, status: u16) -> (String, JoinHandle<Vec<Arrived>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    let take = move || {
        let until = Instant::now() + Duration::from_secs(20);
        let mut taken = Vec::new();
        while taken.len() < deliveries && Instant::now() < until {
            match listener.accept() {
                Ok((stream, _)) => taken.push(delivery(stream, status)),
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        taken
    };
    (url, std::thread::spawn(take))
}

/// Reads one request and answers it.
fn delivery(mut stream: TcpStream, status: u16) -> Arrived {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let (headers, end) = loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "cut short");
        bytes.extend_from_slice(&buffer[..read]);
        let end = bytes.windows(4).position(|at| at == b"\r\n\r\n").map(|at| at + 4);
        let Some(end) = end else { continue };
        let headers = headers(&bytes[..end]);
        let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
        if bytes.len() >= end + length {
            break (headers, end);
        }
    };
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").unwrap();
    Arrived { headers, body: bytes.split_off(end) }
}

fn headers(head: &[u8]) -> HeaderMap {
    let lines = std::str::from_utf8(head).unwrap().lines().skip(1);
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let pair = |(name, value): (&str, &str)| {
        let value: HeaderValue = value.parse().unwrap();
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), value)
    };
    pairs.map(pair).collect()
}

/// An endpoint on this machine, which only a sandbox accepts.
fn endpoint_at<D: Driver>(client: &Client<D>, url: String) -> Result<WebhookEndpoint, Error> {
    let create = CreateWebhookEndpoint::new("hook", "commerce.charge.paid", url);
    D::finish(client.webhook_endpoints().create(&create))
}

/// Looks until it is so; what is sent beside has no other end that can be seen.
fn until(mut look: impl FnMut() -> Result<bool, Error>) -> TestResult {
    let end = Instant::now() + Duration::from_secs(20);
    while !look()? {
        assert!(Instant::now() < end, "it never came to that");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn paid() -> TestFire {
    let payload = Json::from(json!({"charge_id": "ch_1", "amount_minor": 4_990}));
    TestFire::default().event_type("commerce.charge.paid").payload(payload)
}

fn endpoints_are_made_changed_and_listed<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hooks = client.webhook_endpoints();
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        let create =
            CreateWebhookEndpoint::new(name, "commerce.charge.paid", "https://shop.test/hook");
        let made = D::finish(hooks.create(&create))?;
        let secret = made.secret.as_ref().unwrap();
        assert!(!format!("{made:?}").contains(secret.expose()));
        ids.insert(0, made.id);
    }
    let two = ListWebhookEndpoints::default().limit(2);
    let (listed, failed) = D::collect(hooks.list(&two));
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(listed.iter().map(|it| it.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(D::finish(hooks.list_page(&two))?.next.as_ref(), Some(&ids[1]));
    let seen = D::finish(hooks.get(&ids[0]))?;
    assert_eq!((seen.name.as_deref(), &seen.secret), (Some("c"), &None));

    let pause = UpdateWebhookEndpoint::default().status(WebhookStatus::Paused).name("c2");
    let paused = D::finish(hooks.update(&ids[0], &pause))?;
    assert_eq!(
        (paused.name.as_deref(), &paused.status),
        (Some("c2"), &Some(WebhookStatus::Paused))
    );
    let only = ListWebhookEndpoints::default().status(WebhookStatus::Paused);
    assert_eq!(D::finish(hooks.list_page(&only))?.items.len(), 1);
    D::finish(hooks.delete(&ids[0]))?;
    let error = D::finish(hooks.get(&ids[0])).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    for plain in ["http://shop.test/hook", "http://10.0.0.1/hook", "http://127.0.0.1.shop.test"] {
        let plain = CreateWebhookEndpoint::new("x", "e", plain);
        assert_eq!(wrong(&D::finish(hooks.create(&plain)).unwrap_err()), "webhook_url");
    }
    for here in ["http://127.0.0.1:1/hook", "http://localhost/hook", "http://[::1]:8080"] {
        D::finish(hooks.create(&CreateWebhookEndpoint::new("x", "e", here)))?;
    }
    let far = UpdateWebhookEndpoint::default().webhook_url("http://shop.test/hook");
    assert_eq!(wrong(&D::finish(hooks.update(&ids[1], &far)).unwrap_err()), "webhook_url");
    let nothing = D::finish(hooks.update(&ids[1], &UpdateWebhookEndpoint::default())).unwrap_err();
    assert_eq!(wrong(&nothing), "endpoint");
    Ok(())
}

fn a_delivery_arrives_and_is_verified<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hooks = client.webhook_endpoints();
    let (url, receiver) = receiver(4, 204);
    let made = endpoint_at(&client, url)?;
    let old = made.secret.clone().unwrap();
    let fired = D::finish(hooks.test_fire(&made.id, &paid()))?;
    assert_eq!(
        (&fired.status, fired.response_status),
        (&Some(DeliveryStatus::Delivered), Some(204))
    );
    let delivery = fired.delivery_id.clone().unwrap();
    let event = fired.event_id.clone().unwrap();

    let again = D::finish(hooks.redeliver(&delivery))?;
    assert_eq!((&again.event_id, &again.trigger_id), (&fired.event_id, &Some(made.id.clone())));
    // It is queued, and has to go out before the secret changes.
    until(|| Ok(D::finish(hooks.get(&made.id))?.total_runs == Some(2)))?;
    assert_eq!(D::finish(client.events().replay(&event, None))?.dispatched, Some(1));
    let new = D::finish(hooks.rotate_secret(&made.id))?.secret;
    D::finish(hooks.test_fire(&made.id, &TestFire::default()))?;

    let listed = D::finish(hooks.deliveries(&made.id, None))?;
    assert_eq!(listed.len(), 4);
    assert_eq!(D::finish(hooks.deliveries(&made.id, Some(1)))?.len(), 1);
    let whole = D::finish(hooks.delivery(&made.id, &delivery))?;
    let row = whole.delivery.as_ref().unwrap();
    assert_eq!((row.id.as_ref(), row.attempt), (Some(&delivery), Some(1)));
    assert_eq!(whole.event.as_ref().unwrap().id.as_ref(), Some(&event));
    let sent = whole.request.as_ref().unwrap().body.as_ref().unwrap();
    assert_eq!(Event::from_slice(sent.expose().as_bytes())?.id, event);
    assert_eq!(D::finish(hooks.get(&made.id))?.total_runs, Some(4));

    let arrived = receiver.join().unwrap();
    assert_eq!(arrived.len(), 4);
    let verifier = Verifier::new(old.expose())?;
    let now = SystemTime::now();
    for Arrived { headers, body } in &arrived[..3] {
        let verified = verifier.verify(headers, body, now)?;
        assert_eq!(verified.event.kind, EventType::CommerceChargePaid);
        assert_eq!(verified.event.id, event);
        assert_eq!(verified.headers.trigger_id.as_ref(), Some(&made.id));
        assert!(matches!(verified.scheme, Scheme::V1 { .. }) && verified.event.is_test());
        assert_eq!(verified.event.data_as::<Value>()?["charge_id"], "ch_1");
        let mut forged = body.clone();
        forged.push(b' ');
        assert_eq!(verifier.verify(headers, &forged, now).unwrap_err(), WebhookError::NoMatch);
        let late = verifier.verify(headers, body, now + Duration::from_secs(3_600));
        assert!(matches!(late, Err(WebhookError::TooOld { .. })));
    }
    let Arrived { headers, body } = &arrived[3];
    assert_eq!(verifier.verify(headers, body, now).unwrap_err(), WebhookError::NoMatch);
    let both = Verifier::new(old.expose())?.also(new.expose())?;
    assert_eq!(both.verify(headers, body, now)?.event.kind, EventType::TriggerTestFire);
    Ok(())
}

fn an_order_is_charged_paid_told_and_done<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_millis(50)).start()?;
    let client = client_of::<D>(&sandbox);
    let (url, receiver) = receiver(1, 204);
    let made = endpoint_at(&client, url)?;
    let order = CreateCharge::new(Major::new(10), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con-1")
        .due_date("2030-01-31")
        .idempotency_key("order-1");
    let charge = D::finish(client.charges().create(&order))?;
    let arrived = receiver.join().unwrap();
    let [Arrived { headers, body }] = &arrived[..] else { panic!("nothing was delivered") };
    let verifier = Verifier::new(made.secret.unwrap().expose())?;
    let verified = verifier.verify(headers, body, SystemTime::now())?;
    assert_eq!(verified.event.kind, EventType::CommerceChargePaid);
    assert!(!verified.event.is_test());
    assert_eq!(verified.event.data_as::<Value>()?["payment_id"], json!(charge.id));
    let paid = D::finish(client.charges().get("order-1"))?;
    assert_eq!(paid.status, Some(ChargeStatus::Confirmed));
    Ok(())
}

fn a_delivery_that_fails_says_why<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hooks = client.webhook_endpoints();
    let (url, receiver) = receiver(1, 500);
    let made = endpoint_at(&client, url)?;
    let fired = D::finish(hooks.test_fire(&made.id, &paid()))?;
    assert_eq!(
        (&fired.status, fired.error.as_deref()),
        (&Some(DeliveryStatus::Failed), Some("http_500"))
    );
    assert_eq!(receiver.join().unwrap().len(), 1);
    let remote =
        CreateWebhookEndpoint::new("far", "commerce.charge.paid", "https://shop.test/hook");
    let remote = D::finish(hooks.create(&remote))?;
    let blocked = D::finish(hooks.test_fire(&remote.id, &TestFire::default()))?;
    assert_eq!(
        (blocked.response_status, blocked.error.as_deref()),
        (None, Some("ssrf_blocked:sandbox"))
    );
    assert!(D::finish(hooks.dlq(&made.id, None))?.is_empty());
    assert_eq!(D::finish(hooks.retry_pending())?.scanned, Some(0));

    D::finish(
        hooks.update(&made.id, &UpdateWebhookEndpoint::default().status(WebhookStatus::Paused)),
    )?;
    let error =
        D::finish(client.events().replay(fired.event_id.unwrap(), Some(&*made.id))).unwrap_err();
    assert_eq!(refused(&error), (409, "trigger_not_active"));
    let error = D::finish(client.events().replay("evt_none", None)).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    let error = D::finish(hooks.redeliver("not-a-number")).unwrap_err();
    assert_eq!(refused(&error), (400, "invalid_delivery_id"));
    let list = TestFire::default().payload(Json::from(json!([1])));
    assert_eq!(wrong(&D::finish(hooks.test_fire(&made.id, &list)).unwrap_err()), "payload");
    Ok(())
}

fn a_delivery_is_tried_five_times_while_the_clock_is_turned<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hooks = client.webhook_endpoints();
    let (url, receiver) = receiver(5, 500);
    let made = endpoint_at(&client, url)?;
    sandbox.deliver("commerce.charge.paid", json!({"payment_id": "ch_1"}));
    let attempts = || D::finish(hooks.deliveries(&made.id, None));
    for (attempt, minutes) in [(1, 1), (2, 5), (3, 30), (4, 120)] {
        until(|| Ok(attempts()?[0].next_retry_at.is_some() && attempts()?.len() == attempt))?;
        sandbox.advance(Duration::from_secs(60 * minutes));
    }
    until(|| Ok(attempts()?[0].status == Some(DeliveryStatus::Dead)))?;
    let arrived = receiver.join().unwrap();
    let numbers: Vec<_> = arrived.iter().map(|it| &it.headers["x-codespar-attempt"]).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5"]);
    let dead = D::finish(hooks.dlq(&made.id, None))?;
    assert_eq!((dead.len(), dead[0].attempt, dead[0].dead_at.is_some()), (1, Some(5), true));

    // What is told of an attempt is what was signed: the signature can be made again of it.
    let id = dead[0].id.as_ref().unwrap();
    let whole = D::finish(hooks.delivery(&made.id, id))?.request.unwrap();
    let (body, sent_at) = (whole.body.as_ref().unwrap(), whole.sent_at.unwrap());
    assert_eq!(body.expose().as_bytes(), arrived[4].body);
    let signature = arrived[4].headers["x-codespar-signature"].to_str()?;
    assert!(signature.starts_with(&format!("t={sent_at},v1=")), "{signature}");
    let health = &D::finish(hooks.list_page(&ListWebhookEndpoints::default()))?.items[0];
    assert_eq!((health.consecutive_failures, health.last_response_status), (Some(5), Some(500)));

    let all = ListAllDeliveries::default().status(DeliveryStatus::Failed).limit(3);
    let (rows, failed) = D::collect(hooks.all_deliveries(&all));
    assert!(failed.is_none() && rows.len() == 4, "{failed:?} {rows:?}");
    assert_eq!(rows[0].trigger_name.as_deref(), Some("hook"));
    assert_eq!(D::finish(hooks.count_deliveries(&all))?, 4);
    let tomorrow = ListAllDeliveries::default().since("2099-01-01T00:00:00Z");
    assert_eq!(D::finish(hooks.count_deliveries(&tomorrow))?, 0);
    Ok(())
}

fn a_condition_is_tried_set_and_kept<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hooks = client.webhook_endpoints();
    let rule = TriggerRule::new(TriggerField::AmountMinor, TriggerOperator::Gte, json!(200));
    let condition = TriggerCondition::new(vec![rule]);
    let create = CreateWebhookEndpoint::new("h", "commerce.charge.paid", "https://shop.test/h")
        .condition(condition.clone());
    let made = D::finish(hooks.create(&create))?;
    assert_eq!(made.event_known, Some(true));
    assert_eq!(made.condition.as_ref().unwrap().all[0].op, Some(TriggerOperator::Gte));
    let reached = [100, 200, 300]
        .map(|minor| sandbox.deliver("commerce.charge.paid", json!({"amount_minor": minor})));
    assert_eq!(reached, [0, 1, 1]);
    let tried = SimulateCondition::new("commerce.charge.paid").condition(condition);
    let tried = D::finish(hooks.simulate(&tried.window(Window::Hour)))?;
    assert_eq!((tried.scanned, tried.matched, tried.truncated), (Some(3), Some(2), Some(false)));
    let told = D::finish(client.events().summary(Some(Window::Week)))?;
    assert_eq!(told.by_type["commerce.charge.paid"], 3);

    let again = D::finish(client.events().replay(&tried.sample_event_ids[0], None))?;
    // Nothing leaves this machine.
    assert_eq!((again.dispatched, again.rejected), (Some(0), Some(1)));
    let days = TriggerRule::new(TriggerField::DaysBefore, TriggerOperator::Eq, json!(3));
    let other = UpdateWebhookEndpoint::default().condition(TriggerCondition::new(vec![days]));
    let error = D::finish(hooks.update(&made.id, &other)).unwrap_err();
    assert_eq!(refused(&error), (400, "trigger_condition_invalid"));
    let events = D::finish(hooks.event_types())?;
    let paid = events.iter().find(|it| it.kind.as_deref() == Some("commerce.charge.paid"));
    assert_eq!(paid.unwrap().condition_fields[0].field.as_deref(), Some("amount_minor"));
    Ok(())
}
