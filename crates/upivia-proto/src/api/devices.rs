//! Terminals that are steered from elsewhere (`/api/v1/devices`).

pub(crate) mod commands;
pub(crate) mod sessions;

use codespar_engine::{Call, Handle, driver::Transport, endpoints, kit::check_filled};
use serde::Serialize;

pub use self::{
    commands::{CommandStatus, DeviceCommands},
    sessions::DeviceSessions,
};
use crate::{
    client::{Client, auth::WORKSPACE},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES;
    fn heartbeat(; json: &OfSession<'_>) -> Object:
        "devices.heartbeat" POST "/api/v1/devices/heartbeat", auth WORKSPACE;
}

#[derive(Serialize)]
struct OfSession<'a> {
    session_id: &'a str,
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
        let checked = check_filled("session_id", session_id);
        let flow =
            checked.map(|()| heartbeat(self.client().api.service(), &OfSession { session_id }));
        self.client().api.checked("devices.heartbeat", flow)
    }
}
