//! Requests to endpoints that have no method of their own.

use std::fmt;

use codespar_engine::{
    Call,
    driver::Transport,
    kit::{AuthMode, RequestBuilder, Retry, no_answer},
};
use http::Method;
use serde::{Serialize, de::DeserializeOwned};

use crate::client::Client;

/// A request in the making; [`read`](Self::read) or [`done`](Self::done) makes a call of it.
///
/// Limits, retries and errors are those of every other call. Reads (`GET`) may be repeated;
/// others are not, once the server may have seen them.
#[must_use = "a request does nothing until a call is made of it and sent"]
pub struct Request<T> {
    client: Client<T>,
    draft: RequestBuilder,
}

impl<T: Transport> Client<T> {
    /// A request to an endpoint that has no method here: a path below the base URL, written as it
    /// is sent, with whatever credentials `auth` says (see [`auth`](crate::auth)).
    ///
    /// # Errors
    /// When the call is made: `Config`, when the path cannot be one or a credential is missing;
    /// otherwise as the server says.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Method, Object, auth};
    ///
    /// let publish = client
    ///     .request(auth::SESSION, Method::POST, "/api/v1/agents/agt_1/publish")
    ///     .json(&serde_json::json!({"scope": "team"}));
    /// let answer: Object = publish.read().send()?;
    /// println!("{}", answer.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn request(&self, auth: AuthMode, method: Method, path: &str) -> Request<T> {
        let retry = if method == Method::GET { Retry::Safe } else { Retry::Once };
        let draft = RequestBuilder::raw("client.request", method, retry, path).auth(auth);
        Request { client: self.clone(), draft }
    }
}

impl<T: Transport> Request<T> {
    /// Adds a query pair.
    pub fn pair(self, name: &str, value: &str) -> Self {
        Self { draft: self.draft.pair(name, value), ..self }
    }

    /// Sends a value as JSON.
    pub fn json<B: Serialize + ?Sized>(self, body: &B) -> Self {
        Self { draft: self.draft.json(body), ..self }
    }

    /// A call whose answer is read as JSON; an empty one as an object without members.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    pub fn read<O: DeserializeOwned + 'static>(self) -> Call<T, O> {
        let flow = self.draft.unary(self.client.service(), |answer| answer.json());
        self.client.call(flow)
    }

    /// A call whose answer is not looked at, unless it is a refusal.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    pub fn done(self) -> Call<T, ()> {
        let flow = self.draft.unary(self.client.service(), no_answer);
        self.client.call(flow)
    }
}

/// The operation only: paths, queries and bodies carry personal data.
impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("draft", &self.draft).finish_non_exhaustive()
    }
}
