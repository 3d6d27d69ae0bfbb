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
        CreateWebhookEndpoint, DeliveryStatus, ListWebhookEndpoints, TestFire,
        UpdateWebhookEndpoint, WebhookEndpoint, WebhookStatus,
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
    assert_eq!(refused(&error), (404, "trigger_not_found"));
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
