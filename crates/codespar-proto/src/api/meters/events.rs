//! What meters count (`/v1/meter-events`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, KeyRule, Sensitive, Timestamp, driver::Transport, endpoints,
    kit::Response,
};

use rust_decimal::Decimal;

use crate::{
    api::{answer::require_list, meters::Meters},
    check::{check_filled, check_range},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the latest events of a meter, newest first; 50 at most.
    fn events(meter_id; query: &LatestEvents) -> Vec<MeterEvent>:
        "meters.events" GET "/v1/meters/{meter_id}/events", read rows;
    /// Records an event of use, which a meter counts once under its event_id.
    fn record_event(; json: &RecordMeterEvent) -> RecordedMeterEvent:
        "meters.record_event" POST "/v1/meter-events", key KeyRule::Argument("event_id");
}

impl<T: Transport> Meters<T> {
    /// The latest events of a meter, newest first (`GET /v1/meters/{meter_id}/events`): 20, unless
    /// the limit says otherwise. Who used it is about people.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, unless it is 1 to 50; `Api` with `not_found` and others; `Decode`
    /// without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for event in client.meters().events("mtr_1", Some(50)).send()? {
    ///     println!("{:?}: {:?}", event.occurred_at, event.value);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn events(&self, meter_id: &str, limit: Option<u32>) -> Call<T, Vec<MeterEvent>> {
        self.client().call(events(self.client().service(), meter_id, &LatestEvents { limit }))
    }

    /// Records an event of use (`POST /v1/meter-events`), which the meter of its name counts.
    ///
    /// Idempotency: `event_id` names the event: it is counted once, and the same again gives
    /// [`duplicate`](RecordedMeterEvent::duplicate). It is sent once; after a lost answer send it
    /// again under the same.
    ///
    /// # Errors
    /// `Config` naming `event`, `customer`, `event_id` or `value`; `Api` with `meter_not_found`,
    /// `meter_value_required`, `meter_value_not_accepted`, `meter_event_timestamp_out_of_range` and
    /// others: nothing was counted. `meter_event_id_conflict`: the id names another event.
    ///
    /// ```
    /// use codespar_proto::meters::RecordMeterEvent;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let event = RecordMeterEvent::new("api_call", "cus_42", "req_0001");
    /// let recorded = client.meters().record_event(&event).send()?;
    /// println!("counted before: {:?}", recorded.duplicate);
    /// # Ok(()) }
    /// ```
    pub fn record_event(&self, args: &RecordMeterEvent) -> Call<T, RecordedMeterEvent> {
        self.client().call(record_event(self.client().service(), args))
    }
}

/// How many events are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
pub(crate) struct LatestEvents {
    /// How many, 1 to 50; 20 unless said otherwise.
    pub limit: Option<u32>,
}

impl LatestEvents {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=50)
    }
}

/// An event of use.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RecordMeterEvent {
    /// The name of the event, which is that of its meter.
    pub event: String,
    /// Who used it: an id of a consumer, or any of the caller's own.
    #[wire(personal)]
    pub customer: Sensitive,
    /// The id of the event, which is counted once.
    pub event_id: String,
    /// How much, as a decimal of at most six places; a meter that counts takes none.
    pub value: Option<String>,
    /// When it was; now unless said otherwise.
    #[wire(into)]
    pub timestamp: Option<Timestamp>,
}

impl RecordMeterEvent {
    fn check(&self) -> Result<(), Error> {
        check_filled("event", &self.event)?;
        check_filled("customer", self.customer.expose())?;
        check_filled("event_id", &self.event_id)?;
        let fits = |value: &str| {
            let value = value.parse::<Decimal>();
            value.is_ok_and(|value| value >= Decimal::ZERO && value.scale() <= 6)
        };
        match self.value.as_deref() {
            Some(value) if !fits(value) => Err(Error::config(
                "value",
                "expected a decimal of at most six places, not negative",
            )),
            _ => Ok(()),
        }
    }
}

/// An event that a meter counted.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MeterEvent {
    /// What it is: `meter_event`.
    pub object: Option<String>,
    /// The id of the event.
    pub event_id: Option<String>,
    /// The id of the meter.
    pub meter_id: Option<String>,
    /// Who used it.
    #[wire(personal)]
    pub customer: Option<Sensitive>,
    /// The name of a consumer of the organization.
    #[wire(personal)]
    pub customer_name: Option<Sensitive>,
    /// How much, as a decimal; 1 where events are counted.
    pub value: Option<String>,
    /// When it was; this decides about the month.
    pub occurred_at: Option<Timestamp>,
    /// When the service heard of it.
    pub received_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RecordedMeterEvent {
    /// What it is: `meter_event`.
    pub object: Option<String>,
    /// The name of the event.
    pub event: Option<String>,
    /// The id of the event.
    pub event_id: Option<String>,
    /// The id of the meter.
    pub meter_id: Option<String>,
    /// Who used it.
    #[wire(personal)]
    pub customer: Option<Sensitive>,
    /// The name of a consumer of the organization.
    #[wire(personal)]
    pub customer_name: Option<Sensitive>,
    /// How much, as a decimal; 1 where events are counted.
    pub value: Option<String>,
    /// When it was; this decides about the month.
    pub occurred_at: Option<Timestamp>,
    /// When the service heard of it.
    pub received_at: Option<Timestamp>,
    /// Whether it was counted before: then it is not counted again.
    pub duplicate: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    data: Option<Vec<MeterEvent>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<MeterEvent>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "data", rows.data)
}
