//! Events that have happened (`/v1/events`), and delivering them again.

use std::collections::BTreeMap;

use codespar_engine::{Answer, Args, Call, Error, Extra, Handle, driver::Transport, endpoints};

use crate::{api::webhook_endpoints::Window, check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Delivers an event again, to one webhook endpoint or to all that are for it.
    fn replay(event_id; query: &Replay) -> EventReplay:
        "events.replay" POST "/v1/events/{event_id}/replay", part of replay;
    /// Counts the latest events by their type.
    fn summary(; query: &SummaryWindow) -> EventSummary:
        "events.summary" GET "/v1/events/summary";
}

/// Events that have happened (`/v1/events`).
#[derive(Handle)]
#[handle(Client.events)]
pub struct Events<T> {
    client: Client<T>,
}

impl<T: Transport> Events<T> {
    /// Delivers an event again, to one endpoint or to all that are for it
    /// (`POST /v1/events/{event_id}/replay`). Each call is another delivery; it is not repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `event_id` or `endpoint_id`; `Api` with `trigger_event_mismatch`,
    /// `trigger_not_found`, `trigger_not_active`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.events().replay("evt_4c", Some("trg_0123456789abcdef")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn replay(
        &self,
        event_id: impl AsRef<str>,
        endpoint_id: Option<&str>,
    ) -> Call<T, EventReplay> {
        let args = Replay { trigger_id: endpoint_id.map(str::to_owned) };
        self.client().call(replay(self.client().service(), event_id.as_ref(), &args))
    }

    /// How many events there were, by their type (`GET /v1/events/summary`). How far back it looks
    /// where nothing is said is not documented: say it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::webhook_endpoints::Window;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let week = client.events().summary(Some(Window::Week)).send()?;
    /// println!("{:?} {:?}", week.total, week.by_type.get("commerce.charge.paid"));
    /// # Ok(()) }
    /// ```
    pub fn summary(&self, window: Option<Window>) -> Call<T, EventSummary> {
        self.client().call(summary(self.client().service(), &SummaryWindow { window }))
    }
}

/// How far back events are counted.
#[derive(Args)]
struct SummaryWindow {
    /// The last hour (`1h`), day (`24h`), or seven days (`7d`).
    #[wire(no_setter)]
    window: Option<Window>,
}

/// How many events there were, by their type. Made-up ones are not counted.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct EventSummary {
    /// How far back was counted.
    pub window: Option<Window>,
    /// How many there were.
    pub total: Option<u64>,
    /// How many there were of each type.
    #[wire(default)]
    pub by_type: BTreeMap<String, u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Where an event is delivered again.
#[derive(Args)]
#[wire(check)]
struct Replay {
    /// To this endpoint only.
    #[wire(no_setter)]
    trigger_id: Option<String>,
}

impl Replay {
    fn check(&self) -> Result<(), Error> {
        self.trigger_id.as_deref().map_or(Ok(()), |id| check_filled("endpoint_id", id))
    }
}

/// To how many endpoints an event was sent again.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct EventReplay {
    /// The id of the event that is delivered again.
    pub event_id: Option<String>,
    /// The number of endpoints that the event was sent to.
    pub dispatched: Option<u64>,
    /// The number of endpoints that would not have it; it is not tried again.
    pub rejected: Option<u64>,
    /// The endpoint, where one was named.
    pub trigger_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
