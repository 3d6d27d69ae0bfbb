//! What happens in a turn.

use std::borrow::Cow;

use codespar_engine::{
    Answer, Describe, Extra, Json,
    describe::{Member, Object, Shape},
    kit::{Decoded, Error, EventDecoder},
    sse::Frame,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// The model that answers.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ModelChosen {
    /// The id of the model.
    pub model: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the agent is about to do, in words.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TurnStatus {
    /// What went wrong, in words.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TextPiece {
    /// The text that goes on where the last piece ended.
    #[wire(personal)]
    pub delta: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool call waits for a person: see
/// [`resolve_approval`](crate::chat::Chat::resolve_approval).
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolPending {
    /// The approval to decide on.
    pub approval_id: Option<String>,
    /// The service request, to go on with.
    pub request_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The turn is over.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TurnDone {
    /// Whether it went well.
    pub ok: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl TextPiece {
    /// The text; empty where the server sent none.
    pub fn text(&self) -> &str {
        self.delta.as_deref().unwrap_or_default()
    }
}

/// Something that happened in a turn.
///
/// Data whose members are not documented is JSON; data that is no JSON is a JSON text. Where a
/// known event holds something else than it should, it comes as `Other`, with nothing lost.
///
/// ```
/// use upivia_proto::chat::TurnEvent;
///
/// fn show(event: &TurnEvent) {
///     match event {
///         TurnEvent::MessageDelta(piece) => print!("{}", piece.text()),
///         event => println!("[{} {}]", event.name(), event.data().as_str()),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TurnEvent {
    /// A model was chosen.
    Model(ModelChosen),
    /// The agent says what it is about to do.
    Status(TurnStatus),
    /// The agent thinks.
    Thinking(TextPiece),
    /// The agent answers.
    MessageDelta(TextPiece),
    /// The agent wants to call a tool.
    ToolPlanned(Json),
    /// A tool is at work.
    ToolExecuting(Json),
    /// A tool is done.
    ToolDone(Json),
    /// A tool call waits for a person.
    ToolPending(ToolPending),
    /// Tools of the caller are to be carried out.
    LocalToolsPending(Json),
    /// What the turn has used so far.
    Usage(Json),
    /// A message; events without a name are this.
    Message(Json),
    /// Something another agent did.
    AgentEvent(Json),
    /// A task was handed to another agent.
    DelegationStarted(Json),
    /// The connection lives.
    Ping(Json),
    /// Something went wrong; more may follow.
    Error(Json),
    /// The turn is over.
    Done(TurnDone),
    /// An event this version does not know.
    Other {
        /// The name of the event.
        event: String,
        /// The data of the event, as it came.
        data: Json,
    },
}

impl TurnEvent {
    /// The event of this name and data.
    fn read(name: &str, data: Json) -> Self {
        fn read_as<D: DeserializeOwned>(
            name: &str,
            data: Json,
            variant: fn(D) -> TurnEvent,
        ) -> TurnEvent {
            match data.read() {
                Ok(content) => variant(content),
                Err(_) => TurnEvent::Other { event: name.to_owned(), data },
            }
        }
        match name {
            "model" => read_as(name, data, Self::Model),
            "status" => read_as(name, data, Self::Status),
            "thinking" => read_as(name, data, Self::Thinking),
            "message_delta" => read_as(name, data, Self::MessageDelta),
            "tool_planned" => Self::ToolPlanned(data),
            "tool_executing" => Self::ToolExecuting(data),
            "tool_done" => Self::ToolDone(data),
            "tool_pending" => read_as(name, data, Self::ToolPending),
            "local_tools_pending" => Self::LocalToolsPending(data),
            "usage" => Self::Usage(data),
            "message" => Self::Message(data),
            "agent_event" => Self::AgentEvent(data),
            "delegation_started" => Self::DelegationStarted(data),
            "ping" => Self::Ping(data),
            "error" => Self::Error(data),
            "done" => read_as(name, data, Self::Done),
            name => Self::Other { event: name.to_owned(), data },
        }
    }

    /// Its name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Model(_) => "model",
            Self::Status(_) => "status",
            Self::Thinking(_) => "thinking",
            Self::MessageDelta(_) => "message_delta",
            Self::ToolPlanned(_) => "tool_planned",
            Self::ToolExecuting(_) => "tool_executing",
            Self::ToolDone(_) => "tool_done",
            Self::ToolPending(_) => "tool_pending",
            Self::LocalToolsPending(_) => "local_tools_pending",
            Self::Usage(_) => "usage",
            Self::Message(_) => "message",
            Self::AgentEvent(_) => "agent_event",
            Self::DelegationStarted(_) => "delegation_started",
            Self::Ping(_) => "ping",
            Self::Error(_) => "error",
            Self::Done(_) => "done",
            Self::Other { event, .. } => event,
        }
    }

    /// Its data as JSON.
    pub fn data(&self) -> Json {
        fn tree<D: Serialize>(content: &D) -> Json {
            // A struct of an answer always has a JSON form.
            Json::of(content).unwrap_or_default()
        }
        match self {
            Self::Model(model) => tree(model),
            Self::Status(status) => tree(status),
            Self::Thinking(piece) | Self::MessageDelta(piece) => tree(piece),
            Self::ToolPending(pending) => tree(pending),
            Self::Done(done) => tree(done),
            Self::ToolPlanned(data)
            | Self::ToolExecuting(data)
            | Self::ToolDone(data)
            | Self::LocalToolsPending(data)
            | Self::Usage(data)
            | Self::Message(data)
            | Self::AgentEvent(data)
            | Self::DelegationStarted(data)
            | Self::Ping(data)
            | Self::Error(data)
            | Self::Other { data, .. } => data.clone(),
        }
    }
}

impl Describe for TurnEvent {
    const SHAPE: &'static Shape = &Shape::Object(|| {
        const MEMBERS: &[Member] = &[
            Member::new("event", "The name of the event", true, Shape::TEXT),
            Member::new("data", "The data of the event", true, Shape::ANY),
        ];
        const { &Object::new("TurnEvent", "Something that happened in a turn", true, MEMBERS) }
    });
}

/// As its name and its data: `{"event": …, "data": …}`.
impl Serialize for TurnEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Named<'a> {
            event: &'a str,
            data: Json,
        }
        Named { event: self.name(), data: self.data() }.serialize(serializer)
    }
}

/// As it is written.
impl<'de> Deserialize<'de> for TurnEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Named {
            event: String,
            data: Json,
        }
        let Named { event, data } = Named::deserialize(deserializer)?;
        Ok(Self::read(&event, data))
    }
}

/// How far a turn got that did not come to its end: `error.last::<TurnSoFar>()`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TurnSoFar {
    /// What the agent has answered.
    pub text: String,
    /// The tool call that waits for a person, if that was last.
    pub pending: Option<ToolPending>,
    /// What the server said went wrong.
    pub error: Option<Json>,
    /// How many events there were.
    pub events: u64,
}

/// The names of the events that are known.
const NAMES: [&str; 16] = [
    "model",
    "status",
    "thinking",
    "message_delta",
    "tool_planned",
    "tool_executing",
    "tool_done",
    "tool_pending",
    "local_tools_pending",
    "usage",
    "message",
    "agent_event",
    "delegation_started",
    "ping",
    "error",
    "done",
];

/// What an event is: by its name, or where it has none or one that is not known, by its data's
/// `type`, if that is known.
fn name_of<'a>(frame: &Frame<'a>, data: &Json) -> Cow<'a, str> {
    let is_known = |name: &str| NAMES.contains(&name);
    if frame.has_event() && is_known(frame.event()) {
        return Cow::Borrowed(frame.event());
    }
    let kind = data.member("type").and_then(|kind| kind.read::<String>().ok());
    match kind.filter(|kind| is_known(kind)) {
        Some(kind) => Cow::Owned(kind),
        None => Cow::Borrowed(frame.event()),
    }
}

/// Reads the events of a turn.
#[derive(Debug, Default)]
pub(super) struct TurnFrames {
    so_far: TurnSoFar,
}

impl EventDecoder for TurnFrames {
    type Item = TurnEvent;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<TurnEvent>, Error> {
        let data = match Json::from_slice(frame.data()) {
            Ok(data) => data,
            // The rest of it did not come.
            Err(error) if !frame.is_complete() => return Err(error),
            Err(_) => Json::of(&frame.text())?,
        };
        let name = name_of(frame, &data);
        let is_done = name == "done";
        let event = TurnEvent::read(&name, data);
        self.so_far.take_in(&event);
        Ok(if is_done { Decoded::Last(event) } else { Decoded::Item(event) })
    }

    fn knows(&self, frame: &Frame<'_>) -> bool {
        NAMES.contains(&frame.event())
    }

    fn annotate(&self, error: Error) -> Error {
        if self.so_far.events == 0 { error } else { error.with_last(self.so_far.clone()) }
    }
}

impl TurnSoFar {
    fn take_in(&mut self, event: &TurnEvent) {
        self.events += 1;
        match event {
            TurnEvent::MessageDelta(piece) => self.text.push_str(piece.text()),
            TurnEvent::ToolPending(pending) => self.pending = Some(pending.clone()),
            TurnEvent::Error(error) => self.error = Some(error.clone()),
            TurnEvent::ToolExecuting(_) | TurnEvent::ToolDone(_) => self.pending = None,
            _ => {}
        }
    }
}
