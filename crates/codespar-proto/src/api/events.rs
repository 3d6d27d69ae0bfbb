//! Events that have happened (`/v1/events`), and delivering them again.

use codespar_engine::{Answer, Args, Call, Error, Extra, Handle, driver::Transport, endpoints};

use crate::{check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Delivers an event again, to one webhook endpoint or to all that are for it.
    fn replay(event_id; query: &Replay) -> EventReplay:
        "events.replay" POST "/v1/events/{event_id}/replay", part of replay;
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
    /// The endpoint, where one was named.
    pub trigger_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
