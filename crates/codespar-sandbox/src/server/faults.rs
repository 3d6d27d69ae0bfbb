//! Faults: answers that go wrong on purpose.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use crate::server::body::{BodyFaults, Break, Cut};

/// A fault: which requests it hits, how often, and what happens to them.
///
/// ```
/// use codespar_sandbox::Fault;
/// use serde_json::json;
///
/// // The next two creates are refused before anything happens.
/// let busy = Fault::on("POST", "/v1/sessions")
///     .times(2)
///     .answer(503, json!({ "error": "busy" }))
///     .header("retry-after", "1");
/// // The second execute does its work, but the answer is lost.
/// let lost = Fault::on("POST", "/v1/sessions/").skip(1).lose_answer();
/// # let _ = (busy, lost);
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    method: String,
    path_prefix: String,
    skip: usize,
    times: usize,
    pub(crate) plan: FaultPlan,
}

/// What a fault does to one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultPlan {
    pub(crate) delay: Duration,
    pub(crate) replacement: Option<Replacement>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) lose_answer: bool,
    pub(crate) flaws: BodyFaults,
    pub(crate) no_heartbeat: bool,
}

/// What happens in place of the handler.
#[derive(Clone, Debug)]
pub(crate) enum Replacement {
    Response(StatusCode, RawBody),
    Close,
}

/// A body, with its media type where it has one.
#[derive(Clone, Debug)]
pub(crate) struct RawBody {
    pub(crate) media_type: Option<&'static str>,
    pub(crate) bytes: Vec<u8>,
}

impl Fault {
    /// Hits the next request with this method and a path that begins so; once, unless
    /// [`times`](Self::times) says otherwise. The method `*` is any.
    #[must_use]
    pub fn on(method: impl Into<String>, path_prefix: impl Into<String>) -> Self {
        Self {
            method: method.into().to_ascii_uppercase(),
            path_prefix: path_prefix.into(),
            skip: 0,
            times: 1,
            plan: FaultPlan::default(),
        }
    }

    /// Hits this many requests.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Hits every request.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// Answers with this status and JSON body; the request has no effect.
    ///
    /// A status that HTTP does not know becomes 500.
    #[must_use]
    pub fn answer(self, status: u16, body: Value) -> Self {
        let text = RawBody { media_type: Some("application/json"), bytes: body.to_string().into() };
        self.replacement(status, text)
    }

    /// Answers with this status and body of any kind; the request has no effect.
    #[must_use]
    pub fn answer_text(
        self,
        status: u16,
        media_type: Option<&'static str>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        self.replacement(status, RawBody { media_type, bytes: body.into() })
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.plan.headers.push((name.into(), value.into()));
        self
    }

    /// Waits before it answers.
    #[must_use]
    pub fn delay(mut self, wait: Duration) -> Self {
        self.plan.delay = wait;
        self
    }

    /// Closes the connection without an answer; the request has no effect.
    #[must_use]
    pub fn close(mut self) -> Self {
        self.plan.replacement = Some(Replacement::Close);
        self
    }

    /// Does what the request says, then closes the connection without an answer.
    #[must_use]
    pub fn lose_answer(mut self) -> Self {
        self.plan.lose_answer = true;
        self
    }

    /// Breaks the connection after this many bytes of the body.
    #[must_use]
    pub fn cut_after_bytes(self, bytes: usize) -> Self {
        self.cut(Cut { bytes: Some(bytes), frames: None, then: Break::Close })
    }

    /// Goes silent after this many bytes of the body, with the connection open.
    #[must_use]
    pub fn stall_after_bytes(self, bytes: usize) -> Self {
        self.cut(Cut { bytes: Some(bytes), frames: None, then: Break::Stall })
    }

    /// Breaks the connection after this many frames of an event stream, comments included.
    #[must_use]
    pub fn cut_after_frames(self, frames: usize) -> Self {
        self.cut(Cut { bytes: None, frames: Some(frames), then: Break::Close })
    }

    /// Goes silent after this many frames of an event stream, with the connection open.
    #[must_use]
    pub fn stall_after_frames(self, frames: usize) -> Self {
        self.cut(Cut { bytes: None, frames: Some(frames), then: Break::Stall })
    }

    /// Ends an event stream properly, but too early, after this many frames.
    #[must_use]
    pub fn end_after_frames(self, frames: usize) -> Self {
        self.cut(Cut { bytes: None, frames: Some(frames), then: Break::End })
    }

    /// Sends the body in pieces of at most this many bytes, with this pause between them.
    #[must_use]
    pub fn trickle(mut self, bytes: usize, pause: Duration) -> Self {
        self.plan.flaws.trickle = Some((bytes, pause));
        self
    }

    /// Declares this length for the body, whatever it really is; after a body that is shorter the
    /// connection is closed.
    #[must_use]
    pub fn declare_length(mut self, bytes: u64) -> Self {
        self.plan.flaws.declared = Some(bytes);
        self
    }

    /// Leaves out the heartbeats of a status stream.
    #[must_use]
    pub fn without_heartbeats(mut self) -> Self {
        self.plan.no_heartbeat = true;
        self
    }

    fn replacement(mut self, status: u16, text: RawBody) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.plan.replacement = Some(Replacement::Response(status, text));
        self
    }

    fn cut(mut self, cut: Cut) -> Self {
        self.plan.flaws.cut = Some(cut);
        self
    }
}

/// The faults that still wait for their request.
#[derive(Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn push(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// What is to happen to this request, which is counted.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> FaultPlan {
        let mut hit = FaultPlan::default();
        for fault in &mut self.waiting {
            let matches = fault.method == "*" || fault.method == method;
            if !matches || !path.starts_with(&fault.path_prefix) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times = fault.times.saturating_sub(1);
            hit = fault.plan.clone();
            break;
        }
        self.waiting.retain(|fault| fault.times > 0);
        hit
    }
}
