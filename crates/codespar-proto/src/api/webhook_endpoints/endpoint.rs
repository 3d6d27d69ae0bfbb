//! Webhook endpoints: what they are made with, and how the server describes them.

use codespar_engine::{Answer, Args, Error, Extra, Sensitive, Timestamp, WireEnum};

use crate::{
    api::webhook_endpoints::condition::{SetAction, SetCondition, TriggerAction, TriggerCondition},
    check::{check_filled, check_range, check_receiver},
    types::patch::Patch,
};

/// How an endpoint stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum WebhookStatus {
    /// It is delivered to.
    Active,
    /// It is not, for as long as its owner wants.
    Paused,
    /// It is not: too many deliveries failed. Setting it active helps.
    Error,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What an endpoint is made with: its name, the event it is for, and its https address. Plain
/// http is for an address of this machine, which a sandbox delivers to and the service refuses.
///
/// ```
/// use codespar_proto::webhook_endpoints::CreateWebhookEndpoint;
///
/// let args = CreateWebhookEndpoint::new(
///     "paid charges",
///     "commerce.charge.paid",
///     "https://shop.example/hooks",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct CreateWebhookEndpoint {
    /// The name of the webhook endpoint, for people.
    pub name: String,
    /// The event, such as `commerce.charge.paid`, to the letter; a name that does not exist
    /// never fires.
    pub event: String,
    /// Where it is delivered to; only where nothing else is done.
    pub webhook_url: Option<String>,
    /// Events of this provider only.
    pub server_id: Option<String>,
    /// Only events that all its rules fit.
    pub condition: Option<TriggerCondition>,
    /// What is done when the event happens; it is delivered where nothing is said.
    pub action: Option<TriggerAction>,
}

impl CreateWebhookEndpoint {
    /// Delivers an event to an address.
    pub fn new(
        name: impl Into<String>,
        event: impl Into<String>,
        webhook_url: impl Into<String>,
    ) -> Self {
        let webhook_url = Some(webhook_url.into());
        Self { webhook_url, ..Self::of(name.into(), event.into()) }
    }

    /// Does something else when an event happens.
    pub fn acting(
        name: impl Into<String>,
        event: impl Into<String>,
        action: TriggerAction,
    ) -> Self {
        Self { action: Some(action), ..Self::of(name.into(), event.into()) }
    }

    fn of(name: String, event: String) -> Self {
        let (webhook_url, server_id, condition, action) = (None, None, None, None);
        Self { name, event, webhook_url, server_id, condition, action }
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("name", &self.name)?;
        check_filled("event", &self.event)?;
        if let Some(condition) = &self.condition {
            condition.check()?;
        }
        let is_delivered = self.action.as_ref().is_none_or(TriggerAction::is_delivery);
        match &self.webhook_url {
            Some(url) if is_delivered => check_receiver("webhook_url", url),
            None if is_delivered => Err(Error::config("webhook_url", "expected an https URL")),
            Some(_) => Err(Error::config("webhook_url", "expected none beside such an action")),
            None => Ok(()),
        }
    }
}

/// What of an endpoint changes; something has to.
///
/// ```
/// use codespar_proto::webhook_endpoints::{UpdateWebhookEndpoint, WebhookStatus};
///
/// let args = UpdateWebhookEndpoint::default().status(WebhookStatus::Paused);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateWebhookEndpoint {
    /// The name of the webhook endpoint, for people.
    pub name: Option<String>,
    /// Where it is delivered to.
    pub webhook_url: Option<String>,
    /// Active or paused.
    pub status: Option<WebhookStatus>,
    /// Only events that all its rules fit; cleared, all events fit.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub condition: Patch<TriggerCondition>,
    /// What is done when the event happens; one that is no delivery takes the address away.
    pub action: Option<TriggerAction>,
}

impl UpdateWebhookEndpoint {
    fn check(&self) -> Result<(), Error> {
        if let Some(name) = &self.name {
            check_filled("name", name)?;
        }
        if let Some(url) = &self.webhook_url {
            check_receiver("webhook_url", url)?;
        }
        if let Some(condition) = self.condition.value() {
            condition.check()?;
        }
        if self.status == Some(WebhookStatus::Error) {
            return Err(Error::config("status", "expected active or paused"));
        }
        if *self == Self::default() {
            return Err(Error::config("endpoint", "expected something to change"));
        }
        Ok(())
    }
}

/// Which endpoints are listed: all of the project, unless something is set.
///
/// ```
/// use codespar_proto::webhook_endpoints::ListWebhookEndpoints;
///
/// let args = ListWebhookEndpoints::default().event("commerce.charge.paid");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListWebhookEndpoints {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Only webhook endpoints with this status.
    pub status: Option<WebhookStatus>,
    /// For this event only.
    pub event: Option<String>,
    /// For this provider only.
    pub server_id: Option<String>,
}

impl ListWebhookEndpoints {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// An endpoint: an address of yours that events are delivered to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WebhookEndpoint {
    /// Its id: `trg_` and 16 letters or digits.
    pub id: String,
    /// The organization it belongs to.
    pub org_id: Option<String>,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// The name of the webhook endpoint, for people.
    pub name: Option<String>,
    /// The event it is for.
    pub event: Option<String>,
    /// The provider whose events it is for.
    pub server_id: Option<String>,
    /// Where it is delivered to; none where something else is done.
    pub webhook_url: Option<String>,
    /// The status of the webhook endpoint.
    pub status: Option<WebhookStatus>,
    /// How often it was delivered to.
    pub total_runs: Option<u64>,
    /// When it was delivered to last.
    pub last_run_at: Option<Timestamp>,
    /// When the webhook endpoint was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Whether deliveries are signed.
    pub signing_enabled: Option<bool>,
    /// Whether there is an event of that name; where not, it never fires.
    pub event_known: Option<bool>,
    /// The rules that all have to fit.
    pub condition: Option<SetCondition>,
    /// What is done when the event happens.
    pub action: Option<SetAction>,
    /// How many deliveries failed since the last that arrived; lists only.
    pub consecutive_failures: Option<u64>,
    /// The status your application answered with last; lists only.
    pub last_response_status: Option<u16>,
    /// When it was last tried to deliver to it; lists only.
    pub last_delivery_at: Option<Timestamp>,
    /// The secret deliveries are signed with. Only the answer to
    /// [`create`](crate::webhook_endpoints::WebhookEndpoints::create) has it.
    pub secret: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A new secret. The only answer that has it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RotatedSecret {
    /// The id of the webhook endpoint.
    pub trigger_id: Option<String>,
    /// Whether deliveries are signed.
    pub signing_enabled: Option<bool>,
    /// The secret. The one before has ceased to work.
    pub secret: Sensitive,
    /// Members this version has no field for.
    pub extra: Extra,
}
