//! Tasks that are done at a time, once or again and again (`/api/v1/scheduled-tasks`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, no_answer},
};
use serde::Serialize;

use crate::{
    client::{
        Client,
        auth::{SESSION, SESSION_ONLY},
        pages::check_page_limit,
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the tasks that are done at a time.
    fn list_page(; query: &ScheduledTaskQuery) -> Object:
        "scheduled_tasks.list" GET "/api/v1/scheduled-tasks", auth SESSION_ONLY;
    /// Makes a task that is done at a time, and may spend each time.
    fn create(; json: &Object as "input") -> ScheduledTask:
        "scheduled_tasks.create" POST "/api/v1/scheduled-tasks",
        effect MovesMoney, auth SESSION_ONLY;
    /// Gives a scheduled task and what it did lately.
    fn get(task_id) -> Object:
        "scheduled_tasks.get" GET "/api/v1/scheduled-tasks/{task_id}", auth SESSION_ONLY;
    /// Changes a scheduled task: its schedule, its payload or its status.
    fn update(task_id; json: &Object as "patch") -> Object:
        "scheduled_tasks.update" PATCH "/api/v1/scheduled-tasks/{task_id}", auth SESSION;
    /// Deletes a scheduled task and its history.
    fn delete(task_id) -> ():
        "scheduled_tasks.delete" DELETE "/api/v1/scheduled-tasks/{task_id}",
        auth SESSION, read no_answer;
    /// Lists what a scheduled task did.
    fn runs(task_id; query: &OffsetQuery) -> Object:
        "scheduled_tasks.runs" GET "/api/v1/scheduled-tasks/{task_id}/runs", auth SESSION;
}

/// Which scheduled tasks are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ScheduledTaskQuery {
    /// Those with this status: `active`, `paused`, `completed`, `cancelled`.
    pub status: Option<String>,
    /// Those of one agent.
    pub agent_id: Option<String>,
    /// Those of a category.
    pub category: Option<String>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
    /// Without the first this many.
    pub offset: Option<u32>,
}

impl ScheduledTaskQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct OffsetQuery {
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
    /// Without the first this many.
    pub offset: Option<u32>,
}

impl OffsetQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// A task that was made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ScheduledTask {
    /// The task. Its members are not documented.
    pub task: Option<Object>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Tasks that are done at a time (`/api/v1/scheduled-tasks`, session cookie).
#[derive(Handle)]
#[handle(Client.scheduled_tasks)]
pub struct ScheduledTasks<T> {
    client: Client<T>,
}

impl<T: Transport> ScheduledTasks<T> {
    /// The tasks (`GET /api/v1/scheduled-tasks`, session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::scheduled_tasks::ScheduledTaskQuery;
    ///
    /// let tasks = client
    ///     .scheduled_tasks()
    ///     .list_page(&ScheduledTaskQuery::default().status("active"))
    ///     .send()?;
    /// println!("{}", tasks.as_json().as_str());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "list")]
    pub fn list_page(&self, query: &ScheduledTaskQuery) -> Call<T, Object> {
        self.client().api.call(list_page(self.client().api.service(), query))
    }

    /// Makes a task (`POST /api/v1/scheduled-tasks`, session cookie only). What the body names
    /// is not documented.
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
    /// let input = serde_json::json!({"agent_id": "agt_1", "schedule_expr": "0 9 * * *"});
    /// println!("{:?}", client.scheduled_tasks().create(&input).send()?.task);
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, input: &I) -> Call<T, ScheduledTask> {
        let (input, given) = Object::given("input", input);
        self.client().api.call(create(self.client().api.service(), &input).checked(given))
    }

    /// A task and what it did lately (`GET /api/v1/scheduled-tasks/{id}`, session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `task_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.scheduled_tasks().get("st_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn get(&self, task_id: &str) -> Call<T, Object> {
        self.client().api.call(get(self.client().api.service(), task_id))
    }

    /// Changes a task (`PATCH /api/v1/scheduled-tasks/{id}`, session cookie): its schedule, its
    /// payload, or its `status`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `task_id` or `patch`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.scheduled_tasks().update("st_1", &serde_json::json!({"status": "paused"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(&self, task_id: &str, patch: &I) -> Call<T, Object> {
        let (patch, given) = Object::given("patch", patch);
        self.client().api.call(update(self.client().api.service(), task_id, &patch).checked(given))
    }

    /// Deletes a task and its history (`DELETE /api/v1/scheduled-tasks/{id}`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `task_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.scheduled_tasks().delete("st_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, task_id: &str) -> Call<T, ()> {
        self.client().api.call(delete(self.client().api.service(), task_id))
    }

    /// What a task did (`GET /api/v1/scheduled-tasks/{id}/runs`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `task_id`, or `limit` when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::scheduled_tasks::OffsetQuery;
    ///
    /// let runs =
    ///     client.scheduled_tasks().runs("st_1", &OffsetQuery::default().limit(5)).send()?;
    /// println!("{}", runs.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn runs(&self, task_id: &str, query: &OffsetQuery) -> Call<T, Object> {
        self.client().api.call(runs(self.client().api.service(), task_id, query))
    }
}
