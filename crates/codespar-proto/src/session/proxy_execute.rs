//! Calling a provider's own endpoint (`POST /v1/sessions/{id}/proxy_execute`).

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Describe, Error, Extra, Json, Sensitive, driver::Transport, endpoints,
};
use serde::{Deserialize, Serialize};

use crate::{
    check::{check_filled, check_object},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Calls a provider's own endpoint; the server adds the credentials.
    fn proxy_execute(session_id; json: &ProxyCall) -> Proxied:
        "session.proxy_execute" POST "/v1/sessions/{session_id}/proxy_execute", effect MovesMoney;
}

/// The method of a provider's endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Describe)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum ProxyMethod {
    /// `GET`: reads something.
    Get,
    /// `POST`: creates something, or starts an action.
    Post,
    /// `PUT`: replaces something.
    Put,
    /// `PATCH`: changes a part of something.
    Patch,
    /// `DELETE`: removes something.
    Delete,
}

/// A request to a provider. The server adds the credentials: never send any.
///
/// ```
/// use codespar_proto::{Json, session::ProxyCall};
///
/// let params = Json::parse_str(r#"{"limit": 3}"#)?;
/// let list = ProxyCall::get("asaas", "/v3/payments").params(params);
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ProxyCall {
    /// The provider: one of the session's servers.
    pub server: String,
    /// The path of its endpoint, such as `/v3/payments`.
    pub endpoint: String,
    /// The HTTP method of the provider's endpoint.
    #[wire(into)]
    pub method: ProxyMethod,
    /// What is sent.
    #[wire(into)]
    pub body: Option<Json>,
    /// What goes into the query: an object of texts, numbers and booleans.
    #[wire(into)]
    pub params: Option<Json>,
    /// Headers, besides those that the server adds.
    pub headers: Option<BTreeMap<String, Sensitive>>,
    /// What it costs, by the caller's estimate, for rules about spending. The API does not say in
    /// which unit.
    #[serde(rename = "estimatedCost")]
    #[wire(undocumented)]
    pub estimated_cost: Option<f64>,
}

impl ProxyCall {
    /// A call that reads (`GET`) an endpoint of a provider.
    pub fn get(server: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self::new(server, endpoint, ProxyMethod::Get)
    }

    /// Sends a body.
    pub fn post(
        server: impl Into<String>,
        endpoint: impl Into<String>,
        body: impl Into<Json>,
    ) -> Self {
        Self::new(server, endpoint, ProxyMethod::Post).body(body)
    }

    fn check(&self) -> Result<(), Error> {
        for (field, text) in [("server", &self.server), ("endpoint", &self.endpoint)] {
            check_filled(field, text)?;
            if text.contains(':') {
                return Err(Error::config(field, "expected text without a colon"));
            }
        }
        check_object("params", self.params.as_ref())
    }
}

/// What a provider answered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Proxied {
    /// The **provider's** status: the call is a success also where this is 404.
    pub status: Option<u16>,
    /// The provider's body.
    pub data: Option<Json>,
    /// The provider's headers.
    #[wire(default)]
    pub headers: BTreeMap<String, Json>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration: Option<f64>,
    /// The call, as the server recorded it.
    pub proxy_call_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Proxied {
    /// Whether the provider's status is 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether no provider was asked, but a mock of a test project.
    pub fn is_mocked(&self) -> bool {
        let mark =
            self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-codespar-mock"));
        mark.is_some_and(|(_, value)| matches!(value.as_str(), "\"true\"" | "true"))
    }
}

impl<T: Transport> Session<T> {
    /// Calls a provider's own endpoint (`POST /v1/sessions/{id}/proxy_execute`).
    ///
    /// The provider's status is in the answer, whatever it is. The call is not repeated once the
    /// server may have seen it. A self-hosted runtime has no such route and answers 404.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `server`, `endpoint` or `params`; `Api` with `server_not_connected`,
    /// `credentials_unavailable`, `rate_limited` (with the time to wait), `proxy_upstream_error`,
    /// `policy_denied` and others.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::session::ProxyCall;
    ///
    /// let answer = session.proxy_execute(&ProxyCall::get("asaas", "/v3/payments")).send()?;
    /// println!("{:?}", answer.status);
    /// # Ok(()) }
    /// ```
    pub fn proxy_execute(&self, args: &ProxyCall) -> Call<T, Proxied> {
        self.call(proxy_execute(self.service(), self.id(), args))
    }
}
