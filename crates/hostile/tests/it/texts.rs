//! Texts that are damaged are read with U+FFFD for the damage, in answers and in events, however
//! they are cut on their way; what nobody can read is an error.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{ChatEvent, Error, ErrorKind, charges::ListCharges};
use hostile::{Act, Clients, Driver, LONG, Peer, clients, each, ok};
use upivia_proto::{
    audit_logs::AuditLogQuery,
    chat::{Turn, TurnEvent},
};

/// What stands in a JSON text, and what it says.
const TEXTS: [(&str, &[u8], &str); 10] = [
    ("whole", "café 😀".as_bytes(), "café 😀"),
    ("escaped", br"caf\u00e9 \ud83d\ude00", "café 😀"),
    ("cut in a letter", b"caf\xc3", "caf\u{fffd}"),
    ("of another encoding", b"S\xe3o Paulo", "S\u{fffd}o Paulo"),
    ("no UTF-8 at all", b"\xff\xfe", "\u{fffd}\u{fffd}"),
    ("the first half of a pair", br"ol\u00e1 \ud83d", "olá \u{fffd}"),
    ("the second half of a pair", br"\ude00!", "\u{fffd}!"),
    ("halves in the wrong order", br"\ude00\ud83d", "\u{fffd}\u{fffd}"),
    ("half a pair, as bytes", b"\xed\xa0\xbd", "\u{fffd}\u{fffd}\u{fffd}"),
    ("half a pair behind a backslash", br"\\\ud83d", "\\\u{fffd}"),
];

/// What stands in a JSON text and makes it none.
const NONE: [(&str, &[u8]); 5] = [
    ("a NUL byte", b"a\0b"),
    ("a control character", b"a\x01b"),
    ("half an escape", br"\ud8"),
    ("an escape that is none", br"\q"),
    ("bytes behind its end", b"a\"\xff,\"b"),
];

/// Where a text comes from: what is around it, how it is asked for, and what its absence comes to.
struct Place<D: Driver> {
    name: &'static str,
    before: &'static str,
    after: &'static str,
    ask: fn(&Clients<D>) -> Result<String, Error>,
    unread: ErrorKind,
}

fn first<I>((items, error): (Vec<I>, Option<Error>)) -> Result<I, Error> {
    match (items.into_iter().next(), error) {
        (Some(item), None) => Ok(item),
        (_, Some(error)) => Err(error),
        (None, None) => panic!("nothing was handed out"),
    }
}

fn places<D: Driver>() -> [Place<D>; 4] {
    let page = |clients: &Clients<D>| {
        let charges = clients.codespar.charges().list(&ListCharges::default());
        Ok(first(D::collect(charges))?.id.unwrap_or_default())
    };
    let logs = |clients: &Clients<D>| {
        let logs = clients.upivia.audit_logs().list(&AuditLogQuery::default());
        Ok(first(D::collect(logs))?.id.unwrap_or_default())
    };
    let status = |clients: &Clients<D>| {
        let session = clients.codespar.session("ses_1")?;
        let status = D::finish(session.payment_status("tc_1"))?;
        Ok(status.payment_status.as_str().to_owned())
    };
    let said = |clients: &Clients<D>| {
        let session = clients.codespar.session("ses_1")?;
        match first(D::collect(session.send_stream("hi")))? {
            ChatEvent::AssistantText(text) => Ok(text.content),
            event => panic!("{event:?}"),
        }
    };
    [
        Place {
            name: "a page",
            before: r#"{"data":[{"id":""#,
            after: r#""}],"next_cursor":null}"#,
            ask: page,
            unread: ErrorKind::Decode,
        },
        Place {
            name: "a page of Upivia's",
            before: r#"{"logs":[{"id":""#,
            after: r#""}],"next_cursor":null}"#,
            ask: logs,
            unread: ErrorKind::Decode,
        },
        Place {
            name: "an answer",
            before: r#"{"events":[],"payment_status":""#,
            after: r#""}"#,
            ask: status,
            unread: ErrorKind::Decode,
        },
        Place {
            name: "an event",
            before: "event: assistant_text\ndata: {\"content\":\"",
            after: "\"}\n\nevent: done\n\
                    data: {\"message\":\"\",\"tool_calls\":[],\"iterations\":1}\n\n",
            ask: said,
            unread: ErrorKind::Stream,
        },
    ]
}

/// Asks a server that sends it byte by byte, so that no letter comes in one piece.
fn ask<D: Driver>(place: &Place<D>, mark: &str, text: &[u8]) -> Result<String, Error> {
    let parts = [mark.as_bytes(), place.before.as_bytes(), text, place.after.as_bytes()];
    let kind = match place.unread {
        ErrorKind::Stream => "text/event-stream",
        _ => "application/json",
    };
    let answer = ok(kind, parts.concat());
    let peer = Peer::start(move |_| vec![Act::Drip(answer.clone().into())]);
    (place.ask)(&clients::<D>(&peer.url(), LONG))
}

fn damaged<D: Driver>((text, bytes, says): (&'static str, &[u8], &str)) -> Result<(), String> {
    for place in places::<D>() {
        for mark in ["", "\u{feff}"] {
            match ask(&place, mark, bytes) {
                Ok(read) if read == says => {}
                other => return Err(format!("{}: {text}: {other:?}", place.name)),
            }
        }
    }
    Ok(())
}

fn unreadable<D: Driver>((text, bytes): (&'static str, &[u8])) -> Result<(), String> {
    for place in places::<D>() {
        match ask(&place, "", bytes) {
            Err(error) if error.kind() == place.unread => {}
            other => return Err(format!("{}: {text}: {other:?}", place.name)),
        }
    }
    Ok(())
}

#[test]
fn hostile_damage_to_texts_is_read_as_what_is_left_of_them() {
    each(TEXTS, |text| format!("{}, blocking", text.0), damaged::<UreqTransport>);
    each(TEXTS, |text| format!("{}, async", text.0), damaged::<HyperTransport>);
}

#[test]
fn hostile_damage_that_nobody_can_read_is_an_error() {
    each(NONE, |text| format!("{}, blocking", text.0), unreadable::<UreqTransport>);
    each(NONE, |text| format!("{}, async", text.0), unreadable::<HyperTransport>);
}

/// Upivia's texts are as they came where they are no JSON: the damage alone is replaced.
fn piece<D: Driver>((name, bytes, says): (&'static str, &[u8], &str)) -> Result<(), String> {
    let body =
        [b"event: message_delta\ndata: {\"delta\":\"", bytes, b"\"}\n\nevent: done\ndata: {}\n\n"];
    let answer = ok("text/event-stream", body.concat());
    let peer = Peer::start(move |_| vec![Act::Drip(answer.clone().into())]);
    let clients = clients::<D>(&peer.url(), LONG);
    let (events, error) = D::collect(clients.upivia.chat().turn(&Turn::new("cs_1").message("Oi")));
    let fine = match &*events {
        [TurnEvent::MessageDelta(piece), _] => {
            piece.delta.as_deref() == Some(says) && error.is_none()
        }
        _ => false,
    };
    if fine { Ok(()) } else { Err(format!("{name}: {events:?}, {error:?}")) }
}

#[test]
fn hostile_damage_to_a_turn_is_read_as_what_is_left_of_it() {
    each(TEXTS, |text| format!("{}, blocking", text.0), piece::<UreqTransport>);
    each(TEXTS, |text| format!("{}, async", text.0), piece::<HyperTransport>);
}
