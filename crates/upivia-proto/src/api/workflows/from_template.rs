//! Workflows made from templates (`/api/v1/workflows/from-template`).

use codespar_engine::{Call, Handle, driver::Transport, endpoints};
use serde::Serialize;

use crate::{api::workflows::Workflows, client::auth::SESSION, types::object::Object};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the templates of workflows.
    fn list() -> Object:
        "workflows.from_template.list" GET "/api/v1/workflows/from-template", auth SESSION;
    /// Makes a workflow of a template and grants it to an agent.
    fn create(; json: &Object as "body") -> Object:
        "workflows.from_template.create" POST "/api/v1/workflows/from-template", auth SESSION;
}

/// Workflows made from templates (`/api/v1/workflows/from-template`, session cookie).
#[derive(Handle)]
#[handle(Workflows.from_template)]
pub struct WorkflowTemplates<T> {
    client: crate::Client<T>,
}

impl<T: Transport> WorkflowTemplates<T> {
    /// The templates there are (`GET /api/v1/workflows/from-template`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().from_template().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service()))
    }

    /// Makes a workflow of a template and grants it to an agent
    /// (`POST /api/v1/workflows/from-template`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `body`, when it is no JSON object.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let body = serde_json::json!({"template_id": "daily-digest", "agent_id": "agt_1"});
    /// client.workflows().from_template().create(&body).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client().api.call(create(self.client().api.service(), &body).checked(given))
    }
}
