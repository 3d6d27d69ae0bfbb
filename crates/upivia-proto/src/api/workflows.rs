//! Workflows: steps that run one after another, granted to agents as skills
//! (`/api/v1/workflows`).

pub(crate) mod agents;
pub(crate) mod from_template;
pub(crate) mod run_and_wait;
pub(crate) mod runs;
mod versions;

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Error, check_optional, no_answer},
};
use serde::Serialize;

pub use self::{
    agents::WorkflowAgents,
    from_template::WorkflowTemplates,
    run_and_wait::RunWorkflow,
    runs::{Run, RunAnswer, RunStatus, RunStep, WorkflowRuns},
};
use crate::{
    client::{Client, auth::SESSION},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the workflows, or those of a category.
    fn list(; query: &OfCategory) -> Object:
        "workflows.list" GET "/api/v1/workflows", auth SESSION;
    /// Makes a workflow without steps.
    fn create(; json: &Object as "input") -> Object:
        "workflows.create" POST "/api/v1/workflows", auth SESSION;
    /// Gives a workflow and its versions.
    fn get(workflow_id) -> WorkflowAnswer:
        "workflows.get" GET "/api/v1/workflows/{workflow_id}", auth SESSION;
    /// Changes what a workflow is called, its status or its category.
    fn update(workflow_id; json: &Object as "patch") -> Object:
        "workflows.update" PATCH "/api/v1/workflows/{workflow_id}", auth SESSION;
    /// Deletes a workflow of the workspace.
    fn delete(workflow_id) -> ():
        "workflows.delete" DELETE "/api/v1/workflows/{workflow_id}", auth SESSION, read no_answer;
    /// Gives a workflow new steps, as a draft.
    fn create_version(workflow_id; json: &Object as "input") -> Object:
        "workflows.create_version" POST "/api/v1/workflows/{workflow_id}/versions", auth SESSION;
    /// Asks to publish a version of a workflow; an administrator has to agree.
    fn publish_version(workflow_id, version_id; json: &Object) -> Object:
        "workflows.publish_version" POST
            "/api/v1/workflows/{workflow_id}/versions/{version_id}/publish",
        auth SESSION, part of publish_version;
    /// Makes a version of a workflow a draft again.
    fn unpublish_version(workflow_id, version_id; json: &Object) -> Object:
        "workflows.unpublish_version" POST
            "/api/v1/workflows/{workflow_id}/versions/{version_id}/unpublish",
        auth SESSION, part of unpublish_version;
    /// Shares a workflow with the team or the organization.
    fn share(workflow_id; json: &Scope) -> Object:
        "workflows.share" POST "/api/v1/workflows/{workflow_id}/share", auth SESSION;
    /// Gives the latest version of a workflow as a manifest that can be taken elsewhere.
    fn export(workflow_id) -> Object:
        "workflows.export" GET "/api/v1/workflows/{workflow_id}/export", auth SESSION;
}

/// Which workflows are listed.
#[derive(Default, Args)]
#[wire(check)]
struct OfCategory {
    /// Those of a category.
    category: Option<String>,
}

impl OfCategory {
    fn check(&self) -> Result<(), Error> {
        check_optional("category", self.category.as_deref())
    }
}

/// With whom a workflow is shared.
#[derive(Args)]
struct Scope {
    /// With whom.
    scope: ShareScope,
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
        let query = OfCategory::default().category(category);
        self.client().api.call(list(self.client().api.service(), &query))
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
        let (input, given) = Object::given("input", input);
        self.client().api.call(create(self.client().api.service(), &input).checked(given))
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
        let (patch, given) = Object::given("patch", patch);
        self.client()
            .api
            .call(update(self.client().api.service(), workflow_id, &patch).checked(given))
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
        let (input, given) = Object::given("input", input);
        self.client()
            .api
            .call(create_version(self.client().api.service(), workflow_id, &input).checked(given))
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
        let (body, given) = Object::given("body", body);
        self.client().api.call(
            publish_version(self.client().api.service(), workflow_id, version_id, &body)
                .checked(given),
        )
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
        let (body, given) = Object::given("body", body);
        self.client().api.call(
            unpublish_version(self.client().api.service(), workflow_id, version_id, &body)
                .checked(given),
        )
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
        let scope = Scope::new(scope.clone());
        self.client().api.call(share(self.client().api.service(), workflow_id, &scope))
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
