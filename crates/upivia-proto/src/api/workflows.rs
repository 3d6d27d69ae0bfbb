//! Workflows: steps that run one after another, granted to agents as skills
//! (`/api/v1/workflows`).

pub(crate) mod agents;
pub(crate) mod from_template;
pub(crate) mod run_and_wait;
pub(crate) mod runs;
mod versions;

use codespar_engine::{
    Answer, Call, Extra, Handle, WireEnum,
    driver::Transport,
    endpoints,
    kit::{check_filled, no_answer},
};
use serde::Serialize;

pub use self::{
    agents::WorkflowAgents,
    from_template::WorkflowTemplates,
    run_and_wait::RunWorkflow,
    runs::{Run, RunAnswer, RunStatus, WorkflowRuns},
};
use crate::{
    client::{Client, auth::SESSION},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES;
    fn list(; query: &OfCategory<'_>) -> Object:
        "workflows.list" GET "/api/v1/workflows", auth SESSION;
    fn create(; json: &Object) -> Object: "workflows.create" POST "/api/v1/workflows", auth SESSION;
    fn get(workflow_id) -> WorkflowAnswer:
        "workflows.get" GET "/api/v1/workflows/{workflow_id}", auth SESSION;
    fn update(workflow_id; json: &Object) -> Object:
        "workflows.update" PATCH "/api/v1/workflows/{workflow_id}", auth SESSION;
    fn delete(workflow_id) -> ():
        "workflows.delete" DELETE "/api/v1/workflows/{workflow_id}", auth SESSION, read no_answer;
    fn create_version(workflow_id; json: &Object) -> Object:
        "workflows.create_version" POST "/api/v1/workflows/{workflow_id}/versions", auth SESSION;
    fn publish_version(workflow_id, version_id; json: &Object) -> Object:
        "workflows.publish_version" POST
            "/api/v1/workflows/{workflow_id}/versions/{version_id}/publish",
        auth SESSION;
    fn unpublish_version(workflow_id, version_id; json: &Object) -> Object:
        "workflows.unpublish_version" POST
            "/api/v1/workflows/{workflow_id}/versions/{version_id}/unpublish",
        auth SESSION;
    fn share(workflow_id; json: &Scope<'_>) -> Object:
        "workflows.share" POST "/api/v1/workflows/{workflow_id}/share", auth SESSION;
    fn export(workflow_id) -> Object:
        "workflows.export" GET "/api/v1/workflows/{workflow_id}/export", auth SESSION;
}

#[derive(Default, Serialize)]
struct OfCategory<'a> {
    category: Option<&'a str>,
}

#[derive(Serialize)]
struct Scope<'a> {
    scope: &'a ShareScope,
}

/// With whom a workflow is shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ShareScope {
    /// With the team.
    Team,
    /// With the organization.
    Org,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A workflow and its versions.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WorkflowAnswer {
    /// The workflow that was asked about.
    pub workflow: Option<Workflow>,
    /// Its versions, in the server's order.
    #[wire(default)]
    pub versions: Vec<WorkflowVersion>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A workflow. Members that are not documented are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Workflow {
    /// The id of the workflow, such as `wf_1`.
    pub id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A version of a workflow. Members that are not documented are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WorkflowVersion {
    /// The id of the version.
    pub id: String,
    /// How it stands: `draft`, `published`.
    pub status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Workflows (`/api/v1/workflows`, session cookie).
#[derive(Handle)]
#[handle(Client.workflows)]
pub struct Workflows<T> {
    client: Client<T>,
}

impl<T: Transport> Workflows<T> {
    /// The workflows (`GET /api/v1/workflows`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service(), &OfCategory::default()))
    }

    /// The workflows of a category (`GET /api/v1/workflows?category=…`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `category`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().of_category("ops").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn of_category(&self, category: &str) -> Call<T, Object> {
        let query = OfCategory { category: Some(category) };
        let checked = check_filled("category", category);
        let flow = checked.map(|()| list(self.client().api.service(), &query));
        self.client().api.checked("workflows.list", flow)
    }

    /// Makes a workflow without steps (`POST /api/v1/workflows`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `input`, when it is no JSON object.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().create(&serde_json::json!({"name": "Digest"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, input: &I) -> Call<T, Object> {
        let input = Object::input("input", input);
        let flow = input.map(|input| create(self.client().api.service(), &input));
        self.client().api.checked("workflows.create", flow)
    }

    /// A workflow and its versions (`GET /api/v1/workflows/{id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// for version in client.workflows().get("wf_1").send()?.versions {
    ///     println!("{} {:?}", version.id, version.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self, workflow_id: &str) -> Call<T, WorkflowAnswer> {
        self.client().api.call(get(self.client().api.service(), workflow_id))
    }

    /// Changes a workflow (`PATCH /api/v1/workflows/{id}`): `name`, `description`, `status`,
    /// `icon`, `category`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `patch`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().update("wf_1", &serde_json::json!({"category": "ops"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(&self, workflow_id: &str, patch: &I) -> Call<T, Object> {
        let patch = Object::input("patch", patch);
        let flow = patch.map(|patch| update(self.client().api.service(), workflow_id, &patch));
        self.client().api.checked("workflows.update", flow)
    }

    /// Deletes a workflow (`DELETE /api/v1/workflows/{id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().delete("wf_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, workflow_id: &str) -> Call<T, ()> {
        self.client().api.call(delete(self.client().api.service(), workflow_id))
    }

    /// Gives a workflow new steps, as a draft (`POST /api/v1/workflows/{id}/versions`): `steps`
    /// and the `edges` between them, without circles.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `input`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let step = serde_json::json!({"id": "s1", "operation": "email.send"});
    /// let steps = serde_json::json!({"steps": [step], "edges": []});
    /// client.workflows().create_version("wf_1", &steps).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create_version<I: Serialize + ?Sized>(
        &self,
        workflow_id: &str,
        input: &I,
    ) -> Call<T, Object> {
        let input = Object::input("input", input);
        let flow =
            input.map(|input| create_version(self.client().api.service(), workflow_id, &input));
        self.client().api.checked("workflows.create_version", flow)
    }

    /// Asks to publish a version (`POST /api/v1/workflows/{id}/versions/{version}/publish`): an
    /// administrator has to agree, so it is **not** live when this returns. `body` may be empty.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`, `version_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::Object;
    ///
    /// client.workflows().publish_version("wf_1", "v3", &Object::empty()).send()?;
    /// # Ok(()) }
    /// ```
    pub fn publish_version<I: Serialize + ?Sized>(
        &self,
        workflow_id: &str,
        version_id: &str,
        body: &I,
    ) -> Call<T, Object> {
        let body = Object::input("body", body);
        let flow = body.map(|body| {
            publish_version(self.client().api.service(), workflow_id, version_id, &body)
        });
        self.client().api.checked("workflows.publish_version", flow)
    }

    /// Makes a version a draft again
    /// (`POST /api/v1/workflows/{id}/versions/{version}/unpublish`). `body` may be empty.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`, `version_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::Object;
    ///
    /// client.workflows().unpublish_version("wf_1", "v2", &Object::empty()).send()?;
    /// # Ok(()) }
    /// ```
    pub fn unpublish_version<I: Serialize + ?Sized>(
        &self,
        workflow_id: &str,
        version_id: &str,
        body: &I,
    ) -> Call<T, Object> {
        let body = Object::input("body", body);
        let flow = body.map(|body| {
            unpublish_version(self.client().api.service(), workflow_id, version_id, &body)
        });
        self.client().api.checked("workflows.unpublish_version", flow)
    }

    /// Shares a workflow (`POST /api/v1/workflows/{id}/share`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::workflows::ShareScope;
    ///
    /// client.workflows().share("wf_1", &ShareScope::Team).send()?;
    /// # Ok(()) }
    /// ```
    pub fn share(&self, workflow_id: &str, scope: &ShareScope) -> Call<T, Object> {
        self.client().api.call(share(self.client().api.service(), workflow_id, &Scope { scope }))
    }

    /// The latest version as a skill manifest that can be taken elsewhere
    /// (`GET /api/v1/workflows/{id}/export`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().export("wf_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn export(&self, workflow_id: &str) -> Call<T, Object> {
        self.client().api.call(export(self.client().api.service(), workflow_id))
    }
}
