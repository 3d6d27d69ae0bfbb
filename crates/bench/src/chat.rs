//! A chat stream driven by hand: bytes in, typed events out, no transport in between.

use std::{
    collections::hash_map::RandomState,
    time::{Instant, SystemTime},
};

use bytes::Bytes;
use codespar_engine::{
    CallOptions, Error,
    driver::{Event, Flow, Step, Ticker},
    testing::Offline,
};
use codespar_proto::{
    ChatEvent, Client, Config, Json, Session,
    chat::{AssistantText, SendResult, ToolCallRecord, ToolUse},
};
use http::{Response, header::CONTENT_TYPE, response::Parts};
use serde::Deserialize;

use crate::{Outcome, sample::KEY};

/// A session whose flows are driven by hand.
pub(crate) fn offline() -> Outcome<Session<Offline>> {
    let client = Client::with_transport(Config::new(KEY), Offline::new())?;
    Ok(client.session("ses_1")?)
}

/// The moments of a driver: real clocks, real noise.
pub(crate) struct Clock {
    begun: Instant,
    ticker: Ticker<RandomState>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), ticker: Ticker::new(RandomState::new(), SystemTime::now) }
    }

    pub(crate) fn tick(&self) -> codespar_engine::driver::Tick<'_> {
        self.ticker.tick(self.begun.elapsed())
    }
}

pub(crate) fn head(kind: &'static str) -> Box<Parts> {
    let mut response = Response::new(());
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    Box::new(response.into_parts().0)
}

/// Drives a flow with an answer made of these chunks; `each` takes its items.
pub(crate) fn drive<I, O>(
    mut flow: Box<dyn Flow<Item = I, Output = O>>,
    options: CallOptions,
    kind: &'static str,
    chunks: &[Bytes],
    clock: &Clock,
    mut each: impl FnMut(I),
) -> Result<O, Error> {
    let mut chunks = chunks.iter();
    let mut event = Event::Start(options);
    let mut tick = clock.tick();
    loop {
        // No time passes while an item is taken.
        if !matches!(event, Event::Taken) {
            tick = clock.tick();
        }
        event = match flow.resume(tick, event) {
            Step::Open(_) => Event::Head(head(kind)),
            Step::Read { .. } => chunks.next().cloned().map_or(Event::End, Event::Chunk),
            Step::Wait(_) => Event::Woke,
            Step::Yield(item) => {
                each(item);
                Event::Taken
            }
            Step::Done(output) => return output,
        };
    }
}

/// The typed events of a turn, by this SDK.
pub(crate) fn ours(
    session: &Session<Offline>,
    chunks: &[Bytes],
    clock: &Clock,
    each: impl FnMut(ChatEvent),
) -> Outcome<()> {
    let (flow, options) = session.send_stream("Cobre R$ 150,00 por Pix").into_flow();
    Ok(drive(flow, options, "text/event-stream", chunks, clock, each)?)
}

/// The same events, as one would read them by hand: `serde_json` into the same types.
pub(crate) fn by_hand(name: &str, data: &str) -> Outcome<ChatEvent> {
    #[derive(Deserialize)]
    struct Done {
        result: SendResult,
    }
    #[derive(Deserialize)]
    struct Record {
        tool_call: ToolCallRecord,
    }
    Ok(match name {
        "assistant_text" => ChatEvent::AssistantText(serde_json::from_str::<AssistantText>(data)?),
        "tool_use" => ChatEvent::ToolUse(serde_json::from_str::<ToolUse>(data)?),
        "tool_result" => {
            ChatEvent::ToolResult(Box::new(serde_json::from_str::<Record>(data)?.tool_call))
        }
        "done" => ChatEvent::Done(serde_json::from_str::<Done>(data)?.result),
        name => {
            ChatEvent::Other { event: name.to_owned(), data: serde_json::from_str::<Json>(data)? }
        }
    })
}
