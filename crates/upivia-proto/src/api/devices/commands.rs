//! Commands for terminals (`/api/v1/devices/commands`).

use codespar_engine::{Args, Call, Handle, WireEnum, driver::Transport, endpoints};

use crate::{api::devices::Devices, client::auth::WORKSPACE, types::object::Object};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how a command of a terminal went.
    fn update(command_id; json: &Status) -> Object:
        "devices.commands.update" PATCH "/api/v1/devices/commands/{command_id}", auth WORKSPACE;
}

/// How a command went.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CommandStatus {
    /// It was done.
    Done,
    /// The command was tried and failed.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a command went.
#[derive(Args)]
struct Status {
    /// How it went.
    status: CommandStatus,
}

/// Commands for terminals (`/api/v1/devices/commands`, access token or cookie).
#[derive(Handle)]
#[handle(Devices.commands)]
pub struct DeviceCommands<T> {
    client: crate::Client<T>,
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
        let status = Status::new(status.clone());
        self.client().api.call(update(self.client().api.service(), command_id, &status))
    }
}
