//! What a meta-tool answered, typed, in the envelope of its call.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use codespar_engine::{
    Error, Json, KeyUse, Stage, Timestamp, Verdict,
    describe::{Describe, Member, Object, Shape, Unit},
    kit::{IntoCall, Judgement, Members, RequestBuilder, Response, Service, Unary},
};
use serde::{
    Serialize, Serializer,
    de::DeserializeOwned,
    ser::{self, SerializeMap},
};

use crate::{
    session::execute::{Execute, tool_refusal::ToolOutcome, tool_result::ToolResult},
    types::ids::ToolCallId,
};

/// The typed data of a meta-tool, in the envelope of the call that gave it.
///
/// It dereferences to the data: `charge.id`, `charge.tool_call_id`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ToolOutput<O> {
    /// What the tool answered.
    pub data: O,
    /// The call, for asking later how a payment or verification stands.
    pub tool_call_id: Option<ToolCallId>,
    /// The provider that did it.
    pub server: Option<String>,
    /// How long it took, in milliseconds.
    pub duration: Option<f64>,
    /// When the tool was called (RFC 3339).
    pub called_at: Option<Timestamp>,
}

/// The members of the data, and those of the call beside them.
impl<O: Describe> Describe for ToolOutput<O> {
    const SHAPE: &'static Shape = &Shape::AllOf(&[O::SHAPE, ENVELOPE]);
}

const ENVELOPE: &Shape = &Shape::Object(|| {
    const {
        &Object::new(
            "ToolOutput",
            "The call that gave the data",
            true,
            const {
                &[
                    Member::new("tool_call_id", "The id of the call", false, ToolCallId::SHAPE),
                    Member::new("server", "The provider that did it", false, String::SHAPE),
                    Member::new("duration", "How long it took", false, f64::SHAPE)
                        .in_unit(Unit::Milliseconds),
                    Member::new("called_at", "When the tool was called", false, Timestamp::SHAPE),
                ]
            },
        )
    }
});

impl<O> ToolOutput<O> {
    /// The data alone, for fakes in tests. Other fields are set afterwards.
    ///
    /// ```
    /// use codespar_proto::meta_tools::{Charge, ToolOutput};
    ///
    /// let charge: Charge = serde_json::from_str(r#"{"id":"ch_1","status":"PENDING"}"#).unwrap();
    /// let output = ToolOutput::new(charge).with_call_id("tc_1");
    /// assert_eq!((output.id.as_deref(), output.call_id()?.as_str()), (Some("ch_1"), "tc_1"));
    /// # Ok::<(), codespar_proto::Error>(())
    /// ```
    #[doc(alias = "mock")]
    pub const fn new(data: O) -> Self {
        Self { data, tool_call_id: None, server: None, duration: None, called_at: None }
    }

    /// The same, as the output of the call of this id.
    #[must_use]
    pub fn with_call_id(mut self, id: impl Into<ToolCallId>) -> Self {
        self.tool_call_id = Some(id.into());
        self
    }

    /// The id of the call.
    ///
    /// # Errors
    /// `Decode`, when the server gave none.
    pub fn call_id(&self) -> Result<&ToolCallId, Error> {
        let id = self.tool_call_id.as_ref();
        // It was done: only its name is not known.
        let done = Judgement { verdict: Verdict::Done(Stage::Completed), key: KeyUse::None };
        id.ok_or_else(|| Error::decode("tool_call_id: the server gave none").judged(done))
    }
}

impl<O> Deref for ToolOutput<O> {
    type Target = O;

    fn deref(&self) -> &O {
        &self.data
    }
}

/// The data's members, with the envelope's beside them where the data has none of that name.
impl<O: Serialize> Serialize for ToolOutput<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = Json::of(&self.data).map_err(ser::Error::custom)?;
        let members: BTreeMap<String, Json> = data.read().map_err(ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &members {
            map.serialize_entry(name, value)?;
        }
        let free = |name: &str| !members.contains_key(name);
        if let Some(id) = self.tool_call_id.as_ref().filter(|_| free("tool_call_id")) {
            map.serialize_entry("tool_call_id", id)?;
        }
        if let Some(server) = self.server.as_ref().filter(|_| free("server")) {
            map.serialize_entry("server", server)?;
        }
        if let Some(duration) = self.duration.filter(|_| free("duration")) {
            map.serialize_entry("duration", &duration)?;
        }
        if let Some(at) = self.called_at.as_ref().filter(|_| free("called_at")) {
            map.serialize_entry("called_at", at)?;
        }
        map.end()
    }
}

/// What is sent to run a meta-tool: its arguments as the input of the tool of that name.
pub(crate) fn tool<'a, I>(name: &'static str) -> impl Fn(&'a I) -> Execute<'static, &'a I> {
    move |input| Execute { tool: name, input }
}

/// Rows of meta-tools read their answers alike.
impl<O: DeserializeOwned + Members> IntoCall for ToolOutput<O> {
    type Call = Unary<Self>;

    fn conclude(builder: RequestBuilder, service: &Arc<Service>) -> Unary<Self> {
        builder.unary(service, tool_output)
    }
}

/// Reads the answer of a meta-tool: its data, or why there is none.
///
/// An HTTP error keeps its status and code. A result that says it failed is an `Api` error whose
/// code is the refusal's, or the error text where that is a code; the whole result hangs on it
/// (`error.last::<ToolResult>()`). Data that is a refusal is one, whatever `success` says, as is
/// what waits for an approval, and data with none of the members of its type is not what the tool
/// answers.
fn tool_output<O: DeserializeOwned + Members>(answer: Response) -> Result<ToolOutput<O>, Error> {
    let (result, data) = known_data(&answer, O::NAMES)?;
    Ok(ToolOutput {
        data: data.read_at("data").map_err(|error| answer.decorate(error))?,
        tool_call_id: result.tool_call_id,
        server: result.server,
        duration: result.duration,
        called_at: result.called_at,
    })
}

/// The result, and its data, which is an object with a member of one of these names.
fn known_data(answer: &Response, names: &[&str]) -> Result<(ToolResult, Json), Error> {
    let mut result: ToolResult = answer.json()?;
    if result.outcome() != ToolOutcome::Done || result.verdict() == Verdict::Held {
        return Err(refused(answer, result));
    }
    let wrong = |expected: &str| Err(answer.decorate(Error::decode(format!("data: {expected}"))));
    match result.data.take() {
        Some(data) if !data.is_object() => wrong("expected an object"),
        Some(data) if !names.iter().any(|name| data.member(name).is_some()) => {
            wrong("expected at least one member that is known")
        }
        Some(data) => Ok((result, data)),
        None => wrong("expected an object"),
    }
}

#[cold]
fn refused(answer: &Response, result: ToolResult) -> Error {
    let (code, message) = match result.outcome() {
        ToolOutcome::Refused(refusal) => (refusal.code().to_owned(), refusal.message().to_owned()),
        ToolOutcome::Done => {
            ("approval_required".to_owned(), "a person must approve it first".to_owned())
        }
        _ => {
            let error = result.error.clone().unwrap_or_default();
            let (head, _) = error.split_once(": ").unwrap_or((&error, ""));
            (head.to_owned(), error)
        }
    };
    let message = if message.is_empty() { "the tool failed".to_owned() } else { message };
    let error = Error::api(message).judged(result.judgement()).with_approval(result.approval());
    let error = if crate::client::dialect::is_code(&code) { error.with_code(code) } else { error };
    answer.decorate(error).with_last(result)
}
