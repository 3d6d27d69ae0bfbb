//! Answers and frames that break the rules of HTTP/2, and a few that only look so.

use codespar_proto::ErrorKind::Api;

use super::acts::*;
use crate::{
    Act,
    Expect::{Fails, Fine},
    Repeat::{No, Yes},
    expect::BREAKS,
    h2::{
        fault::{
            Fate::{Gone, Kept},
            H2Fault,
            Manner::{Mute, Refuses},
        },
        frame::*,
    },
};

/// Lies, frames that must not be, another protocol, and what is unusual and fine.
pub(super) const FAULTS: &[H2Fault] = &[
    // Lies.
    H2Fault::both(
        "a length that is too long",
        |step, id| of_length(step, id, step.body.len() + 10),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "a length that is too short",
        |step, id| of_length(step, id, step.body.len() / 3),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "a length that is none",
        |step, id| with(step, id, &[("content-length", "many")]),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "two lengths that differ",
        |step, id| with(step, id, &[("content-length", "5"), ("content-length", "7")]),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "a name in capitals",
        |step, id| with(step, id, &[("X-Note", "a")]),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a NUL byte in a header",
        |step, id| with(step, id, &[("x-note", "a\0b")]),
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a header of the connection",
        |step, id| with(step, id, &[("connection", "close")]),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "no status",
        |step, id| {
            vec![Act::send(
                [headers(id, END_HEADERS, &[kind_of(step)]), data(id, END_STREAM, &step.body)]
                    .concat(),
            )]
        },
        BREAKS,
        Kept,
    ),
    H2Fault::both("two statuses", |step, id| with(step, id, &[(":status", "200")]), BREAKS, Kept),
    H2Fault::both(
        "a status that is none",
        |_, id| vec![Act::send(headers(id, END, &[(":status", "abc")]))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a status that is too late",
        |step, id| {
            vec![Act::send(
                [
                    headers(id, END_HEADERS, &[kind_of(step), (":status", "200")]),
                    data(id, END_STREAM, &step.body),
                ]
                .concat(),
            )]
        },
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "a field of requests",
        |step, id| with(step, id, &[(":path", "/")]),
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "only an interim answer",
        |_, id| vec![Act::send(headers(id, END, &[(":status", "103")]))],
        BREAKS,
        Kept,
    ),
    H2Fault::both(
        "a switch of protocols",
        |_, id| vec![Act::send(headers(id, END_HEADERS, &[(":status", "101")])), Act::Close],
        BREAKS,
        Gone,
    ),
    // Frames that must not be.
    H2Fault::both(
        "a header block that is none",
        |_, id| {
            vec![Act::send(frame(kind::HEADERS, END, id, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))]
        },
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a header that nobody knows",
        |_, id| vec![Act::send(frame(kind::HEADERS, END, id, [0xfe]))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a body without a head",
        |step, id| vec![Act::send(data(id, END_STREAM, &step.body))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a body on no stream",
        |step, id| vec![Act::send([head(step, id), data(0, END_STREAM, &step.body)].concat())],
        BREAKS,
        Gone,
    ),
    H2Fault::both("a head on no stream", |_, _| vec![Act::send(headers(0, END, OK))], BREAKS, Gone),
    H2Fault::both(
        "an answer that nobody asked for",
        |_, id| vec![Act::send(headers(id + 2, END, OK))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a frame of another stream in a header block",
        |step, id| vec![Act::send([headers(id, 0, OK), data(id, END_STREAM, &step.body)].concat())],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "the rest of no header block",
        |_, id| vec![Act::send(frame(kind::CONTINUATION, END_HEADERS, id, block(OK)))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a frame that is larger than allowed",
        |step, id| vec![Act::send([head(step, id), data(id, END_STREAM, [b' '; 16_385])].concat())],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a frame that says it is 16 MiB",
        |_, id| vec![Act::send(frame_of_length((1 << 24) - 1, kind::HEADERS, END, id, block(OK)))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a reset of the wrong size",
        |_, id| vec![Act::send(frame(kind::RST_STREAM, 0, id, [0; 3]))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "settings of the wrong size",
        |_, _| vec![Act::send(frame(kind::SETTINGS, 0, 0, [0; 5]))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "settings that must not be",
        |_, _| vec![Act::send(settings(&[(setting::MAX_FRAME_SIZE, 1)]))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a window that overflows",
        |_, _| vec![Act::send([window_update(0, LAST), window_update(0, LAST)].concat())],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a window that does not grow",
        |_, _| vec![Act::send(window_update(0, 0))],
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "padding beyond the frame",
        |_, id| {
            vec![Act::send(
                [
                    headers(id, END_HEADERS, OK),
                    frame(kind::DATA, END_STREAM | 8, id, [9, b'{', b'}']),
                ]
                .concat(),
            )]
        },
        BREAKS,
        Gone,
    ),
    H2Fault::both(
        "a promise",
        |_, id| {
            vec![Act::send(frame(
                kind::PUSH_PROMISE,
                END_HEADERS,
                id,
                [
                    &2_u32.to_be_bytes()[..],
                    &block(&[
                        (":method", "GET"),
                        (":scheme", "https"),
                        (":authority", "a"),
                        (":path", "/"),
                    ]),
                ]
                .concat(),
            ))]
        },
        BREAKS,
        Gone,
    ),
    // Another protocol.
    H2Fault::both(
        "speaks HTTP/1.1",
        |step, _| vec![Act::send(crate::ok(step.media_type(), &step.body)), Act::Close],
        BREAKS,
        Gone,
    )
    .manner(Mute),
    H2Fault::both(
        "speaks something else",
        |_, _| vec![Act::send("SSH-2.0-OpenSSH_9.9\r\n"), Act::Close],
        BREAKS,
        Gone,
    )
    .manner(Mute),
    H2Fault::both(
        "begins without settings",
        |step, id| vec![Act::send(good(step, id)), Act::Pause],
        Fine,
        Kept,
    )
    .manner(Mute),
    H2Fault::both(
        "begins with a goodbye",
        |_, _| vec![Act::send(go_away(0, code::NO_ERROR, "")), Act::Close],
        BREAKS,
        Gone,
    )
    .manner(Mute),
    // Fine, if unusual.
    H2Fault::both(
        "one byte at a time",
        |step, id| vec![Act::Drip(good(step, id).into())],
        Fine,
        Kept,
    ),
    H2Fault::both("a header block in pieces", in_pieces, Fine, Kept),
    H2Fault::both("a body in pieces, with padding", padded, Fine, Kept),
    H2Fault::both(
        "interim answers first",
        |step, id| {
            vec![
                Act::send(
                    [
                        interim(id),
                        headers(id, END_HEADERS, &[(":status", "103"), ("link", "</a>")]),
                    ]
                    .concat(),
                ),
                Act::Pause,
                Act::send(good(step, id)),
            ]
        },
        Fine,
        Kept,
    ),
    H2Fault::both(
        "trailers",
        |step, id| {
            vec![Act::send(
                [head(step, id), data(id, 0, &step.body), headers(id, END, &[("x-note", "a")])]
                    .concat(),
            )]
        },
        Fine,
        Kept,
    ),
    H2Fault::both(
        "frames of no kind",
        |step, id| {
            vec![Act::send(
                [frame(0xbe, 0xff, id, "a"), frame(0xbe, 0xff, 0, "a"), good(step, id)].concat(),
            )]
        },
        Fine,
        Kept,
    ),
    H2Fault::both(
        "settings and pings in between",
        |step, id| {
            vec![Act::send(
                [
                    settings(&[(setting::MAX_CONCURRENT_STREAMS, 3)]),
                    head(step, id),
                    ping(),
                    settings(&[(0xbeef, 1)]),
                    data(id, END_STREAM, &step.body),
                ]
                .concat(),
            )]
        },
        Fine,
        Kept,
    ),
    H2Fault::both("the right length", |step, id| of_length(step, id, step.body.len()), Fine, Kept),
    H2Fault::both(
        "a refusal for now",
        |_, id| vec![Act::send(headers(id, END, &[(":status", "429")]))],
        Fails(&[Api], Yes),
        Kept,
    )
    .manner(Refuses),
    H2Fault::both(
        "a refusal that is reset",
        |_, id| {
            vec![Act::send(
                [headers(id, END, &[(":status", "403")]), reset(id, code::NO_ERROR)].concat(),
            )]
        },
        Fails(&[Api], No),
        Kept,
    )
    .manner(Refuses),
];
