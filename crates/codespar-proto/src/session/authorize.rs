//! Letting a person connect a provider by OAuth (`POST /v1/connect/start`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Sensitive, Timestamp, driver::Transport, endpoints,
    kit::Check,
};
use serde::Serialize;

use crate::{
    check::{check_filled, check_https},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    // An alias of /v1/connections/start, and the one that older servers have, too.
    /// Begins to connect a provider by OAuth, for the user of a session.
    fn authorize(; json: &Body<'_>) -> Authorization:
        "session.authorize" POST "/v1/connect/start", part of authorize;
}

/// Which provider a person connects, and where the person goes afterwards.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct AuthorizeArgs {
    /// The provider, such as `mercado-pago`.
    pub server_id: String,
    /// Where the browser goes afterwards; an https URL.
    pub redirect_uri: String,
    /// What the person is asked to allow, in the provider's words.
    pub scopes: Option<String>,
    /// The user of yours whose connection it becomes; the session's where not said.
    #[wire(personal)]
    pub user_id: Option<Sensitive>,
}

#[derive(Serialize)]
struct Body<'a> {
    server_id: &'a str,
    user_id: &'a str,
    redirect_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a str>,
}

/// Where a person goes to connect a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Authorization {
    /// What the answer of the browser is matched by.
    pub link_token: Option<Sensitive>,
    /// The page to send the person to. Whoever has it can connect in that person's name.
    pub authorize_url: Option<Sensitive>,
    /// Until when, which is ten minutes.
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Check for Body<'_> {
    fn check(&self) -> Result<(), Error> {
        check_filled("server_id", self.server_id)?;
        check_https("redirect_uri", self.redirect_uri)?;
        if self.user_id.trim().is_empty() {
            let expected = "expected the user, whom this session does not know";
            return Err(Error::config("user_id", expected));
        }
        Ok(())
    }
}

impl<T: Transport> Session<T> {
    /// Begins to connect a provider by OAuth (`POST /v1/connect/start`). A person finishes it in
    /// a browser, within ten minutes and once; the browser then goes to `redirect_uri` with
    /// `status=connected&connection_id=…`, `status=denied` or `status=error`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `server_id`, `redirect_uri`, or `user_id` where the session was taken up by
    /// its id; `Api` with `server_oauth_not_configured`, `test_venue_unavailable` and others.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::session::AuthorizeArgs;
    ///
    /// let args = AuthorizeArgs::new("mercado-pago", "https://app.example/connected");
    /// let link = session.authorize(&args).send()?;
    /// assert!(link.authorize_url.is_some());
    /// # Ok(()) }
    /// ```
    pub fn authorize(&self, args: &AuthorizeArgs) -> Call<T, Authorization> {
        let user_id = args.user_id.as_ref().unwrap_or_else(|| &self.info().user_id).expose();
        let (server_id, redirect_uri) = (&args.server_id, &args.redirect_uri);
        let scopes = args.scopes.as_deref();
        self.call(authorize(self.service(), &Body { server_id, user_id, redirect_uri, scopes }))
    }
}
