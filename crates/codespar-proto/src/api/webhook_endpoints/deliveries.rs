//! What was delivered to webhook endpoints, and delivering it again
//! (`/v1/webhook-endpoints/{endpoint_id}/deliveries`, `/v1/events`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, driver::Transport, endpoints, kit::Response,
};

use crate::{
    api::{
        answer::require_list,
        webhook_endpoints::{
            WebhookEndpoints, WebhookStatus,
            delivery::{Delivery, DeliveryDetail, DeliveryStatus},
        },
    },
    check::{check_object, check_range},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Delivers a made-up event to a webhook endpoint and says how that went.
    fn test_fire(endpoint_id; json: &TestFire) -> TestDelivery:
        "webhook_endpoints.test_fire" POST "/v1/webhook-endpoints/{endpoint_id}/test-fire",
        scope "triggers:write";
    /// Lists the latest attempts to deliver to a webhook endpoint.
    fn deliveries(endpoint_id; query: &ListDeliveries) -> Vec<Delivery>:
        "webhook_endpoints.deliveries" GET "/v1/webhook-endpoints/{endpoint_id}/deliveries",
        scope "triggers:read",
        read read_deliveries;
    /// Reads an attempt to deliver, with what was sent and what the application answered.
    fn delivery(endpoint_id, delivery_id) -> DeliveryDetail:
        "webhook_endpoints.delivery" GET
        "/v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}", scope "triggers:read";
    /// Lists what could not be delivered to a webhook endpoint and is not tried any more.
    fn dlq(endpoint_id; query: &ListDeliveries) -> Vec<Delivery>:
        "webhook_endpoints.dlq" GET "/v1/webhook-endpoints/{endpoint_id}/dlq",
        scope "triggers:read",
        read read_deliveries;
    /// Tries the project's pending deliveries now.
    fn retry_pending() -> PendingRetries:
        "webhook_endpoints.retry_pending" POST "/v1/webhook-endpoints/retry-pending",
        scope "triggers:write";
    /// Delivers the event of an attempt once more; each call is another delivery.
    fn redeliver(delivery_id) -> Redelivery:
        "webhook_endpoints.redeliver" POST
        "/v1/webhook-endpoints/deliveries/{delivery_id}/redeliver", scope "triggers:write";
}

/// What a test delivers; the service chooses whatever is not set, and marks it as a test.
///
/// ```
/// use codespar_proto::webhook_endpoints::TestFire;
///
/// let args = TestFire::default().event_type("commerce.charge.paid");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct TestFire {
    /// The type of the event to make up, such as `commerce.charge.paid`.
    pub event_type: Option<String>,
    /// Its data, a JSON object.
    pub payload: Option<Json>,
}

impl TestFire {
    fn check(&self) -> Result<(), Error> {
        check_object("payload", self.payload.as_ref())
    }
}

/// Which attempts to deliver are listed.
#[derive(Args)]
#[wire(check)]
struct ListDeliveries {
    /// How many at most, 1 to 200.
    #[wire(no_setter)]
    limit: Option<u32>,
}

impl ListDeliveries {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// How a test went.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TestDelivery {
    /// The id of the webhook endpoint.
    pub trigger_id: Option<String>,
    /// The event that was made up.
    pub event_id: Option<String>,
    /// The delivery, where there was one.
    pub delivery_id: Option<String>,
    /// The status of the delivery.
    pub status: Option<DeliveryStatus>,
    /// The status your application answered with.
    pub response_status: Option<u16>,
    /// What went wrong: `timeout`, `http_500`, `ssrf_blocked:…`.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What trying pending deliveries again came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PendingRetries {
    /// How many were looked at.
    pub scanned: Option<u64>,
    /// How many were tried.
    pub redispatched: Option<u64>,
    /// How many arrived.
    pub delivered: Option<u64>,
    /// How many did not.
    pub failed: Option<u64>,
    /// How many will not be tried any more.
    pub dead: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// That an event is being delivered again.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Redelivery {
    /// The new delivery.
    pub redelivery_id: Option<String>,
    /// The id of the webhook endpoint that is delivered to.
    pub trigger_id: Option<String>,
    /// The id of the event that is delivered again.
    pub event_id: Option<String>,
    /// How the endpoint stands.
    pub trigger_status: Option<WebhookStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Attempts {
    deliveries: Option<Vec<Delivery>>,
    dead_letters: Option<Vec<Delivery>>,
    dlq: Option<Vec<Delivery>>,
    data: Option<Vec<Delivery>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_deliveries(answer: Response) -> Result<Vec<Delivery>, Error> {
    let listed: Attempts = answer.json()?;
    let rows = listed.deliveries.or(listed.dead_letters).or(listed.dlq).or(listed.data);
    require_list(&answer, "deliveries", rows)
}

impl<T: Transport> WebhookEndpoints<T> {
    /// Delivers a made-up event to an endpoint and says how that went
    /// (`POST /v1/webhook-endpoints/{endpoint_id}/test-fire`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id` or `payload`; `Api` with `trigger_not_active`.
    ///
    /// ```
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::webhook_endpoints::TestFire;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let endpoints = client.webhook_endpoints();
    /// let test = endpoints.test_fire("trg_0123456789abcdef", &TestFire::default()).send()?;
    /// println!("{:?} {:?}", test.status, test.error);
    /// # Ok(()) }
    /// ```
    pub fn test_fire(
        &self,
        endpoint_id: impl AsRef<str>,
        args: &TestFire,
    ) -> Call<T, TestDelivery> {
        self.client().call(test_fire(self.client().service(), endpoint_id.as_ref(), args))
    }

    /// The latest attempts to deliver to an endpoint, at most `limit` of them, 1 to 200
    /// (`GET /v1/webhook-endpoints/{endpoint_id}/deliveries`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id` or `limit`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let endpoints = client.webhook_endpoints();
    /// for delivery in endpoints.deliveries("trg_0123456789abcdef", Some(50)).send()? {
    ///     println!("{:?} {:?}", delivery.id, delivery.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn deliveries(
        &self,
        endpoint_id: impl AsRef<str>,
        limit: Option<u32>,
    ) -> Call<T, Vec<Delivery>> {
        let args = ListDeliveries { limit };
        self.client().call(deliveries(self.client().service(), endpoint_id.as_ref(), &args))
    }

    /// One attempt, with what was sent and what your application answered
    /// (`GET /v1/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id` or `delivery_id`; `Api` with `invalid_delivery_id`,
    /// `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let seen = client.webhook_endpoints().delivery("trg_0123456789abcdef", "90817").send()?;
    /// if let Some(answered) = &seen.response {
    ///     println!("{:?} {:?}", answered.status, answered.error);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn delivery(
        &self,
        endpoint_id: impl AsRef<str>,
        delivery_id: impl AsRef<str>,
    ) -> Call<T, DeliveryDetail> {
        let service = self.client().service();
        self.client().call(delivery(service, endpoint_id.as_ref(), delivery_id.as_ref()))
    }

    /// What could not be delivered to an endpoint and will not be tried any more, at most `limit`
    /// of them, 1 to 200 (`GET /v1/webhook-endpoints/{endpoint_id}/dlq`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id` or `limit`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for dead in client.webhook_endpoints().dlq("trg_0123456789abcdef", None).send()? {
    ///     println!("{:?} {:?}", dead.event_id, dead.error);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn dlq(&self, endpoint_id: impl AsRef<str>, limit: Option<u32>) -> Call<T, Vec<Delivery>> {
        let args = ListDeliveries { limit };
        self.client().call(dlq(self.client().service(), endpoint_id.as_ref(), &args))
    }

    /// Tries the project's pending deliveries now (`POST /v1/webhook-endpoints/retry-pending`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let came_to = client.webhook_endpoints().retry_pending().send()?;
    /// println!("{:?} of {:?} arrived", came_to.delivered, came_to.redispatched);
    /// # Ok(()) }
    /// ```
    pub fn retry_pending(&self) -> Call<T, PendingRetries> {
        self.client().call(retry_pending(self.client().service()))
    }

    /// Delivers an attempt's event once more
    /// (`POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver`). Each call is another
    /// delivery; it is not repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `delivery_id`; `Api` with `invalid_delivery_id`, `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.webhook_endpoints().redeliver("90817").send()?;
    /// # Ok(()) }
    /// ```
    pub fn redeliver(&self, delivery_id: impl AsRef<str>) -> Call<T, Redelivery> {
        self.client().call(redeliver(self.client().service(), delivery_id.as_ref()))
    }
}
