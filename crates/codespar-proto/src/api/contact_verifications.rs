//! Codes that verify how a consumer is reached
//! (`/v1/consumers/{consumer_id}/contact-verifications`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints,
};

use crate::{check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Sends a code to a consumer's e-mail address or telephone; an earlier one is void then.
    fn create(consumer_id; json: &CreateContactVerification) -> ContactVerification:
        "contact_verifications.create" POST "/v1/consumers/{consumer_id}/contact-verifications";
    /// Checks the code that a consumer received.
    fn verify(consumer_id, verification_id; json: &VerifyContact) -> VerifiedContact:
        "contact_verifications.verify"
        POST "/v1/consumers/{consumer_id}/contact-verifications/{verification_id}/verify";
}

/// Codes that verify how a consumer is reached
/// (`/v1/consumers/{consumer_id}/contact-verifications`).
#[derive(Handle)]
#[handle(Client.contact_verifications)]
pub struct ContactVerifications<T> {
    client: Client<T>,
}

impl<T: Transport> ContactVerifications<T> {
    /// Sends a code to an e-mail address or a telephone (`POST
    /// /v1/consumers/{consumer_id}/contact-verifications`), so many an hour for each contact. The
    /// code is in no answer. [`expires_at`](ContactVerification::expires_at) may be over already:
    /// then another code went out meanwhile.
    ///
    /// Idempotency: none, each call sends another code, and the one before is void; it is not
    /// repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or `target`; `Api` with `invalid_target`,
    /// `no_provider_account` and `otp_sender_refused` (422), `too_many_requests` (429, whose
    /// details say the window) and `contact_verification_error` (500). With
    /// `otp_sender_unavailable` (503) the code may have been sent: it was, where the details name a
    /// `verification_id`.
    ///
    /// ```
    /// use codespar_proto::contact_verifications::{ContactChannel, CreateContactVerification};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateContactVerification::new(ContactChannel::Email, "maria@example.com");
    /// let sent = client.contact_verifications().create("cons_1", &args).send()?;
    /// println!("{}", sent.id);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "otp")]
    pub fn create(
        &self,
        consumer_id: &str,
        args: &CreateContactVerification,
    ) -> Call<T, ContactVerification> {
        self.client().call(create(self.client().service(), consumer_id, args))
    }

    /// Checks the code that a consumer received (`POST
    /// /v1/consumers/{consumer_id}/contact-verifications/{verification_id}/verify`).
    ///
    /// Idempotency: none, but what is verified stays so: a later call says when it was. It is not
    /// repeated by itself once the server may have seen it, as a wrong code spends an attempt.
    ///
    /// # Errors
    /// `Config` naming `consumer_id`, `verification_id` or `code`; `Api` with `invalid_code`,
    /// `invalid_target`, `not_found` (also for the wrong target), `verification_expired` (410) and
    /// `too_many_attempts` (429). Where the details say `attempts_left`, an attempt was spent; with
    /// `otp_sender_unavailable` (503) too, unless they are absent.
    ///
    /// ```
    /// use codespar_proto::contact_verifications::VerifyContact;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = VerifyContact::new("123456");
    /// let verified = client.contact_verifications().verify("cons_1", "ver_1", &args).send()?;
    /// println!("{:?}", verified.verified_at);
    /// # Ok(()) }
    /// ```
    pub fn verify(
        &self,
        consumer_id: &str,
        verification_id: &str,
        args: &VerifyContact,
    ) -> Call<T, VerifiedContact> {
        self.client().call(verify(self.client().service(), consumer_id, verification_id, args))
    }
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ContactChannel {
    /// By a message to an e-mail address.
    Email,
    /// By a message to a telephone.
    Phone,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where a code is sent.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateContactVerification {
    /// How it is sent.
    #[wire(into)]
    pub channel: ContactChannel,
    /// To where: an e-mail address, or a telephone number with its country code.
    #[wire(personal)]
    pub target: Sensitive,
    /// In which language.
    pub locale: Option<String>,
}

impl CreateContactVerification {
    fn check(&self) -> Result<(), Error> {
        check_filled("target", self.target.expose())
    }
}

/// The code that a consumer received.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct VerifyContact {
    /// The code, 4 to 8 digits.
    pub code: Sensitive,
    /// Where it was sent; needed where its provider was `prelude`.
    #[wire(personal)]
    pub target: Option<Sensitive>,
}

impl VerifyContact {
    fn check(&self) -> Result<(), Error> {
        let code = self.code.expose();
        if (4..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        Err(Error::config("code", "expected 4 to 8 digits"))
    }
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ContactVerification {
    /// The id of the verification.
    pub id: String,
    /// How it was sent.
    pub channel: Option<ContactChannel>,
    /// Where it was sent, masked.
    #[wire(personal)]
    pub target_masked: Option<Sensitive>,
    /// Who sent it: `dev`, `prelude`, `resend`.
    pub provider: Option<String>,
    /// Until when it is valid; it may be over.
    pub expires_at: Option<Timestamp>,
    /// How it stands: `sent`.
    pub status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A contact that is verified.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct VerifiedContact {
    /// The id of the verification.
    pub id: Option<String>,
    /// How it stands: `verified`.
    pub status: Option<String>,
    /// When it was verified first.
    pub verified_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
