//! An order service on axum: an order, its Pix code, the payment, the webhook, the order paid; its
//! page shows each live.
//!
//! `cargo run -p codespar-axum --example order_service` runs on a sandbox of its own, whose buyers
//! pay by themselves after a while, or on the real API when `CODESPAR_API_KEY` is set. Then
//! `PUBLIC_URL` is the https address under which the service reaches this one.

#[path = "shared/server.rs"]
mod shared;

use std::{collections::HashMap, convert::Infallible, error::Error, sync::Arc};

use axum::{
    Json, Router,
    extract::{FromRef, Path, State},
    http::StatusCode,
    response::{Html, Response, Result, Sse, sse::Event},
    routing::{get, post},
};
use codespar_async::{
    Buyer, ChargeArgs, Client, CreateSession, PaymentState, Session,
    types::ToolCallId,
    webhook::{self, EventData, MemorySeenEvents, Verifier},
    webhook_endpoints::CreateWebhookEndpoint,
};
use codespar_axum::{CallFailed, Webhook, Webhooks};
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    signal,
    sync::{RwLock, watch},
};
use tokio_stream::wrappers::WatchStream;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let (config, _sandbox) = shared::server()?;
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let public = std::env::var("PUBLIC_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".into());
    println!("Order at http://127.0.0.1:8080; Ctrl-C ends it.");
    serve(Client::with_config(config)?, listener, &public, signal::ctrl_c().map(drop)).await
}

/// Sells until it is told to stop; what is under way then is finished.
pub(crate) async fn serve(
    client: Client,
    listener: TcpListener,
    public: &str,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::result::Result<(), Box<dyn Error>> {
    // One of your own makes its endpoint once, and keeps the secret.
    let hook = format!("{public}/webhooks");
    let hook = CreateWebhookEndpoint::new("orders", "commerce.charge.paid", hook);
    let endpoint = client.webhook_endpoints().create(&hook).await?;
    let secret = endpoint.secret.ok_or("the endpoint has no secret")?;
    let (open, closing) = watch::channel(());
    let shop = Shop {
        session: client.create(&CreateSession::new("shop")).await?,
        webhooks: Webhooks::new(Verifier::new(secret.expose())?),
        orders: Arc::default(),
        seen: Arc::default(),
        closing,
    };
    let app = Router::new()
        .route("/", get(async || Html(include_str!("order_service.html"))))
        .route("/orders", post(order))
        .route("/orders/{id}", get(follow))
        .route("/webhooks", post(paid))
        .with_state(shop);
    // A stream would stay open for ever: it ends when this sender is gone.
    let stop = stop.map(|()| drop(open));
    Ok(axum::serve(listener, app).with_graceful_shutdown(stop).await?)
}

/// By the id of the charge: the call that made it, and how the order stands.
type Orders = HashMap<String, (ToolCallId, watch::Sender<&'static str>)>;

/// What the handlers share, each by its type. Orders and what was seen belong into a database.
#[derive(Clone, FromRef)]
struct Shop {
    session: Session,
    webhooks: Webhooks,
    orders: Arc<RwLock<Orders>>,
    seen: Arc<MemorySeenEvents>,
    closing: watch::Receiver<()>,
}

/// `POST /orders`: charges the buyer, and gives the code to pay with.
async fn order(State(shop): State<Shop>) -> Result<Json<Value>> {
    let price = "150.00".parse().map_err(CallFailed)?;
    let args = ChargeArgs::pix(price, "A chair", Buyer::new("Maria Silva"));
    let charge = shop.session.charge(&args).await.map_err(CallFailed)?;
    let call = charge.call_id().map_err(CallFailed)?.clone();
    // The charge is made: not 502, 503 or 504, which are repeated by rule.
    let id = charge.id.clone().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    let code = charge.pix_copy_paste.as_ref().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    let order = (call, watch::Sender::new("waiting for the payment"));
    shop.orders.write().await.insert(id.clone(), order);
    Ok(Json(json!({ "id": id, "code": code.expose() })))
}

/// `GET /orders/{id}`: how the order stands, and every change, as server-sent events.
async fn follow(
    State(shop): State<Shop>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    let orders = shop.orders.read().await;
    let (_, status) = orders.get(&id).ok_or(StatusCode::NOT_FOUND)?;
    let statuses = WatchStream::new(status.subscribe());
    let mut closing = shop.closing.clone();
    let closed = async move { drop(closing.changed().await) };
    Ok(Sse::new(statuses.map(|status| Ok(Event::default().data(status))).take_until(closed)))
}

/// `POST /webhooks`: told that a charge was paid, it asks how things stand before it ships.
async fn paid(State(shop): State<Shop>, webhook: Webhook) -> Response {
    let work = async |event: webhook::Event| {
        let EventData::Payment(paid) = event.typed_data().map_err(CallFailed)? else {
            return Ok(()); // a test
        };
        let id = paid.payment_id.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
        // Perhaps the answer to the charge is still on its way: then the event comes again.
        let order = shop.orders.read().await.get(&id).cloned();
        let (call, status) = order.ok_or(StatusCode::NOT_FOUND)?;
        let payment = shop.session.payment_status(&call).await.map_err(CallFailed)?;
        if payment.payment_status != PaymentState::Succeeded {
            return Err(StatusCode::CONFLICT.into()); // not yet: the event comes again
        }
        status.send_replace("paid");
        Ok(())
    };
    webhook.once(&*shop.seen, work).await
}
