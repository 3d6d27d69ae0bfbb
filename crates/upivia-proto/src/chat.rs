//! Talking to an agent (`/api/v1/chat`): sessions, turns, approvals on the way.

mod decided_turn;
pub(crate) mod event;
pub(crate) mod sessions;
pub(crate) mod turn;

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Args, Call, Handle, Items,
    driver::{Flow, Transport},
    endpoints,
    kit::{Error, EventStream, RequestBuilder, Response, Service},
};
use http::{HeaderValue, header::CONNECTION};

pub use self::{
    event::{ModelChosen, TextPiece, ToolPending, TurnDone, TurnEvent, TurnSoFar, TurnStatus},
    sessions::{ChatSession, ChatSessionList, ChatSessionQuery, ChatSessions, CreateChatSession},
    turn::{ApprovalAction, Continue, Turn},
};
use crate::{
    chat::{decided_turn::DecidedTurn, event::TurnFrames, turn::Body},
    client::{
        Client,
        auth::{SESSION_ONLY, WORKSPACE},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says something to an agent and follows it at work; it may spend money.
    fn open_turn(; json(Body::of): &Turn) -> RequestBuilder:
        "chat.turn" POST "/api/v1/chat/turn", effect MovesMoney, auth WORKSPACE, part of turn;
    /// Decides about a tool call that a turn waits for; what is approved may spend money.
    fn resolve(approval_id; json: &Resolution) -> Object:
        "chat.resolve_approval" POST "/api/v1/chat/approvals/{approval_id}",
        effect MovesMoney, auth SESSION_ONLY;
}

/// How a tool call is decided about.
#[derive(Args)]
#[wire(check)]
struct Resolution {
    /// Whether it may happen.
    action: ApprovalAction,
}

impl Resolution {
    fn check(&self) -> Result<(), Error> {
        self.action.check("action")
    }
}

/// The platform's proxy sometimes answers a turn with an empty refusal that means nothing.
const PAUSES: &[Duration] = &[Duration::from_millis(500), Duration::from_secs(1)];

/// An empty refusal: nothing was begun.
fn is_empty_refusal(answer: &Response) -> bool {
    answer.body.is_empty() && answer.status.as_u16() == 400
}

/// An empty refusal of a gateway, behind which something may have begun.
fn is_empty_gateway_refusal(answer: &Response) -> bool {
    answer.body.is_empty() && matches!(answer.status.as_u16(), 502 | 503)
}

fn stream(service: &Arc<Service>, turn: &Turn) -> Box<dyn Flow<Item = TurnEvent, Output = ()>> {
    let builder = open_turn(service, turn)
        // A connection that was used before is what makes the proxy stumble.
        .header(CONNECTION, HeaderValue::from_static("close"));
    let stream = EventStream::new(service, builder, TurnFrames::default());
    Box::new(stream.forgiving(is_empty_refusal, is_empty_gateway_refusal, PAUSES))
}

/// Talking to an agent (`/api/v1/chat`).
#[derive(Handle)]
#[handle(Client.chat)]
pub struct Chat<T> {
    client: Client<T>,
}

impl<T: Transport> Chat<T> {
    /// Says something to an agent, or goes on after an approval, and follows it at work
    /// (`POST /api/v1/chat/turn` as an event stream, access token or cookie).
    ///
    /// The stream is over after [`TurnEvent::Done`]. [`TurnEvent::Error`] is an event like any
    /// other. Dropping the stream closes its connection.
    ///
    /// # Idempotency
    /// None: the server honours no key, and the agent may have acted, so it is not repeated; but
    /// for an empty 400, which the platform's proxy gives for no reason: after that it is opened
    /// again, twice at most, 0.5 s and 1 s later. [`Items::retries`] asks for as many repetitions
    /// after an empty 502 or 503 too, behind which a turn **may have begun**; `retries(0)`, or a
    /// client that never repeats, for none at all.
    ///
    /// # Errors
    /// `Config` naming `session_id`, or `message` when there is nothing to say and nothing to go
    /// on with. As items: `Api` when the server refuses, `Stream` when the stream ends before
    /// `done`, `Timeout` when it is silent for longer than the idle limit. What was seen until
    /// then is in `error.last::<TurnSoFar>()`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::chat::{Turn, TurnEvent};
    ///
    /// let question = Turn::new("cs_1").message("What did we spend today?");
    /// for event in client.chat().turn(&question) {
    ///     match event? {
    ///         TurnEvent::MessageDelta(piece) => print!("{}", piece.text()),
    ///         TurnEvent::ToolPending(tool) => println!("waits for {:?}", tool.approval_id),
    ///         TurnEvent::Done(_) => println!(),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn turn(&self, turn: &Turn) -> Items<T, TurnEvent> {
        self.client().api.boxed_items(stream(self.client().api.service(), turn))
    }

    /// Says something to an agent and follows it, and decides about each tool call that waits for a
    /// person: [`turn`](Self::turn), then [`resolve_approval`](Self::resolve_approval) and another
    /// turn that goes on, until none waits (access token and session cookie).
    ///
    /// `decide` is given the tool call at the end of the events it came in, and says
    /// [`ApprovalAction`]; or `None`, and the tool call is left waiting. It is called where the
    /// next event is asked for: in async code it must not wait for anybody. A turn that goes on has
    /// the model, instructions and tools of the first, and `require_approval_all`.
    ///
    /// # Idempotency
    /// None, as for both; the time limit of the call is for each request.
    ///
    /// # Errors
    /// As [`turn`](Self::turn) and [`resolve_approval`](Self::resolve_approval); `Decode` when the
    /// server does not name what waits.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::chat::{ApprovalAction, Turn, TurnEvent};
    ///
    /// let turn = Turn::new("cs_1").message("Greet Ana").require_approval_all(true);
    /// let events = client.chat().turn_with(&turn, |pending| {
    ///     println!("approved: {:?}", pending.approval_id);
    ///     ApprovalAction::Approve
    /// });
    /// for event in events {
    ///     if let TurnEvent::MessageDelta(piece) = event? {
    ///         print!("{}", piece.text());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "approve")]
    #[doc(alias = "human in the loop")]
    pub fn turn_with<D: Into<Option<ApprovalAction>>>(
        &self,
        turn: &Turn,
        mut decide: impl FnMut(&ToolPending) -> D + Send + 'static,
    ) -> Items<T, TurnEvent> {
        let decide = Box::new(move |pending: &ToolPending| decide(pending).into());
        let service = self.client().api.service();
        self.client().api.items(DecidedTurn::new(service, turn, decide))
    }

    /// Decides about a tool call that a turn waits for
    /// (`POST /api/v1/chat/approvals/{id}`, session cookie only). Afterwards another
    /// [`turn`](Self::turn) on the same session goes on with [`Turn::continue_from`].
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `approval_id`, or `action` when it is neither of the two.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::chat::{ApprovalAction, Continue, Turn};
    ///
    /// client.chat().resolve_approval("appr_1", ApprovalAction::Approve).send()?;
    /// let go_on =
    ///     Turn::new("cs_1").continue_from(Continue::new("req_1", ApprovalAction::Approve));
    /// for event in client.chat().turn(&go_on) {
    ///     println!("{}", event?.name());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn resolve_approval(&self, approval_id: &str, action: ApprovalAction) -> Call<T, Object> {
        let decided = Resolution::new(action);
        self.client().api.call(resolve(self.client().api.service(), approval_id, &decided))
    }
}
