//! Webhooks to your application: the endpoints (`/v1/webhook-endpoints`).
//!
//! The `webhook` module verifies what is delivered.

mod condition;
pub(crate) mod deliveries;
mod delivery;
mod endpoint;
pub(crate) mod events;

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Items, Page,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};

pub use self::{
    condition::{
        SetAction, SetCondition, SetRule, TriggerAction, TriggerActionKind, TriggerCondition,
        TriggerField, TriggerOperator, TriggerRule,
    },
    deliveries::{PendingRetries, Redelivery, TestDelivery, TestFire},
    delivery::{
        DeliveredEvent, Delivery, DeliveryDetail, DeliveryRequest, DeliveryResponse, DeliveryStatus,
    },
    endpoint::{
        CreateWebhookEndpoint, ListWebhookEndpoints, RotatedSecret, UpdateWebhookEndpoint,
        WebhookEndpoint, WebhookStatus,
    },
    events::{
        ConditionField, ConditionFieldKind, ListAllDeliveries, SimulateCondition, Simulation,
        SubscribableEvent, Window,
    },
};
use crate::client::Client;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a webhook endpoint; the answer is the only one that has its secret.
    fn create(; json: &CreateWebhookEndpoint) -> WebhookEndpoint:
        "webhook_endpoints.create" POST "/v1/webhook-endpoints";
    /// Lists the webhook endpoints of the project.
    fn list_page(; query: &ListWebhookEndpoints) -> Page<WebhookEndpoint>:
        "webhook_endpoints.list" GET "/v1/webhook-endpoints", read page, pages list;
    /// Says how a webhook endpoint stands.
    fn get(endpoint_id) -> WebhookEndpoint:
        "webhook_endpoints.get" GET "/v1/webhook-endpoints/{endpoint_id}", scope "triggers:read";
    /// Changes a webhook endpoint; setting it active takes it out of its pause.
    fn update(endpoint_id; json: &UpdateWebhookEndpoint) -> WebhookEndpoint:
        "webhook_endpoints.update" PATCH "/v1/webhook-endpoints/{endpoint_id}",
        scope "triggers:write";
    /// Deletes a webhook endpoint and the history of its deliveries.
    fn delete(endpoint_id) -> ():
        "webhook_endpoints.delete" DELETE "/v1/webhook-endpoints/{endpoint_id}" Safe,
        scope "triggers:write",
        read no_answer;
    /// Gives a webhook endpoint a new secret; the one before ceases to work at once.
    fn rotate_secret(endpoint_id) -> RotatedSecret:
        "webhook_endpoints.rotate_secret" POST
        "/v1/webhook-endpoints/{endpoint_id}/rotate-secret", effect Destroys,
        scope "triggers:write";
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    triggers: Vec<WebhookEndpoint>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<WebhookEndpoint>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.triggers, listed.next_before))
}

/// The project's webhook endpoints and what was delivered to them
/// (`/v1/webhook-endpoints`).
#[derive(Handle)]
#[handle(Client.webhook_endpoints)]
pub struct WebhookEndpoints<T> {
    client: Client<T>,
}

impl<T: Transport> WebhookEndpoints<T> {
    /// Makes an endpoint (`POST /v1/webhook-endpoints`). The answer is the only one that has its
    /// secret.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `reserved_host`, `invalid_url`,
    /// `trigger_condition_invalid`, `trigger_action_invalid`.
    ///
    /// ```
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::webhook_endpoints::CreateWebhookEndpoint;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateWebhookEndpoint::new(
    ///     "paid charges",
    ///     "commerce.charge.paid",
    ///     "https://shop.example/hooks",
    /// );
    /// let endpoint = client.webhook_endpoints().create(&args).send()?;
    /// let keep = endpoint.secret.as_ref().map(|secret| secret.expose());
    /// # let _ = keep; Ok(()) }
    /// ```
    #[doc(alias = "webhook secret")]
    pub fn create(&self, args: &CreateWebhookEndpoint) -> Call<T, WebhookEndpoint> {
        self.client().call(create(self.client().service(), args))
    }

    /// All endpoints that fit (`GET /v1/webhook-endpoints`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles.
    ///
    /// ```
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::webhook_endpoints::ListWebhookEndpoints;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for endpoint in client.webhook_endpoints().list(&ListWebhookEndpoints::default()) {
    ///     println!("{}", endpoint?.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListWebhookEndpoints) -> Items<T, WebhookEndpoint> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::webhook_endpoints::ListWebhookEndpoints;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListWebhookEndpoints::default().limit(20);
    /// let page = client.webhook_endpoints().list_page(&args).send()?;
    /// # let _ = page; Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListWebhookEndpoints) -> Call<T, Page<WebhookEndpoint>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// One endpoint (`GET /v1/webhook-endpoints/{endpoint_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let endpoint = client.webhook_endpoints().get("trg_0123456789abcdef").send()?;
    /// # let _ = endpoint; Ok(()) }
    /// ```
    pub fn get(&self, endpoint_id: impl AsRef<str>) -> Call<T, WebhookEndpoint> {
        self.client().call(get(self.client().service(), endpoint_id.as_ref()))
    }

    /// Changes an endpoint (`PATCH /v1/webhook-endpoints/{endpoint_id}`). Setting it active takes
    /// it out of its pause, whoever paused it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `not_found`, `reserved_host`,
    /// `trigger_condition_invalid`, `trigger_action_invalid`.
    ///
    /// ```
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::webhook_endpoints::{UpdateWebhookEndpoint, WebhookStatus};
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdateWebhookEndpoint::default().status(WebhookStatus::Active);
    /// client.webhook_endpoints().update("trg_0123456789abcdef", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(
        &self,
        endpoint_id: impl AsRef<str>,
        args: &UpdateWebhookEndpoint,
    ) -> Call<T, WebhookEndpoint> {
        self.client().call(update(self.client().service(), endpoint_id.as_ref(), args))
    }

    /// Deletes an endpoint and the history of its deliveries
    /// (`DELETE /v1/webhook-endpoints/{endpoint_id}`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id`; `Api` with `not_found`, or `vault_unavailable`, when nothing
    /// was deleted.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.webhook_endpoints().delete("trg_0123456789abcdef").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, endpoint_id: impl AsRef<str>) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), endpoint_id.as_ref()))
    }

    /// Gives an endpoint a new secret (`POST /v1/webhook-endpoints/{endpoint_id}/rotate-secret`).
    /// The one before ceases to work at once; the call is not repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `endpoint_id`; `Api` with `not_found`, `vault_unavailable`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let rotated = client.webhook_endpoints().rotate_secret("trg_0123456789abcdef").send()?;
    /// let keep = rotated.secret.into_exposed();
    /// # let _ = keep; Ok(()) }
    /// ```
    pub fn rotate_secret(&self, endpoint_id: impl AsRef<str>) -> Call<T, RotatedSecret> {
        self.client().call(rotate_secret(self.client().service(), endpoint_id.as_ref()))
    }
}
