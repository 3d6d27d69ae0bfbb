//! Requests to endpoints that have no method of their own.

use codespar_engine::driver::Transport;

use crate::client::{Client, auth};

pub use codespar_engine::kit::{RawAnswer, Request, segment};

impl<T: Transport> Client<T> {
    /// A request to an endpoint that has no method here.
    ///
    /// The path begins with `/` and is written as it is sent, percent-encoded: values go in by
    /// [`segment`]. The agent key goes out with it, else a token or cookie, unless
    /// [`Request::auth`] names other credentials (see [`auth`](crate::auth)).
    ///
    /// # Errors
    /// When the call is made: `Config` naming `method` or `path`, when it cannot be one, or a
    /// credential that is missing; otherwise as the server says.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Object, auth};
    ///
    /// let publish = client
    ///     .request("POST", "/api/v1/agents/agt_1/publish")
    ///     .auth(auth::SESSION)
    ///     .json(&serde_json::json!({"scope": "team"}));
    /// let answer: Object = publish.read().send()?;
    /// println!("{}", answer.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn request(&self, method: impl AsRef<str>, path: impl AsRef<str>) -> Request<T> {
        let transport = self.transport().clone();
        Request::new(transport, self.api.service(), method.as_ref(), path.as_ref()).auth(auth::ANY)
    }
}
