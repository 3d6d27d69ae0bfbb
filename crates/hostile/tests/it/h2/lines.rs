//! Connections over HTTP/2: who gets one, which are given up, and what that costs the others.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Error, ErrorKind, PaymentStatus, Reconnect, payables::Upload};
use futures_util::StreamExt as _;
use hostile::{
    Act, Clients, Driver, Kind, Operation, Request, guarded,
    h2::{
        H2Peer, Habits,
        frame::{
            END_HEADERS, END_STREAM, code, data, frame, go_away, headers, ping, setting, settings,
        },
    },
    runtime,
};
use serde_json::json;

use crate::support::h2::{LONG, SHORT, answer, charge, client, comes_to, connections, with_limit};

/// The first request gets these acts, the others a good answer.
fn first(acts: impl Fn(u32) -> Vec<Act> + Send + Sync + 'static) -> H2Peer {
    H2Peer::start(Habits::default(), move |request, stream| match request.number {
        0 => acts(stream),
        _ => vec![answer(stream)],
    })
}

#[test]
fn a_hostile_h2_goodbye_to_an_idle_connection_is_noticed() {
    guarded("goodbye", || {
        for end in [Act::Pause, Act::Close] {
            let peer = first(move |stream| {
                let goodbye = Act::send(go_away(stream, code::NO_ERROR, ""));
                vec![answer(stream), Act::Pause, goodbye, end.clone()]
            });
            let client = client(&peer, LONG);
            charge(&client).unwrap();
            assert!(comes_to(|| peer.open() == 0), "the client closes what nobody needs");
            charge(&client).unwrap();
            assert_eq!(connections(&peer), [0, 1]);
        }
    });
}

#[test]
fn a_hostile_h2_goodbye_lets_open_streams_go_on() {
    guarded("goodbye", || {
        let peer = first(|stream| {
            let steps = Operation::Status.steps("");
            let (pending, rest) = steps[0].body.split_once("\n\n").unwrap();
            let kind = ("content-type", "text/event-stream");
            let mut acts = vec![
                Act::send(headers(stream, END_HEADERS, &[(":status", "200"), kind])),
                Act::send(go_away(stream, code::NO_ERROR, "")),
                Act::send(data(stream, 0, format!("{pending}\n\n"))),
            ];
            acts.extend(vec![Act::Pause; 10]);
            acts.push(Act::send(data(stream, END_STREAM, rest)));
            acts
        });
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let mut states = Box::pin(session.payment_status_stream("tc_1", Reconnect::UntilOver));
            let state = |item: Option<Result<PaymentStatus, Error>>| {
                item.unwrap().unwrap().payment_status.as_str().to_owned()
            };
            assert_eq!(state(states.next().await), "pending");
            // The connection takes no more streams: the next call has one of its own.
            session.execute("codespar_charge", &json!({"amount": 500})).await.unwrap();
            assert_eq!(state(states.next().await), "succeeded");
            assert!(states.next().await.is_none());
        });
        assert_eq!(connections(&peer), [0, 1]);
    });
}

#[test]
fn a_hostile_h2_server_that_takes_no_more_streams_is_left() {
    guarded("no more streams", || {
        let peer = first(|stream| {
            vec![Act::send(settings(&[(setting::MAX_CONCURRENT_STREAMS, 0)])), answer(stream)]
        });
        let client = client(&peer, LONG);
        for number in 1..=3 {
            charge(&client).unwrap();
            assert_eq!(peer.seen(), number, "each is sent once");
        }
        // The second one took no time limit to find that out, and the connection is not kept.
        assert_eq!(connections(&peer), [0, 1, 1]);
        assert!(comes_to(|| peer.open() == 1), "what takes no requests is closed");
    });
}

#[test]
fn a_hostile_h2_window_that_never_opens_ends_with_the_limit() {
    guarded("window", || {
        let mut habits = Habits::default();
        habits.greeting = settings(&[]).into();
        habits.gives_room = false;
        let peer = H2Peer::start(habits, |_, stream| vec![answer(stream)]);
        let client = client(&peer, LONG);
        charge(&client).unwrap();
        let upload = Upload::guess("bills.pdf", vec![b'%'; 8 << 20]);
        let short = with_limit(&client, &peer, SHORT);
        let error = HyperTransport::finish(short.payables().files().upload(&upload)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
        assert!(error.may_have_been_sent());
        assert_eq!(error.attempts(), 1);
        assert!(comes_to(|| peer.resets().iter().any(|reset| reset.2 == code::CANCEL)));
        assert_eq!((peer.seen(), peer.requests().len()), (2, 1), "its head came, the rest did not");
        charge(&client).unwrap();
        assert_eq!(connections(&peer), [0, 1]);
    });
}

/// Over HTTP/1.1 a call that runs out of time closes its connection. Over HTTP/2 others share it:
/// they go on, but no new call goes over a connection that may be dead.
#[test]
fn a_hostile_h2_silence_costs_nobody_else_the_connection() {
    guarded("silence", || {
        let peer = H2Peer::start(Habits::default(), |request, stream| match request.number {
            1 => vec![],
            _ if request.target().ends_with("/stream") => slow_stream(stream),
            _ => vec![answer(stream)],
        });
        let client = client(&peer, LONG);
        runtime().block_on(async {
            let session = client.session("ses_1").unwrap();
            let mut states = Box::pin(session.payment_status_stream("tc_1", Reconnect::UntilOver));
            states.next().await.unwrap().unwrap();
            let short = with_limit(&client, &peer, SHORT).session("ses_1").unwrap();
            let error = short.execute("codespar_charge", &json!({})).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
            session.execute("codespar_charge", &json!({})).await.unwrap();
            // The stream still comes over the connection that was given up.
            assert!(states.next().await.unwrap().is_ok());
            assert!(states.next().await.is_none());
        });
        assert_eq!(connections(&peer), [0, 0, 1]);
        assert!(comes_to(|| peer.open() == 1), "what was given up is closed in the end");
    });
}

/// A state, a long while nothing, another state.
fn slow_stream(stream: u32) -> Vec<Act> {
    let body = Operation::Status.steps("").swap_remove(0).body;
    let (pending, rest) = body.split_once("\n\n").unwrap();
    let kind = ("content-type", "text/event-stream");
    let mut acts = vec![
        Act::send(headers(stream, END_HEADERS, &[(":status", "200"), kind])),
        Act::send(data(stream, 0, format!("{pending}\n\n"))),
    ];
    acts.extend(vec![Act::Pause; 75]);
    acts.push(Act::send(data(stream, END_STREAM, rest)));
    acts
}

#[test]
fn a_hostile_h2_flood_ends_with_the_call_after_it() {
    guarded("flood", || {
        let interim = |stream| headers(stream, END_HEADERS, &[(":status", "100")]);
        let floods: [fn(u32) -> Vec<u8>; 4] =
            [|_| ping(), |_| settings(&[]), |_| frame(0xbe, 0, 0, [0; 1000]), interim];
        for flood in floods {
            let peer =
                H2Peer::start(Habits::default(), move |request, stream| match request.number {
                    1 => vec![Act::flood(flood(stream))],
                    _ => vec![answer(stream)],
                });
            let client = client(&peer, LONG);
            charge(&client).unwrap();
            let error = charge(&with_limit(&client, &peer, SHORT)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
            charge(&client).unwrap();
            assert!(comes_to(|| peer.open() == 1), "the flood goes on");
        }
    });
}

/// A server that says goodbye, closes or both right after each answer.
#[test]
fn never_twice_with_a_hostile_h2_server_that_leaves_after_each_answer() {
    guarded("leaves", || {
        let peer = H2Peer::start(Habits::default(), |request, stream| {
            let goodbye = Act::send(go_away(stream, code::NO_ERROR, ""));
            match request.number % 4 {
                0 => vec![answer(stream), goodbye],
                1 => vec![answer(stream), goodbye, Act::Close],
                2 => vec![answer(stream), Act::Close],
                _ => vec![answer(stream)],
            }
        });
        let client = client(&peer, LONG);
        let session = client.session("ses_1").unwrap();
        let mut lost = 0;
        for number in 0..80 {
            let call = session.execute(&format!("mark-{number:03}"), &json!({})).retries(3);
            lost += usize::from(HyperTransport::finish(call).is_err_and(|error| {
                assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
                error.may_have_been_sent()
            }));
        }
        let requests = peer.requests();
        let times = |number: usize| {
            let mark = format!("mark-{number:03}");
            let has = |request: &&Request| String::from_utf8_lossy(&request.body).contains(&mark);
            requests.iter().filter(has).count()
        };
        assert!((0..80).all(|number| times(number) <= 1));
        // One that was on its way when the connection went may or may not have arrived.
        assert!(requests.len() >= 80 - lost, "{} of 80 arrived, {lost} lost", requests.len());
    });
}

#[test]
fn a_hostile_h2_choice_of_protocol_is_refused_or_kept_to() {
    guarded("choice", || {
        let started = |protocols: &[&'static str]| {
            let mut habits = Habits::default();
            habits.protocols = protocols.to_vec();
            H2Peer::start(habits, |_, stream| vec![answer(stream)])
        };
        // None that was offered: nothing is sent.
        let peer = started(&["acme/1"]);
        let error = charge(&client(&peer, LONG)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(!error.may_have_been_sent());
        assert_eq!((error.attempts(), peer.seen()), (2, 0));
        assert_eq!(peer.offers(), [["h2", "http/1.1"], ["h2", "http/1.1"]]);
        // HTTP/1.1, or none at all, which means the same; and then frames all the same.
        for protocols in [&["http/1.1"][..], &[]] {
            let peer = started(protocols);
            let error = charge(&client(&peer, LONG)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
            assert!(error.may_have_been_sent());
            assert_eq!((error.attempts(), peer.seen()), (1, 0));
        }
    });
}

/// What is offered: by the blocking driver never HTTP/2, by the other as it is told.
#[test]
fn a_hostile_h2_server_is_not_offered_what_the_driver_cannot_speak() {
    fn offers<D: Driver>(http2: bool) -> Vec<Vec<String>> {
        let mut habits = Habits::default();
        habits.protocols = vec![];
        let peer = H2Peer::start(habits, |_, stream| vec![answer(stream)]);
        let mut settings = crate::support::h2::settings(&peer.url(), LONG);
        settings.transport.http2 = http2;
        let clients = Clients::<D>::new(&settings).unwrap();
        let outcome = Operation::Post.run(&clients);
        assert!(outcome.error.is_some(), "the answer is in frames");
        peer.offers()
    }
    guarded("offers", || {
        for http2 in [true, false] {
            let offered = offers::<UreqTransport>(http2);
            assert_eq!(offered.len(), 1);
            assert!(offered.iter().flatten().all(|name| name == "http/1.1"), "{offered:?}");
        }
        assert_eq!(offers::<HyperTransport>(true), [["h2", "http/1.1"]]);
        assert_eq!(offers::<HyperTransport>(false), [["http/1.1"]]);
        assert_eq!(Operation::Post.kind(), Kind::Unary);
    });
}
