//! Sending messages to people (`codespar_notify`).

use codespar_engine::{
    Call, Error, Json, Sensitive, Transport, answer, args, endpoints, open_enum,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool_output},
    session::{Session, execute::Execute},
};

endpoints! {
    pub(crate) static ROUTES;
    fn notify(session; json: &Execute<'_, NotifyArgs>) -> ToolOutput<Notified>: "session.notify" POST "/v1/sessions/{session}/execute", read tool_output;
}

open_enum! {
    /// Which way a message goes.
    pub enum NotifyChannel {
        /// A message on WhatsApp.
        Whatsapp = "whatsapp",
        /// A message by e-mail.
        Email = "email",
        /// A text message (SMS).
        Sms = "sms",
    }
}

args! {
    /// A message: a template with its variables, or a text.
    ///
    /// ```
    /// use codespar_proto::meta_tools::{NotifyArgs, NotifyChannel};
    ///
    /// let args = NotifyArgs::new(NotifyChannel::Whatsapp, "+5511999887766");
    /// let args = args.message("It is on its way.");
    /// ```
    pub struct NotifyArgs {
        /// Which way it goes.
        channel: NotifyChannel,
        /// To whom: a telephone number or an e-mail address.
        to: Sensitive,
    } with {
        /// The name of the message template.
        template: String = into,
        /// The text of the message.
        message: Sensitive = into,
        /// What is filled into the template: an object.
        variables: Json = into,
    }
}

impl NotifyArgs {
    fn check(&self) -> Result<(), Error> {
        check_filled("to", self.to.expose())?;
        if self.template.is_none() && self.message.is_none() {
            return Err(Error::config("message", "expected a message or a template"));
        }
        check_object("variables", self.variables.as_ref())
    }
}

answer! {
    /// A message that was handed over.
    pub struct Notified {
        /// The id of the message at the provider.
        pub message_id as "messageId": Option<String>,
        /// Whether it was sent.
        pub sent: Option<bool>,
        /// How it stands, in the provider's words.
        pub status: Option<String>,
        /// The provider's own answer.
        pub raw: Option<Json>,
    }
}

impl<T: Transport> Session<T> {
    /// Sends a message to a person (`codespar_notify`).
    ///
    /// The call is not repeated once the server may have seen it: the person would get it twice.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `to`, `message` or `variables`; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::{NotifyArgs, NotifyChannel};
    ///
    /// let args = NotifyArgs::new(NotifyChannel::Email, "maria@example.com").template("receipt");
    /// println!("{:?}", session.notify(&args).send()?.sent);
    /// # Ok(()) }
    /// ```
    pub fn notify(&self, args: &NotifyArgs) -> Call<T, ToolOutput<Notified>> {
        self.checked("session.notify", args.check(), |service| {
            notify(service, self.id(), &Execute { tool: "codespar_notify", input: args })
        })
    }
}
