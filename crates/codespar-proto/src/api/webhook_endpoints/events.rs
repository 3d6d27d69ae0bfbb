//! Events that webhook endpoints can be for, and deliveries of the whole project
//! (`/v1/webhook-deliveries`, `/v1/triggers`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Page, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::{
        answer::require_list,
        webhook_endpoints::{
            WebhookEndpoints,
            condition::{TriggerCondition, TriggerOperator},
            delivery::{Delivery, DeliveryStatus},
        },
    },
    check::{check_filled, check_range},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists attempts to deliver to any webhook endpoint of the project.
    fn all_deliveries_page(; query: &ListAllDeliveries) -> Page<Delivery>:
        "webhook_endpoints.all_deliveries" GET "/v1/webhook-deliveries", scope "triggers:read",
        read page, pages all_deliveries;
    /// Counts attempts to deliver to any webhook endpoint of the project.
    fn count_deliveries(; query: &Counting) -> u64:
        "webhook_endpoints.count_deliveries" GET "/v1/webhook-deliveries", scope "triggers:read",
        read total, part of count_deliveries;
    /// Lists the events that webhook endpoints can be for, and what rules can look at.
    fn event_types() -> Vec<SubscribableEvent>:
        "webhook_endpoints.event_types" GET "/v1/triggers/events", read rows;
    /// Counts which of the latest events would have fit a condition; nothing is sent.
    fn simulate(; json: &SimulateCondition) -> Simulation:
        "webhook_endpoints.simulate" POST "/v1/triggers/simulate" Safe, effect Reads;
}

impl<T: Transport> WebhookEndpoints<T> {
    /// All attempts to deliver that fit, whatever their endpoint (`GET /v1/webhook-deliveries`),
    /// page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles.
    ///
    /// ```
    /// use codespar_proto::webhook_endpoints::{DeliveryStatus, ListAllDeliveries};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let dead = ListAllDeliveries::default().status(DeliveryStatus::Dead);
    /// for delivery in client.webhook_endpoints().all_deliveries(&dead) {
    ///     println!("{:?}", delivery?.event_id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn all_deliveries(&self, args: &ListAllDeliveries) -> Items<T, Delivery> {
        self.client().items(all_deliveries(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::webhook_endpoints::ListAllDeliveries;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListAllDeliveries::default().limit(20);
    /// let page = client.webhook_endpoints().all_deliveries_page(&args).send()?;
    /// println!("{}", page.items.len());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn all_deliveries_page(&self, args: &ListAllDeliveries) -> Call<T, Page<Delivery>> {
        self.client().call(all_deliveries_page(self.client().service(), args))
    }

    /// How many there are (`GET /v1/webhook-deliveries?count_only=true`); the page size does not
    /// matter.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::webhook_endpoints::{DeliveryStatus, ListAllDeliveries};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let dead = ListAllDeliveries::default().status(DeliveryStatus::Dead);
    /// println!("{} given up", client.webhook_endpoints().count_deliveries(&dead).send()?);
    /// # Ok(()) }
    /// ```
    pub fn count_deliveries(&self, args: &ListAllDeliveries) -> Call<T, u64> {
        let (since, before, status) =
            (args.since.clone(), args.cursor.clone(), args.status.clone());
        let query = Counting { since, before, status, count_only: true };
        self.client().call(count_deliveries(self.client().service(), &query))
    }

    /// The events that endpoints can be for, and what conditions can look at (`GET
    /// /v1/triggers/events`). An endpoint for any other name never fires.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for event in client.webhook_endpoints().event_types().send()? {
    ///     println!("{:?}: {} fields", event.kind, event.condition_fields.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn event_types(&self) -> Call<T, Vec<SubscribableEvent>> {
        self.client().call(event_types(self.client().service()))
    }

    /// How many of the latest events a condition would have fit (`POST /v1/triggers/simulate`).
    /// Nothing is written or sent. At most the 1000 latest are looked at: where there are more,
    /// `truncated` says so, and `matched` is the least.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `event_type` or `condition`; `Api` with `trigger_condition_invalid`.
    ///
    /// ```
    /// use codespar_proto::webhook_endpoints::{SimulateCondition, Window};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paid = SimulateCondition::new("commerce.charge.paid").window(Window::Week);
    /// let came_to = client.webhook_endpoints().simulate(&paid).send()?;
    /// println!("{:?} of {:?}", came_to.matched, came_to.scanned);
    /// # Ok(()) }
    /// ```
    pub fn simulate(&self, args: &SimulateCondition) -> Call<T, Simulation> {
        self.client().call(simulate(self.client().service(), args))
    }
}

/// Which attempts to deliver are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAllDeliveries {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Not those made before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only attempts with this status.
    pub status: Option<DeliveryStatus>,
}

impl ListAllDeliveries {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// The same, asking for their number alone: the page size does not matter.
#[derive(Args)]
#[wire(no_new)]
struct Counting {
    #[wire(no_setter)]
    since: Option<Timestamp>,
    #[wire(no_setter)]
    before: Option<String>,
    #[wire(no_setter)]
    status: Option<DeliveryStatus>,
    count_only: bool,
}

/// How far back events are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[non_exhaustive]
pub enum Window {
    /// The last hour.
    #[serde(rename = "1h")]
    Hour,
    /// The last day.
    #[serde(rename = "24h")]
    Day,
    /// The last seven days.
    #[serde(rename = "7d")]
    Week,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which events would have fit: their type, and a condition.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SimulateCondition {
    /// The type of the events, such as `commerce.charge.paid`.
    pub event_type: String,
    /// The rules that all have to fit; without any, all events do.
    pub condition: Option<TriggerCondition>,
    /// How far back; a day where nothing is said.
    pub window: Option<Window>,
}

impl SimulateCondition {
    fn check(&self) -> Result<(), Error> {
        check_filled("event_type", &self.event_type)?;
        self.condition.as_ref().map_or(Ok(()), TriggerCondition::check)
    }
}

/// How many events a condition would have fit.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Simulation {
    /// The type of the events.
    pub event_type: Option<String>,
    /// How far back was looked.
    pub window: Option<Window>,
    /// How many events were looked at.
    pub scanned: Option<u64>,
    /// How many fit; the least, where not all were looked at.
    pub matched: Option<u64>,
    /// Some that fit, at most ten.
    #[wire(default)]
    pub sample_event_ids: Vec<String>,
    /// Whether there are more than were looked at.
    pub truncated: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What kind of value a rule compares with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConditionFieldKind {
    /// A whole number.
    Integer,
    /// It is a text.
    String,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What of an event a rule can look at.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ConditionField {
    /// The name of the field.
    pub field: Option<String>,
    /// What kind of value it has.
    #[serde(rename = "type")]
    pub kind: Option<ConditionFieldKind>,
    /// How it can be compared.
    #[wire(default)]
    pub ops: Vec<TriggerOperator>,
    /// Whether it fires once a limit is crossed, and not as long as it is.
    pub crossing: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An event that webhook endpoints can be for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SubscribableEvent {
    /// The name of the event, such as `commerce.charge.paid`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The family it belongs to.
    pub family: Option<String>,
    /// What rules can look at.
    #[wire(default)]
    pub condition_fields: Vec<ConditionField>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    events: Option<Vec<SubscribableEvent>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<SubscribableEvent>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "events", rows.events)
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    deliveries: Vec<Delivery>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Counted {
    total: u64,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<Delivery>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.deliveries, listed.next_before))
}

fn total(answer: Response) -> Result<u64, Error> {
    answer.json().map(|counted: Counted| counted.total)
}
