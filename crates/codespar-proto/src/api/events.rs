//! Events that have happened (`/v1/events`), and delivering them again.

use codespar_engine::{Answer, Call, Extra, Handle, driver::Transport, endpoints};
use serde::Serialize;

use crate::{check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES;
    fn replay(event; query: &Replay<'_>) -> EventReplay: "events.replay" POST "/v1/events/{event}/replay";
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
    /// `Config` naming `event` or `endpoint`; `Api` with `trigger_event_mismatch`,
    /// `trigger_not_found`, `trigger_not_active`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.events().replay("evt_4c", Some("trg_0123456789abcdef")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn replay(&self, event: impl AsRef<str>, endpoint: Option<&str>) -> Call<T, EventReplay> {
        let check = endpoint.map_or(Ok(()), |endpoint| check_filled("endpoint", endpoint));
        self.client().checked("events.replay", check, |service| {
            replay(service, event.as_ref(), &Replay { trigger_id: endpoint })
        })
    }
}

#[derive(Serialize)]
struct Replay<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_id: Option<&'a str>,
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
