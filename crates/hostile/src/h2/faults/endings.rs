//! Streams and connections that end before their time, or never.

use codespar_proto::ErrorKind::{Decode, Stream};

use super::acts::*;
use crate::{
    Act,
    Expect::{Fails, Fine},
    Repeat::No,
    expect::{BREAKS, LATE, SILENT},
    h2::{
        fault::{
            Fate::{Any, Gone, Kept},
            H2Fault,
            Manner::Silent,
        },
        frame::*,
    },
};

/// Refusals, goodbyes, silence, floods.
pub(super) const FAULTS: &[H2Fault] = &[
    // The stream is refused, or ends before its time.
    H2Fault::both("refused", |_, id| resets(id, code::REFUSED_STREAM), BREAKS, Kept),
    H2Fault::both("reset: internal error", |_, id| resets(id, code::INTERNAL_ERROR), BREAKS, Kept),
    H2Fault::both("reset: cancel", |_, id| resets(id, code::CANCEL), BREAKS, Kept),
    H2Fault::both("reset: no error", |_, id| resets(id, code::NO_ERROR), BREAKS, Kept),
    H2Fault::both("reset: a code that is none", |_, id| resets(id, 0xdead_beef), BREAKS, Kept),
    H2Fault::both(
        "refused in the body",
        |step, id| part_then_reset(step, id, code::REFUSED_STREAM),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "reset in the body: internal error",
        |step, id| part_then_reset(step, id, code::INTERNAL_ERROR),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "reset in the body: cancel",
        |step, id| part_then_reset(step, id, code::CANCEL),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "reset in the body: no error",
        |step, id| part_then_reset(step, id, code::NO_ERROR),
        BREAKS,
        Kept,
    ),
    H2Fault::new("reset after the body: no error", whole_then_reset, BREAKS, Fine, Kept),
    H2Fault::both(
        "reset after the end: no error",
        |step, id| vec![Act::send([good(step, id), reset(id, code::NO_ERROR)].concat())],
        Fine,
        Kept,
    ),
    // The connection says goodbye.
    H2Fault::both(
        "goodbye: not looked at",
        |_, id| goodbye(id - 1, code::NO_ERROR, Act::Pause),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: not looked at, then closed",
        |_, id| goodbye(id - 1, code::NO_ERROR, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: not looked at, with an error",
        |_, id| goodbye(id - 1, code::INTERNAL_ERROR, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: looked at, then closed",
        |_, id| goodbye(id, code::NO_ERROR, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: looked at, then reset",
        |_, id| goodbye(id, code::NO_ERROR, Act::Reset),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: looked at, with an error",
        |_, id| goodbye(id, code::ENHANCE_YOUR_CALM, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: in the body, then closed",
        |step, id| [part(step, id), goodbye(id, code::NO_ERROR, Act::Close)].concat(),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "goodbye: but the answer comes",
        |step, id| {
            vec![Act::send(go_away(id, code::NO_ERROR, "")), Act::Pause, Act::send(good(step, id))]
        },
        Fine,
        Gone,
    ),
    H2Fault::both(
        "goodbye: soon, and the answer comes",
        |step, id| {
            vec![
                Act::send(go_away(LAST, code::NO_ERROR, "soon")),
                Act::Pause,
                Act::send([good(step, id), go_away(id, code::NO_ERROR, "")].concat()),
            ]
        },
        Fine,
        Gone,
    ),
    H2Fault::both(
        "goodbye: twice, the second for more",
        |_, id| {
            vec![
                Act::send(
                    [go_away(id, code::NO_ERROR, ""), go_away(id + 8, code::NO_ERROR, "")].concat(),
                ),
                Act::Close,
            ]
        },
        BREAKS,
        Gone,
    ),
    // The connection goes without one.
    H2Fault::both("closed before the head", |_, _| vec![Act::Close], BREAKS, Gone),
    H2Fault::both("cut before the head", |_, _| vec![Act::Reset], BREAKS, Gone),
    H2Fault::both(
        "closed within a frame's head",
        |step, id| begins(good(step, id), 4, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "closed in the header block",
        |step, id| begins(good(step, id), 12, Act::Close),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "closed before the rest of the header block",
        |_, id| vec![Act::send(headers(id, 0, OK)), Act::Close],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "closed after the head",
        |step, id| vec![Act::send(head(step, id)), Act::Close],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "closed in the body",
        |step, id| [part(step, id), vec![Act::Close]].concat(),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "cut in the body",
        |step, id| [part(step, id), vec![Act::Pause, Act::Reset]].concat(),
        BREAKS,
        Gone,
    ),
    H2Fault::both("closed within a frame of the body", within_a_frame, BREAKS, Gone),
    H2Fault::new(
        "closed before the end of the stream",
        |step, id| vec![Act::send([head(step, id), data(id, 0, &step.body)].concat()), Act::Close],
        BREAKS,
        Fine,
        Gone,
    ),
    // Silence.
    H2Fault::both("never answers", |_, _| vec![], LATE, Gone).manner(Silent),
    H2Fault::both("stops altogether", |_, _| vec![Act::Stall], LATE, Gone).manner(Silent),
    H2Fault::both(
        "stalls in the header block",
        |_, id| vec![Act::send(headers(id, 0, OK))],
        LATE,
        Gone,
    )
    .manner(Silent),
    H2Fault::new("stalls in the body", part, LATE, SILENT, Gone).manner(Silent),
    H2Fault::new(
        "stops altogether in the body",
        |step, id| [part(step, id), vec![Act::Stall]].concat(),
        LATE,
        SILENT,
        Gone,
    )
    .manner(Silent),
    H2Fault::new(
        "stalls within a frame",
        |step, id| begins(good(step, id), 60, Act::Pause),
        LATE,
        SILENT,
        Gone,
    )
    .manner(Silent),
    H2Fault::new(
        "stalls before the end of the stream",
        |step, id| vec![Act::send([head(step, id), data(id, 0, first(step))].concat())],
        LATE,
        SILENT,
        Gone,
    )
    .manner(Silent),
    H2Fault::new("trickles for ever", trickles, LATE, SILENT, Any).manner(Silent),
    H2Fault::new(
        "trickles empty frames for ever",
        |step, id| vec![Act::send(head(step, id)), Act::Trickle(data(id, 0, "").into())],
        LATE,
        SILENT,
        Any,
    )
    .manner(Silent),
    H2Fault::both(
        "interim answers for ever",
        |_, id| vec![Act::Trickle(interim(id).into())],
        LATE,
        Gone,
    )
    .manner(Silent),
    H2Fault::both(
        "pings for ever",
        |_, _| vec![Act::Trickle(ping().repeat(50).into())],
        LATE,
        Gone,
    )
    .manner(Silent),
    H2Fault::both(
        "settings for ever",
        |_, _| vec![Act::Trickle(settings(&[]).repeat(50).into())],
        LATE,
        Gone,
    )
    .manner(Silent),
    H2Fault::both(
        "frames of no kind for ever",
        |_, _| vec![Act::Trickle(frame(0xbe, 0, 0, [0; 1000]).repeat(10).into())],
        LATE,
        Gone,
    )
    .manner(Silent),
    // Too much.
    H2Fault::both(
        "a header block without end",
        |_, id| {
            vec![
                Act::send(headers(id, 0, OK)),
                Act::flood(frame(kind::CONTINUATION, 0, id, block(&[("x-note", "more")]))),
            ]
        },
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a header block without end, of nothing",
        |_, id| {
            vec![Act::send(headers(id, 0, OK)), Act::flood(frame(kind::CONTINUATION, 0, id, ""))]
        },
        BREAKS,
        Gone,
    ),
    H2Fault::both("a huge header", |step, id| vec![Act::send(huge(step, id))], BREAKS, Kept),
    H2Fault::both(
        "headers that are huge together",
        |step, id| vec![Act::send(many(step, id))],
        BREAKS,
        Kept,
    ),
    H2Fault::new("a body without end", endless, Fails(&[Decode], No), Fails(&[Stream], No), Kept),
    H2Fault::both(
        "a refusal without end",
        |_, id| {
            vec![
                Act::send(headers(id, END_HEADERS, &[(":status", "500"), JSON])),
                Act::flood(data(id, 0, [b'a'; 4096])),
            ]
        },
        Fails(&[Decode], No),
        Kept,
    ),
    H2Fault::both(
        "empty frames without end",
        |step, id| vec![Act::send(head(step, id)), Act::flood(data(id, 0, ""))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a thousand resets",
        |_, id| vec![Act::send(reset(id, code::CANCEL).repeat(1000))],
        BREAKS,
        Kept,
    ),
];
