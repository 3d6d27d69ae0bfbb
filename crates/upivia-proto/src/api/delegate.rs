//! Tasks that agents give one another (`/api/v1/agents/{id}/delegated-tasks`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{
    client::{
        Client,
        auth::{AGENT, ANY, SESSION_ONLY, WORKSPACE},
    },
    types::{
        money::{Cents, Dollars, budget},
        object::Object,
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Gives a task of an agent's to another, which may spend up to a cap for it.
    fn create(agent_id; json(DelegateTask::body): &DelegateTask) -> DelegatedTaskAnswer:
        "delegate.create" POST "/api/v1/agents/{agent_id}/delegated-tasks",
        effect MovesMoney, auth AGENT;
    /// Lists the tasks that an agent gave or was given.
    fn list(agent_id; query(DelegatedTaskQuery::pairs): &DelegatedTaskQuery) -> DelegatedTasks:
        "delegate.list" GET "/api/v1/agents/{agent_id}/delegated-tasks", auth ANY;
    /// Says how a delegated task stands.
    fn get_task(agent_id, task_id) -> DelegatedTaskAnswer:
        "delegate.get_task" GET "/api/v1/agents/{agent_id}/delegated-tasks/{task_id}",
        auth SESSION_ONLY;
    /// Says how a delegated task goes on: accepted, in progress, completed, cancelled.
    fn update_task(agent_id, task_id; json: &Object as "body") -> DelegatedTaskAnswer:
        "delegate.update_task" PATCH "/api/v1/agents/{agent_id}/delegated-tasks/{task_id}",
        auth SESSION_ONLY;
    /// Gives a delegated task and what it wrote since an event.
    fn reattach(task_id; query: &Since) -> DelegatedTaskAnswer:
        "delegate.reattach" GET "/api/v1/delegated-tasks/{task_id}", auth WORKSPACE;
}

/// A task that an agent gives to another.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct DelegateTask {
    /// What is to be achieved.
    #[wire(personal)]
    pub objective: String,
    /// Who is to do it.
    pub child_agent_id: Option<String>,
    /// What it may cost at most.
    pub budget_cap_cents: Option<Cents>,
    /// The same in dollars; one of the two.
    pub budget_dollars: Option<Dollars>,
    /// What the child may use for it; fewer than it may otherwise.
    pub permissions: Option<Vec<String>>,
    /// The model that is to do it.
    pub model_id: Option<String>,
    /// Whether it begins at once.
    pub execute_now: Option<bool>,
}

#[derive(Serialize)]
struct Body<'a> {
    objective: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    child_agent_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cap_cents: Option<Cents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execute_now: Option<bool>,
}

impl DelegateTask {
    fn cap(&self) -> Result<Option<Cents>, Error> {
        budget(("budget_cap_cents", self.budget_cap_cents), self.budget_dollars)
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("objective", &self.objective)?;
        self.cap().map(|_| ())
    }

    /// What is sent, once it is checked.
    fn body(&self) -> Body<'_> {
        Body {
            objective: &self.objective,
            child_agent_id: self.child_agent_id.as_deref(),
            budget_cap_cents: self.cap().unwrap_or_default(),
            permissions: self.permissions.as_deref(),
            model_id: self.model_id.as_deref(),
            execute_now: self.execute_now,
        }
    }
}

/// On which side of its tasks an agent stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Direction {
    /// It gave them.
    Created,
    /// It was given them.
    Received,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which tasks of an agent.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct DelegatedTaskQuery {
    /// Those it gave (the server's default) or was given.
    pub direction: Option<Direction>,
    /// Those with this status, such as `in_progress`.
    pub status: Option<String>,
}

#[derive(Serialize)]
struct Pairs<'a> {
    direction: Option<&'a str>,
    status: Option<&'a str>,
}

impl DelegatedTaskQuery {
    fn pairs(&self) -> Pairs<'_> {
        let direction = self.direction.as_ref().map(|direction| match direction.as_str() {
            // Two more words for the same.
            "outgoing" => "created",
            "incoming" => "received",
            word => word,
        });
        Pairs { direction, status: self.status.as_deref() }
    }
}

/// From where on a task is told.
#[derive(Args)]
struct Since {
    /// The events after this number.
    since: Option<u64>,
}

/// An answer about one task. What else is in it is in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DelegatedTaskAnswer {
    /// The task, as far as the server says.
    pub task: Option<DelegatedTask>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Tasks of an agent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DelegatedTasks {
    /// The tasks, in the server's order.
    #[wire(default)]
    pub tasks: Vec<DelegatedTask>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A task that an agent gave to another.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DelegatedTask {
    /// The id of the task, such as `tsk_1`.
    pub id: Option<String>,
    /// How it stands: `pending`, `accepted`, `in_progress`, `completed`, `failed`,
    /// `cancelled`.
    pub status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Tasks that agents give one another (`/api/v1/agents/{id}/delegated-tasks`).
#[derive(Handle)]
#[handle(Client.delegate)]
pub struct Delegate<T> {
    client: Client<T>,
}

impl<T: Transport> Delegate<T> {
    /// Gives a task of an agent's to another (`POST /api/v1/agents/{id}/delegated-tasks`, agent
    /// key). Never repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config`: `agent_id`, an empty objective, a cap that is negative, has a fraction of a cent
    /// or is given in both units, a missing agent key.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Cents, delegate::DelegateTask};
    ///
    /// let task = DelegateTask::new("Find three suppliers").budget_cap_cents(Cents::new(500));
    /// let answer = client.delegate().create("agt_1", &task).send()?;
    /// println!("{:?}", answer.task.and_then(|task| task.id));
    /// # Ok(()) }
    /// ```
    pub fn create(&self, agent_id: &str, task: &DelegateTask) -> Call<T, DelegatedTaskAnswer> {
        self.client().api.call(create(self.client().api.service(), agent_id, task))
    }

    /// The tasks of an agent (`GET /api/v1/agents/{id}/delegated-tasks`, agent key, access token
    /// or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config`: `agent_id`, missing credentials.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::delegate::{DelegatedTaskQuery, Direction};
    ///
    /// let received = DelegatedTaskQuery::default().direction(Direction::Received);
    /// println!("{} tasks", client.delegate().list("agt_1", &received).send()?.tasks.len());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, agent_id: &str, query: &DelegatedTaskQuery) -> Call<T, DelegatedTasks> {
        self.client().api.call(list(self.client().api.service(), agent_id, query))
    }

    /// A task (`GET /api/v1/agents/{id}/delegated-tasks/{task}`, session cookie only). The agent
    /// must have given it or been given it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `task_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.delegate().get_task("agt_1", "tsk_1").send()?.task);
    /// # Ok(()) }
    /// ```
    pub fn get_task(&self, agent_id: &str, task_id: &str) -> Call<T, DelegatedTaskAnswer> {
        self.client().api.call(get_task(self.client().api.service(), agent_id, task_id))
    }

    /// Says how a task goes on (`PATCH /api/v1/agents/{id}/delegated-tasks/{task}`, session
    /// cookie only): accepted, in progress, completed or failed by the one who does it, cancelled
    /// by the one who gave it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `task_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let done = serde_json::json!({"status": "completed"});
    /// client.delegate().update_task("agt_1", "tsk_1", &done).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_task<I: Serialize + ?Sized>(
        &self,
        agent_id: &str,
        task_id: &str,
        body: &I,
    ) -> Call<T, DelegatedTaskAnswer> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(update_task(self.client().api.service(), agent_id, task_id, &body).checked(given))
    }

    /// How a task stands and what it wrote since an event (`GET /api/v1/delegated-tasks/{task}`,
    /// access token or cookie). `since` is the number of the last event that was seen.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `task_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let answer = client.delegate().reattach("tsk_1", Some(7)).send()?;
    /// println!("{:?}", answer.extra.get("events"));
    /// # Ok(()) }
    /// ```
    pub fn reattach(&self, task_id: &str, since: Option<u64>) -> Call<T, DelegatedTaskAnswer> {
        self.client().api.call(reattach(self.client().api.service(), task_id, &Since { since }))
    }
}
