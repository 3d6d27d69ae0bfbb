//! Work that is paused until a person answers a question (`/api/v1/human-input`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Sensitive,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled, check_optional},
};

use crate::client::{Client, auth::WORKSPACE};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the questions for which runs of workflows, or rooms, wait.
    fn list(; query: &HumanInputQuery) -> HumanInputList:
        "human_input.list" GET "/api/v1/human-input", auth WORKSPACE;
    /// Answers a question; the paused work goes on, and may spend money.
    fn answer(request_id; json: &Reply) -> HumanInputAnswer:
        "human_input.answer" POST "/api/v1/human-input/{request_id}",
        effect MovesMoney, auth WORKSPACE;
}

/// Which questions are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct HumanInputQuery {
    /// Those that stand so: `pending`, which the official program asks for.
    pub status: Option<String>,
}

impl HumanInputQuery {
    fn check(&self) -> Result<(), Error> {
        check_optional("status", self.status.as_deref())
    }
}

/// What a person answers.
#[derive(Args)]
#[wire(check)]
struct Reply {
    /// The answer; it may be a secret that was asked for.
    #[wire(secret)]
    text: String,
}

impl Reply {
    fn check(&self) -> Result<(), Error> {
        check_filled("text", &self.text)
    }
}

/// The questions that were asked for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HumanInputList {
    /// The questions, in the server's order.
    #[wire(default)]
    pub requests: Vec<HumanInputRequest>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A question that was answered, as far as the server says.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HumanInputAnswer {
    /// The question that was answered.
    pub request: Option<HumanInputRequest>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A question for which work is paused.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct HumanInputRequest {
    /// The id of the question, such as `hi_1`.
    pub id: Option<String>,
    /// What it is about, in a few words.
    pub title: Option<String>,
    /// What is asked.
    #[wire(personal)]
    pub prompt_text: Option<Sensitive>,
    /// How it stands: `pending`, or another word once it is answered.
    pub status: Option<String>,
    /// What asks: a run of a workflow, a room. The words are not documented.
    pub source: Option<String>,
    /// What the workflow is called whose run waits.
    pub workflow_name: Option<String>,
    /// The room that waits.
    pub room_id: Option<String>,
    /// The address of the person who is to answer; `None` where it is anybody.
    #[wire(personal)]
    pub assignee_email: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Questions for which work is paused (`/api/v1/human-input`, access token or cookie).
#[derive(Handle)]
#[handle(Client.human_input)]
pub struct HumanInput<T> {
    client: Client<T>,
}

impl<T: Transport> HumanInput<T> {
    /// The questions for which work waits (`GET /api/v1/human-input`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `status`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::human_input::HumanInputQuery;
    ///
    /// let pending = HumanInputQuery::default().status("pending");
    /// for question in client.human_input().list(&pending).send()?.requests {
    ///     println!("{:?}: {:?}", question.id, question.title);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, query: &HumanInputQuery) -> Call<T, HumanInputList> {
        self.client().api.call(list(self.client().api.service(), query))
    }

    /// Answers a question (`POST /api/v1/human-input/{id}`). The work that waited for it goes on
    /// after the answer, and its next steps may spend money.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look whether it still waits, in [`list`](Self::list), before answering again.
    ///
    /// # Errors
    /// `Config` naming `request_id`, or `text` when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let answered = client.human_input().answer("hi_1", "The second supplier.").send()?;
    /// println!("{:?}", answered.request.and_then(|request| request.status));
    /// # Ok(()) }
    /// ```
    pub fn answer(&self, request_id: &str, text: &str) -> Call<T, HumanInputAnswer> {
        self.client().api.call(answer(self.client().api.service(), request_id, &Reply::new(text)))
    }
}
