//! Terminals that are steered from elsewhere (`/api/v1/devices`).

pub(crate) mod commands;
pub(crate) mod sessions;

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};

pub use self::{
    commands::{CommandStatus, DeviceCommands},
    sessions::DeviceSessions,
};
use crate::{
    client::{Client, auth::WORKSPACE},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says that a terminal is there, and fetches the commands that wait for it, once.
    fn heartbeat(; json: &OfSession) -> Object:
        "devices.heartbeat" POST "/api/v1/devices/heartbeat", auth WORKSPACE;
}

/// Which terminal it is.
#[derive(Args)]
#[wire(check)]
struct OfSession {
    /// The session of the terminal.
    session_id: String,
}

impl OfSession {
    fn check(&self) -> Result<(), Error> {
        check_filled("session_id", &self.session_id)
    }
}

/// Terminals that are steered from elsewhere (`/api/v1/devices`, access token or cookie).
#[derive(Handle)]
#[handle(Client.devices)]
pub struct Devices<T> {
    client: Client<T>,
}

impl<T: Transport> Devices<T> {
    /// Says that a terminal is there, and fetches the commands that wait for it
    /// (`POST /api/v1/devices/heartbeat`); about every 20 s. Never repeated, since commands are
    /// handed out once.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.devices().heartbeat("ds_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn heartbeat(&self, session_id: &str) -> Call<T, Object> {
        self.client().api.call(heartbeat(self.client().api.service(), &OfSession::new(session_id)))
    }
}
