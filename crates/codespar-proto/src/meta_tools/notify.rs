//! Sending messages to people (`codespar_notify`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Sends a message to a person by WhatsApp, e-mail or SMS.
    fn notify(session_id; json(tool("codespar_notify")): &NotifyArgs) -> ToolOutput<Notified>:
        "session.notify" POST "/v1/sessions/{session_id}/execute";
}

/// Which way a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NotifyChannel {
    /// A message on WhatsApp.
    Whatsapp,
    /// A message by e-mail.
    Email,
    /// A text message (SMS).
    Sms,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A message: a template with its variables, or a text.
///
/// ```
/// use codespar_proto::meta_tools::{NotifyArgs, NotifyChannel};
///
/// let args = NotifyArgs::new(NotifyChannel::Whatsapp, "+5511999887766");
/// let args = args.message("It is on its way.");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct NotifyArgs {
    /// Which way it goes.
    #[wire(into)]
    pub channel: NotifyChannel,
    /// To whom: a telephone number or an e-mail address.
    pub to: Sensitive,
    /// The name of the message template.
    pub template: Option<String>,
    /// The text of the message.
    pub message: Option<Sensitive>,
    /// What is filled into the template: an object.
    #[wire(into)]
    pub variables: Option<Json>,
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

/// A message that was handed over.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Notified {
    /// The id of the message at the provider.
    #[serde(rename = "messageId")]
    pub message_id: Option<String>,
    /// Whether it was sent.
    pub sent: Option<bool>,
    /// How it stands, in the provider's words.
    pub status: Option<String>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
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
    #[doc(alias = "whatsapp")]
    #[doc(alias = "email")]
    pub fn notify(&self, args: &NotifyArgs) -> Call<T, ToolOutput<Notified>> {
        self.call(notify(self.service(), self.id(), args))
    }
}
