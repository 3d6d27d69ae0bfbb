//! Event streams in memory: cutting into frames, and reading the frames.

use std::{
    convert::Infallible,
    hint::black_box,
    num::NonZeroUsize,
    pin::{Pin, pin},
    slice,
    task::{Context, Poll, Waker},
};

use bytes::{Buf as _, Bytes};
use codespar_engine::sse::FrameDecoder;
use futures_core::Stream;
use sse_core::{SseDecoder, SseEvent};
use sse_stream::SseByteStream;

use crate::{
    Outcome, chat,
    measure::{Contender, Effort, Spread, Timings, interleaved},
    report::{Report, Row},
    sample,
};

const MIB: usize = 1 << 20;
/// One frame may be this large here; the default limit counts the name of the field too.
const LIMIT: usize = 64 * MIB;

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let mut report = Report::default();
    typed(effort, &mut report)?;
    framing(effort, &mut report)?;
    large(effort, &mut report)?;
    Ok(report)
}

fn framing(effort: Effort, report: &mut Report) -> Outcome<()> {
    let chunks = sample::chunks(sample::deltas(4 * MIB), 16 << 10);
    let contenders = vec![
        Contender::new("this SDK", || frames(&chunks)),
        Contender::new("this SDK, with a check of UTF-8", || checked_frames(&chunks)),
        Contender::new("sse-stream 0.3", || by_sse_stream(&chunks, |_, data| look(data))),
        Contender::new("sse-core 0.2", || by_sse_core(&chunks, |_, data| look(data))),
    ];
    let taken = interleaved(effort.rounds, 1, contenders)?;
    let title = "event-stream framing, small deltas in chunks of 16 KiB";
    report.bytes(title, length(&chunks), &taken);
    if let [ours, checked, others @ ..] = &*taken {
        let what = "SSE framing, small frames : best public crate";
        report.row(Row::ratio(what, against_best(ours, others)).at_least(2.5));
        let what = "SSE framing with a check of UTF-8 : best public crate";
        report.row(Row::ratio(what, against_best(checked, others)));
    }
    Ok(())
}

fn typed(effort: Effort, report: &mut Report) -> Outcome<()> {
    let chunks = sample::chunks(sample::turn(20_000), 16 << 10);
    let (session, clock) = (chat::offline()?, chat::Clock::new());
    let event =
        |name: &str, data: &str| chat::by_hand(name, data).map(|event| drop(black_box(event)));
    let contenders = vec![
        Contender::new("this SDK", || {
            chat::ours(&session, &chunks, &clock, |event| drop(black_box(event)))
        }),
        Contender::new("sse-stream 0.3 + serde_json", || by_sse_stream(&chunks, event)),
        Contender::new("sse-core 0.2 + serde_json", || by_sse_core(&chunks, event)),
    ];
    let taken = interleaved(effort.rounds, 1, contenders)?;
    let title = "event stream to typed chat events, chunks of 16 KiB";
    report.bytes(title, length(&chunks), &taken);
    if let Some((ours, others)) = taken.split_first() {
        let what = "SSE to typed events : best public crate + serde_json";
        report.row(Row::ratio(what, against_best(ours, others)).at_least(2.5));
    }
    Ok(())
}

fn large(effort: Effort, report: &mut Report) -> Outcome<()> {
    let small = sample::chunks(sample::deltas(16 * MIB), 1 << 10);
    let one = sample::chunks(sample::large(16 * MIB), 1 << 10);
    let contenders = vec![
        Contender::new("one frame of 16 MiB", || frames(&one)),
        Contender::new("small frames", || frames(&small)),
    ];
    let taken = interleaved(effort.rounds, 1, contenders)?;
    report.bytes("event-stream framing, 16 MiB in chunks of 1 KiB", 16 * MIB, &taken);
    if let [one, small] = &*taken {
        let what = "one frame of 16 MiB in 1 KiB chunks : small frames";
        report.row(Row::ratio(what, Spread::speed(&one.cpu, &small.cpu)).at_least(0.5));
    }
    Ok(())
}

/// One against the fastest of the others, by processor time: there is no waiting here.
fn against_best(ours: &Timings, others: &[Timings]) -> Spread {
    let ratios = others.iter().map(|other| Spread::speed(&ours.cpu, &other.cpu));
    let least = ratios.min_by(|one, other| one.median.total_cmp(&other.median));
    least.unwrap_or_else(|| Spread::exactly(f64::NAN))
}

fn length(chunks: &[Bytes]) -> usize {
    chunks.iter().map(Bytes::len).sum()
}

fn look(data: &str) -> Outcome<()> {
    black_box(data);
    Ok(())
}

/// This SDK's decoder. It leaves UTF-8 to the reader of the JSON; the others check it themselves.
pub(crate) fn frames(chunks: &[Bytes]) -> Outcome<()> {
    let mut decoder = FrameDecoder::new().with_limit(LIMIT);
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(frame) = decoder.next_frame()? {
            black_box(frame.event());
            black_box(frame.data());
        }
    }
    Ok(())
}

fn checked_frames(chunks: &[Bytes]) -> Outcome<()> {
    let mut decoder = FrameDecoder::new().with_limit(LIMIT);
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(frame) = decoder.next_frame()? {
            black_box(frame.event());
            look(std::str::from_utf8(frame.data())?)?;
        }
    }
    Ok(())
}

fn by_sse_core(chunks: &[Bytes], mut each: impl FnMut(&str, &str) -> Outcome<()>) -> Outcome<()> {
    let limit = NonZeroUsize::new(LIMIT).ok_or("no limit")?;
    let mut decoder = SseDecoder::with_limit(limit);
    for chunk in chunks {
        let mut chunk = chunk.clone();
        while chunk.has_remaining() {
            let Some(event) = decoder.next(&mut chunk) else { break };
            if let SseEvent::Message(message) = event? {
                each(&message.event, &message.data)?;
            }
        }
    }
    Ok(())
}

/// Typed events with a public crate and `serde_json`.
pub(crate) fn by_hand(chunks: &[Bytes]) -> Outcome<()> {
    by_sse_core(chunks, |name, data| chat::by_hand(name, data).map(|event| drop(black_box(event))))
}

struct Chunks<'a>(slice::Iter<'a, Bytes>);

impl Stream for Chunks<'_> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().cloned().map(Ok))
    }
}

fn by_sse_stream(chunks: &[Bytes], mut each: impl FnMut(&str, &str) -> Outcome<()>) -> Outcome<()> {
    let mut stream = pin!(SseByteStream::new(Chunks(chunks.iter())));
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(event)) = stream.as_mut().poll_next(&mut context) {
        let event = event.map_err(|error| error.to_string())?;
        let name = event.event.as_deref().unwrap_or("message");
        each(name, event.data.as_deref().unwrap_or_default())?;
    }
    Ok(())
}
