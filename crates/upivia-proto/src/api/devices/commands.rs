//! Commands for terminals (`/api/v1/devices/commands`).

use codespar_engine::{Call, driver::Transport, endpoints, open_enum, resource};
use serde::Serialize;

use crate::{api::devices::Devices, client::auth::WORKSPACE, types::object::Object};

endpoints! {
    pub(crate) static ROUTES;
    fn update(command_id; json: &Status<'_>) -> Object:
        "devices.commands.update" PATCH "/api/v1/devices/commands/{command_id}", auth WORKSPACE;
}

open_enum! {
    /// How a command went.
    pub enum CommandStatus {
        /// It was done.
        Done = "done",
        /// The command was tried and failed.
        Failed = "failed",
    }
}

#[derive(Serialize)]
struct Status<'a> {
    status: &'a CommandStatus,
}

resource! {
    /// Commands for terminals (`/api/v1/devices/commands`, access token or cookie).
    DeviceCommands = Devices.commands
}

impl<T: Transport> DeviceCommands<T> {
    /// Says how a command went (`PATCH /api/v1/devices/commands/{id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `command_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::devices::CommandStatus;
    ///
    /// client.devices().commands().update("cmd_1", &CommandStatus::Done).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, command_id: &str, status: &CommandStatus) -> Call<T, Object> {
        self.client().api.call(update(self.client().api.service(), command_id, &Status { status }))
    }
}
