//! Every operation by its name: arguments as JSON in, results as JSON out.
//!
//! A command line, a binding for another language, a program that replays recordings: they know
//! an operation as a text, such as `session.charge`, and its arguments as JSON. [`operations`]
//! lists the names; [`start_on_client`] and [`start_on_session`] make the call. It is the same
//! call that the typed method makes, and nothing happens before it is sent.
//!
//! Arguments are an object with the members of the typed arguments. One that is missing, has the
//! wrong type or is not known is a `Config` error that names it, and nothing is sent. An operation
//! of a session takes no `session_id`: it is the session's own. Where the server honours a key,
//! `idempotency_key` is an argument, too.
//!
//! **Results hold secrets in plain text**: what [`Sensitive`](crate::Sensitive) hides from logs
//! (Pix codes, documents, keys) is written out here.
//!
//! ```
//! use codespar_proto::{Json, registry};
//!
//! # use codespar_proto::{Error, Session, driver::BlockingTransport};
//! # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
//! let args = Json::parse_str(r#"{"tool_call_id":"tc_42"}"#)?;
//! if let Some(started) = registry::start_on_session(session, "session.payment_status", &args) {
//!     let registry::Started::Call(call) = started? else { return Ok(()) };
//!     println!("{}", call.send()?.as_str());
//! }
//! # Ok(()) }
//! ```

use codespar_engine::{Error, Json, driver::Transport, kit::Route};

#[cfg(feature = "accounts")]
mod accounts;
mod always;
mod client;
#[cfg(feature = "commerce")]
mod commerce;
mod governed;
#[cfg(feature = "selling")]
mod selling;
mod session;
mod settings;
mod started;

pub use codespar_engine::registry::{Begin, Input, Operation};

pub use self::{
    settings::{config, describe_client, describe_session},
    started::Started,
};
#[cfg(feature = "commerce")]
use crate::api::payables::batches::batch::Batch;
#[cfg(feature = "accounts")]
use crate::api::wallets::WalletPayment;
use crate::{
    client::Client,
    meta_tools::shop::Checkout,
    operations::{routes, rows},
    session::{
        Session,
        execute::tool_result::ToolResult,
        status::state::{PaymentStatus, VerificationStatus},
        workflow::result::WorkflowResult,
    },
};

/// Every operation that can be started by name: those of sessions begin with `session.`, all
/// others are a client's.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let composed = [
        client::OPERATIONS,
        always::OPERATIONS,
        governed::OPERATIONS,
        #[cfg(feature = "accounts")]
        accounts::OPERATIONS,
        #[cfg(feature = "selling")]
        selling::OPERATIONS,
        #[cfg(feature = "commerce")]
        commerce::OPERATIONS,
        session::OPERATIONS,
    ];
    rows().chain(composed.into_iter().flatten())
}

/// The row that says what an operation does to the world, how it names its effect, and when it is
/// repeated; `None` where nothing is sent, or what the caller says.
pub fn route(operation: &Operation) -> Option<&'static Route> {
    routes().find(|route| route.operation == operation.row)
}

/// Whether an operation takes an `idempotency_key` besides its other arguments.
pub fn takes_key(operation: &Operation) -> bool {
    operation.takes_key(route(operation))
}

fn operation(name: &str, of_session: bool) -> Option<&'static Operation> {
    operations().find(|it| it.name == name && name.starts_with("session.") == of_session)
}

/// Makes the call of an operation of a client; `None` when there is none of that name.
///
/// # Errors
/// `Config` naming the argument that cannot work.
pub fn start_on_client<T: Transport>(
    client: &Client<T>,
    name: &str,
    args: &Json,
) -> Option<Result<Started<T>, Error>> {
    let operation = operation(name, false)?;
    Some(operation.start_with(route(operation), args, |mut arguments| {
        let composed = client::start(client, name, &mut arguments)
            .or_else(|| always::start(client, name, &mut arguments))
            .or_else(|| governed::start(client, name, &mut arguments));
        #[cfg(feature = "accounts")]
        let composed = composed.or_else(|| accounts::start(client, name, &mut arguments));
        #[cfg(feature = "selling")]
        let composed = composed.or_else(|| selling::start(client, name, &mut arguments));
        #[cfg(feature = "commerce")]
        let composed = composed.or_else(|| commerce::start(client, name, &mut arguments));
        composed.unwrap_or_else(|| operation.start(client.api(), arguments))
    }))
}

/// Makes the call of an operation of a session; `None` when there is none of that name.
///
/// # Errors
/// `Config` naming the argument that cannot work.
pub fn start_on_session<T: Transport>(
    session: &Session<T>,
    name: &str,
    args: &Json,
) -> Option<Result<Started<T>, Error>> {
    let operation = operation(name, true)?;
    Some(operation.start_with(route(operation), args, |mut arguments| {
        session::start(session, name, &mut arguments).unwrap_or_else(|| {
            operation.start(session.api(), arguments.with("session_id", session.id())?)
        })
    }))
}

/// The last state that an error carries, as JSON: a status, a tool result, a batch.
pub fn last_state(error: &Error) -> Option<Json> {
    macro_rules! any {
        ($($(#[$only:meta])* $state:ty),* $(,)?) => {
            $($(#[$only])* {
                if let Some(state) = error.last::<$state>() {
                    return Json::of(state).ok();
                }
            })*
            None
        };
    }
    any! {
        PaymentStatus,
        VerificationStatus,
        ToolResult,
        Checkout,
        WorkflowResult,
        #[cfg(feature = "commerce")]
        Batch,
        #[cfg(feature = "accounts")]
        WalletPayment,
    }
}
