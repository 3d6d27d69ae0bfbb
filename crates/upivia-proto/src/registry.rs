//! Every operation by its name: arguments as JSON in, results as JSON out.
//!
//! A command line, a binding for another language, a program that replays recordings: they know
//! an operation as a text, such as `agents.reset_key`, and its arguments as JSON.
//! [`operations`] lists and describes them; [`start`] makes the call. It is the same call that the
//! typed method makes, and nothing happens before it is sent.
//!
//! Arguments are an object with the members of the typed arguments. One that is missing, has the
//! wrong type or is not known is a `Config` error that names it, and nothing is sent.
//!
//! **Results hold secrets in plain text**: keys that are shown once are in them.
//!
//! ```
//! use upivia_proto::{Json, registry};
//!
//! # use upivia_proto::doctest::*;
//! # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
//! let args = Json::parse_str(r#"{"request_id":"req_7"}"#)?;
//! if let Some(started) = registry::start(client, "service_requests.get", &args) {
//!     let registry::Started::Call(call) = started? else { return Ok(()) };
//!     println!("{}", call.send()?.as_str());
//! }
//! # Ok(()) }
//! ```

mod files;
mod requests;
mod settings;
mod started;
mod work;

use codespar_engine::{Json, driver::Transport, kit::Error};

pub use codespar_engine::registry::{Begin, Input, Operation};

use crate::{
    Route,
    client::Client,
    routes::{routes, rows},
};

pub use self::{
    settings::{config, describe, last_state},
    started::Started,
};

/// Every operation that can be started by name, with what it takes and gives.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let compositions = [requests::OPERATIONS, files::OPERATIONS, work::OPERATIONS];
    rows().chain(compositions.into_iter().flatten())
}

/// The row that says what an operation does to the world, how it names its effect, and when it is
/// repeated; `None` where nothing is sent.
pub fn route(operation: &Operation) -> Option<&'static Route> {
    routes().find(|route| route.operation == operation.row)
}

/// Whether an operation takes an `idempotency_key` besides its other arguments.
pub fn takes_key(operation: &Operation) -> bool {
    operation.takes_key(route(operation))
}

/// Makes the call of an operation; `None` when there is none of that name.
///
/// # Errors
/// `Config` naming the argument that cannot work.
pub fn start<T: Transport>(
    client: &Client<T>,
    name: &str,
    args: &Json,
) -> Option<Result<Started<T>, Error>> {
    let operation = operations().find(|operation| operation.name == name)?;
    Some(operation.start_with(route(operation), args, |mut args| {
        let composed = requests::start(client, name, &mut args)
            .or_else(|| files::start(client, name, &mut args))
            .or_else(|| work::start(client, name, &mut args));
        composed.unwrap_or_else(|| operation.start(&client.api, args))
    }))
}
