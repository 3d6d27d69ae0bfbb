//! Every operation by its name: arguments as JSON in, results as JSON out.
//!
//! A command line, a binding for another language, a program that replays recordings: they know
//! an operation as a text, such as `session.charge`, and its arguments as JSON. [`operations`]
//! lists the names; [`start_on_client`] and [`start_on_session`] make the call. It is the same
//! call that the typed method makes, and nothing happens before it is sent.
//!
//! Arguments are an object with the members of the typed arguments. One that is missing, has the
//! wrong type or is not known is a `Config` error that names it, and nothing is sent.
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

use codespar_engine::{
    Call, Error, Items, Json, driver::Transport, kit::Ready, registry::arguments,
};
use serde::Serialize;

use crate::{
    api::payables::batches::batch::Batch,
    client::Client,
    meta_tools::shop::Checkout,
    session::{
        Session,
        execute::tool_result::ToolResult,
        status::state::{PaymentStatus, VerificationStatus},
        workflow::result::WorkflowResult,
    },
};

/// Declares rows: a name, its arguments, the call. Arguments are one struct, `(args: ChargeArgs)`,
/// or members by name, `{ message: String, limit: Option<u32> }`.
macro_rules! operations {
    ($target:ident $object:ident; $($name:literal $args:tt => $call:expr;)*) => {
        pub(super) const ROWS: &[$crate::registry::Operation] = &[$(
            $crate::registry::Operation { name: $name, on: $crate::registry::Target::$target },
        )*];

        pub(super) fn start<T: codespar_engine::driver::Transport>(
            $object: &$crate::$target<T>,
            name: &str,
            args: &codespar_engine::Json,
        ) -> Option<Result<$crate::registry::Started<T>, codespar_engine::Error>> {
            Some(match name {
                $( $name => (|| {
                    operations!(@bind args, $args);
                    $crate::registry::Start::start($call, $object)
                })()
                .map_err(|error: codespar_engine::Error| error.at($name)), )*
                _ => return None,
            })
        }
    };
    (@bind $json:ident, ($args:ident: $ty:ty)) => {
        let $args: $ty = $crate::registry::arguments($json)?;
    };
    (@bind $json:ident, { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(serde::Deserialize)]
        struct Arguments { $($(#[$meta])* $field: $ty),* }
        let Arguments { $($field),* } = $crate::registry::arguments($json)?;
    };
}

/// The files of rows, by what their operations are called on.
macro_rules! tables {
    (client: [$($client:ident),* $(,)?], session: [$($session:ident),* $(,)?]) => {
        $(mod $client;)*
        $(mod $session;)*

        /// Every operation that can be started by name.
        pub fn operations() -> impl Iterator<Item = &'static Operation> {
            [$($client::ROWS,)* $($session::ROWS,)* OFFLINE].into_iter().flatten()
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
            None $(.or_else(|| $client::start(client, name, args)))*
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
            None $(.or_else(|| $session::start(session, name, args)))*
        }
    };
}

mod settings;

// One file per subject, with a row per operation; a new file needs its name here and nothing
// else.
tables! {
    client: [client, account, money],
    session: [session, commerce]
}

pub use self::settings::{config, describe_client, describe_session};

/// An operation that can be started by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name: the object, a dot, the method.
    pub name: &'static str,
    /// What it is called on.
    pub on: Target,
}

/// What an operation is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A client: [`start_on_client`].
    Client,
    /// A session: [`start_on_session`].
    Session,
    /// No client and no session: [`offline`] carries it out.
    Nothing,
}

/// An operation that is ready to be carried out. Of a session, [`describe_session`] tells what it
/// is.
pub type Started<T> = codespar_engine::registry::Started<T, Session<T>>;

/// What operations are called on.
trait CallTarget<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O>;
}

impl<T: Transport> CallTarget<T> for Client<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O> {
        Self::call(self, flow)
    }
}

impl<T: Transport> CallTarget<T> for Session<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O> {
        Self::call(self, flow)
    }
}

/// What a row's expression may be.
trait Start<T: Transport> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Call(self.and_then(|output| Json::of(&output))))
    }
}

impl<T: Transport> Start<T> for Call<T, Session<T>> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Session(self))
    }
}

/// What needs no server is there at once.
impl<T: Transport> Start<T> for Result<Json, Error> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        self.map(|output| Started::Call(to.call(Ready::with(output))))
    }
}

impl<T: Transport> Start<T> for Result<Session<T>, Error> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        self.map(|session| Started::Session(to.call(Ready::with(session))))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Items(self.map_items(|item| Json::of(&item))))
    }
}

/// The last state that an error carries, as JSON: a status, a tool result, a batch.
pub fn last_state(error: &Error) -> Option<Json> {
    macro_rules! any {
        ($($state:ty),* $(,)?) => {
            None$(.or_else(|| Json::of(error.last::<$state>()?).ok()))*
        };
    }
    any!(PaymentStatus, VerificationStatus, ToolResult, Checkout, WorkflowResult, Batch)
}

const OFFLINE: &[Operation] = &[Operation { name: "guards.classify", on: Target::Nothing }];

/// Carries out an operation that needs no server; `None` when there is none of that name.
///
/// # Errors
/// `Config` naming the argument that cannot work.
pub fn offline(name: &str, args: &Json) -> Option<Result<Json, Error>> {
    match name {
        "guards.classify" => Some(arguments(args).and_then(|args| session::classify(&args))),
        _ => None,
    }
}
