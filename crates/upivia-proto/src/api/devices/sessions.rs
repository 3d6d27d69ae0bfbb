//! Sessions of terminals (`/api/v1/devices/sessions`).

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{api::devices::Devices, client::auth::WORKSPACE, types::object::Object};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the sessions of terminals that showed life lately.
    fn list() -> Object: "devices.sessions.list" GET "/api/v1/devices/sessions", auth WORKSPACE;
    /// Pauses, resumes, renames or attaches the session of a terminal.
    fn update(session_id; json: &Object as "body") -> Object:
        "devices.sessions.update" PATCH "/api/v1/devices/sessions/{session_id}", auth WORKSPACE;
    /// Has a terminal do something with its next heartbeat.
    fn command(session_id; json: &Content) -> Object:
        "devices.sessions.command" POST "/api/v1/devices/sessions/{session_id}", auth WORKSPACE;
    /// Deletes the session of a terminal with its messages and commands.
    fn delete(session_id) -> Object:
        "devices.sessions.delete" DELETE "/api/v1/devices/sessions/{session_id}", auth WORKSPACE;
    /// Looks at or sets the directory of a terminal.
    fn cwd(session_id; json: &Object as "body") -> Object:
        "devices.sessions.cwd" POST "/api/v1/devices/sessions/{session_id}/cwd", auth WORKSPACE;
}

/// What a terminal is to do.
#[derive(Args)]
#[wire(check)]
struct Content {
    /// The command.
    #[wire(personal)]
    content: String,
}

impl Content {
    fn check(&self) -> Result<(), Error> {
        check_filled("content", &self.content)
    }
}

/// Sessions of terminals (`/api/v1/devices/sessions`, access token or cookie).
#[derive(Handle)]
#[handle(Devices.sessions)]
pub struct DeviceSessions<T> {
    client: crate::Client<T>,
}

impl<T: Transport> DeviceSessions<T> {
    /// The sessions that showed life lately, and what was said in them
    /// (`GET /api/v1/devices/sessions`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.devices().sessions().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service()))
    }

    /// Changes a session (`PATCH /api/v1/devices/sessions/{id}`): `action` is `pause`, `resume`,
    /// `rename` (with `title`) or `attach` (with `target_session_id`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id`: empty, `.` or `..`; or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let rename = serde_json::json!({"action": "rename", "title": "laptop"});
    /// client.devices().sessions().update("ds_1", &rename).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(&self, session_id: &str, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(update(self.client().api.service(), session_id, &body).checked(given))
    }

    /// Has a terminal do something with its next heartbeat
    /// (`POST /api/v1/devices/sessions/{id}`). Never repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id`, or `content` when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.devices().sessions().command("ds_1", "run the tests").send()?;
    /// # Ok(()) }
    /// ```
    pub fn command(&self, session_id: &str, content: &str) -> Call<T, Object> {
        let content = Content::new(content);
        self.client().api.call(command(self.client().api.service(), session_id, &content))
    }

    /// Deletes a session with its messages and commands
    /// (`DELETE /api/v1/devices/sessions/{id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.devices().sessions().delete("ds_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, session_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), session_id))
    }

    /// Looks at or sets the directory of a terminal (`POST /api/v1/devices/sessions/{id}/cwd`),
    /// as `action` says; `get` is one. What else the body names is not documented.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id` or `body`; `Api` with status 409 when no terminal is there.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let get = serde_json::json!({"action": "get"});
    /// let cwd = client.devices().sessions().cwd("ds_1", &get).send()?;
    /// println!("{:?}", cwd.get::<String>("cwd")?);
    /// # Ok(()) }
    /// ```
    pub fn cwd<I: Serialize + ?Sized>(&self, session_id: &str, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client().api.call(cwd(self.client().api.service(), session_id, &body).checked(given))
    }
}
