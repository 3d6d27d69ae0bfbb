//! The order service over sockets: from the order to the paid order, and to its end.

#[path = "../../../../examples/order_service.rs"]
#[allow(dead_code, reason = "the example's own `main`")]
mod example;

use std::time::Duration;

use codespar_async::{
    Client, Config, HyperTransport, TransportSettings,
    driver::{AsyncBody as _, AsyncTransport as _, Connect as _, Exchange},
    http::{Request, Response, Uri},
    webhook_endpoints::DeliveryStatus::{self, Delivered, Failed},
};
use codespar_sandbox::Sandbox;
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// How often a test looks before it gives up.
const PATIENCE: usize = 2_000;

/// The service, on a sandbox whose buyers pay when they are told to.
struct Shop {
    sandbox: Sandbox,
    client: Client,
    transport: HyperTransport,
    url: String,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), String>>,
}

type Answer = Response<codespar_async::HyperBody>;

impl Shop {
    async fn open() -> Self {
        let sandbox = Sandbox::builder().settle_after(Duration::MAX).start().unwrap();
        let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
        let client = Client::with_config(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let (its, public) = (client.clone(), url.clone());
        let ended = tokio::spawn(async move {
            let stop = async { drop(stopped.await) };
            example::serve(its, listener, &public, stop).await.map_err(|error| error.to_string())
        });
        let base: Uri = url.parse().unwrap();
        let transport = HyperTransport::connect(&TransportSettings::default(), &base).unwrap();
        Self { sandbox, client, transport, url, stop, ended }
    }

    async fn ask(&self, method: &str, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        self.transport.open(Exchange::new(request.body(Default::default()).unwrap())).await.unwrap()
    }

    /// Orders, and gives the id of the charge.
    async fn order(&self) -> String {
        let mut answer = self.ask("POST", "/orders").await;
        assert_eq!(answer.status(), 200);
        let order: Value = serde_json::from_str(&rest(&mut answer).await).unwrap();
        assert!(order["code"].as_str().unwrap().starts_with("0002"), "{order}");
        order["id"].as_str().unwrap().to_owned()
    }

    /// Waits until these are the deliveries to the service, newest first.
    async fn deliveries(&self, expected: &[DeliveryStatus]) {
        let endpoints = self.client.webhook_endpoints();
        let all: Vec<_> = endpoints.list(&Default::default()).try_collect().await.unwrap();
        let mut statuses = Vec::new();
        for _ in 0..PATIENCE {
            let rows = endpoints.deliveries(&*all[0].id, None).await.unwrap();
            statuses = rows.into_iter().filter_map(|row| row.status).collect();
            if statuses == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("not {expected:?}, but {statuses:?}");
    }
}

/// The next piece of a body; nothing at its end.
async fn piece(answer: &mut Answer) -> Option<String> {
    let piece = answer.body_mut().chunk(Some(Duration::from_secs(20))).await.unwrap();
    piece.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

async fn rest(answer: &mut Answer) -> String {
    let mut all = String::new();
    while let Some(piece) = piece(answer).await {
        all.push_str(&piece);
    }
    all
}

const WAITING: &str = "data: waiting for the payment\n\n";

#[tokio::test]
async fn an_order_is_charged_paid_told_and_shown_as_it_happens() {
    let shop = Shop::open().await;
    assert!(rest(&mut shop.ask("GET", "/").await).await.contains("EventSource"));
    let id = shop.order().await;
    let mut status = shop.ask("GET", &format!("/orders/{id}")).await;
    assert_eq!(status.headers()["content-type"], "text/event-stream");
    assert_eq!(piece(&mut status).await.as_deref(), Some(WAITING));
    assert_eq!(shop.ask("GET", "/orders/ch_other").await.status(), 404);

    assert!(shop.sandbox.pay(&id));
    assert_eq!(piece(&mut status).await.as_deref(), Some("data: paid\n\n"));
    shop.deliveries(&[Delivered]).await;

    // It ends though the stream is open, and the stream ends well.
    shop.stop.send(()).unwrap();
    assert_eq!(piece(&mut status).await, None);
    assert_eq!(shop.ended.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn nothing_is_shipped_on_the_word_of_an_event() {
    let shop = Shop::open().await;
    let id = shop.order().await;
    assert_eq!(shop.ask("POST", "/webhooks").await.status(), 401);
    let paid = "commerce.charge.paid";
    // A test, with which the service is content.
    shop.sandbox.deliver(paid, json!({ "payment_id": id, "test": true }));
    shop.deliveries(&[Delivered]).await;
    // Of an order that is not known yet: it is to come again.
    shop.sandbox.deliver(paid, json!({ "payment_id": "ch_other" }));
    shop.deliveries(&[Failed, Delivered]).await;
    // Rightly signed, and not so: the charge is read again, and the event is to come again.
    shop.sandbox.deliver(paid, json!({ "payment_id": id }));
    shop.deliveries(&[Failed, Failed, Delivered]).await;
    let mut status = shop.ask("GET", &format!("/orders/{id}")).await;
    assert_eq!(piece(&mut status).await.as_deref(), Some(WAITING));
    // It was so after all: the event comes again, and is believed.
    assert!(shop.sandbox.pay(&id));
    assert_eq!(piece(&mut status).await.as_deref(), Some("data: paid\n\n"));
}
