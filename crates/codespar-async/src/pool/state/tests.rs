//! The pool as a state machine, without sockets: any order of events keeps its promises.

mod model;

use proptest::prelude::*;

use self::model::{Act, IDLE, Model, act};
use super::*;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn any_order_of_events_keeps_the_promises(
        most in 1..6_usize,
        known in 0..3_usize,
        acts in prop::collection::vec(act(), 1..120),
    ) {
        let protocol = [Protocol::Unknown, Protocol::Http1, Protocol::Http2][known];
        let mut model = Model::new(most, protocol);
        for act in &acts {
            let before = model.in_use();
            model.run(act);
            model.check(&before);
        }
        // Everybody who still waits is served or told in the end, if dials and answers end.
        for _ in 0..10_000 {
            if model.waiting.is_empty() {
                break;
            }
            let before = model.in_use();
            let act = match (model.dialing, model.any_connection(0)) {
                (1.., _) => Act::Dialed { http2: true },
                (0, Some(_)) if model.state.shared.iter().any(|one| one.limit.is_none()) => {
                    let first = model.state.shared.iter().position(|one| one.limit.is_none());
                    Act::Announce(first.unwrap_or(0), 100)
                }
                _ => Act::Finish(0),
            };
            model.run(&act);
            model.check(&before);
        }
        prop_assert!(model.waiting.is_empty(), "{:?}", model.state);
    }
}

/// So many at once on a server nobody has spoken to; the limit is that of HTTP/2.
fn burst(purpose: Purpose, count: usize, limit: Option<usize>) -> Model {
    let mut model = Model::new(128, Protocol::Unknown);
    for _ in 0..count {
        model.run(&Act::Ask(purpose == Purpose::Stream));
    }
    assert_eq!(model.dialing, 1, "the first dial is shared");
    while model.dialing > 0 {
        model.run(&Act::Dialed { http2: limit.is_some() });
        if let Some(limit) = limit {
            model.announce(model.state.shared.len() - 1, limit);
            model.run(&Act::Announce(0, limit));
        }
    }
    model
}

#[test]
fn a_cold_burst_dials_no_more_than_it_needs() {
    let connections = |limit| burst(Purpose::Call, 1_000, Some(limit)).state.shared.len();
    assert_eq!(connections(usize::MAX), 1);
    assert_eq!(connections(1_000), 1);
    assert_eq!(connections(999), 2);
    assert_eq!(connections(100), 10);
    assert_eq!(burst(Purpose::Call, 1_000, None).http1, 1_000, "one for each call");
}

#[test]
fn ten_thousand_streams_find_room_and_leave_some_to_calls() {
    let mut model = burst(Purpose::Stream, 10_000, Some(100));
    assert!(model.waiting.is_empty());
    assert_eq!(model.state.shared.len(), 112);
    for _ in 0..1_000 {
        model.run(&Act::Ask(false));
    }
    assert_eq!((model.waiting.len(), model.dialing), (0, 0));
}

/// Streams on a server that takes one at a time, or on the only connection there may be.
#[test]
fn streams_leave_room_to_calls_however_little_there_is() {
    for (most, limit, streams) in [(1, 100, 90), (1, 2, 1), (3, 1, 2), (2, 5, 8), (1, 1, 1)] {
        let mut model = Model::new(most, Protocol::Unknown);
        for _ in 0..200 {
            model.run(&Act::Ask(true));
        }
        while model.dialing > 0 {
            model.run(&Act::Dialed { http2: true });
            model.announce(model.state.shared.len() - 1, limit);
            model.run(&Act::Announce(0, limit));
        }
        assert_eq!(model.world.borrow().held.len(), streams, "{most} connections of {limit}");
        model.run(&Act::Ask(false));
        while model.dialing > 0 {
            model.run(&Act::Dialed { http2: true });
            model.announce(model.state.shared.len() - 1, limit);
            model.run(&Act::Announce(0, limit));
        }
        let called = model.world.borrow().held.contains_key(&200);
        assert_eq!(called, (most, limit) != (1, 1), "{most} connections of {limit}");
    }
}

#[test]
fn calls_come_before_streams_that_wait() {
    let mut model = Model::new(1, Protocol::Http2);
    model.run(&Act::Ask(true));
    model.run(&Act::Dialed { http2: true });
    model.run(&Act::Announce(0, 1));
    model.run(&Act::Ask(true));
    model.run(&Act::Ask(false));
    model.run(&Act::Finish(0));
    assert!(model.world.borrow().held.contains_key(&2), "the call");
    assert_eq!(model.waiting, [1]);
}

/// The one used last is used first, so that what a burst has left grows old.
#[test]
fn idle_connections_are_as_many_as_were_in_use_lately() {
    let mut model = burst(Purpose::Call, 10, None);
    for _ in 0..10 {
        model.run(&Act::Finish(0));
    }
    assert_eq!(model.state.idle.len(), 10);
    for _ in 0..5 {
        model.now += IDLE / 4;
        model.run(&Act::Ask(false));
        model.run(&Act::Finish(0));
    }
    model.state.expire(model.now, |_| true);
    assert_eq!((model.state.idle.len(), model.http1), (1, 10));
}

#[test]
fn closed_connections_are_let_go_of_from_the_oldest_on() {
    let mut model = burst(Purpose::Call, 10, None);
    for _ in 0..10 {
        model.run(&Act::Finish(0));
    }
    let mut looked_at = 0;
    let (next, _) = model.state.expire(model.now, |one| {
        looked_at += 1;
        *one > 4
    });
    assert_eq!((model.state.idle.len(), looked_at), (6, 5));
    assert_eq!(next, Some(model.now + IDLE));
}

/// Whoever comes later has another connection dialed: once for each, not over and over.
#[test]
fn a_connection_on_which_nothing_is_allowed_is_left() {
    let mut model = Model::new(128, Protocol::Unknown);
    model.run(&Act::Ask(false));
    model.run(&Act::Dialed { http2: true });
    model.run(&Act::Announce(0, 0));
    assert!(model.state.shared.is_empty(), "whatever is on it");
    model.run(&Act::Ask(false));
    assert_eq!(model.dialing, 1);
    model.run(&Act::Dialed { http2: true });
    model.run(&Act::Announce(1, 0));
    assert_eq!((model.waiting.len(), model.dialing), (0, 0));
    model.run(&Act::Finish(0));
    model.run(&Act::Finish(0));
    assert!(model.state.shared.is_empty());
}

#[test]
fn what_is_too_old_is_neither_used_nor_kept() {
    let mut model = burst(Purpose::Call, 1, None);
    model.run(&Act::Finish(0));
    model.now += IDLE;
    assert!(model.state.acquire(Purpose::Call, model.now).is_none());
    model.state.release(1, model.now, model.now);
    assert!(model.state.idle.is_empty(), "its server closes it now");
}

#[test]
fn the_connection_with_the_fewest_streams_is_taken() {
    let mut model = burst(Purpose::Call, 20, Some(10));
    let held = |model: &Model| {
        let in_use = |shared: &Shared<usize>| shared.in_use();
        model.state.shared.iter().map(in_use).collect::<Vec<_>>()
    };
    assert_eq!(held(&model), [10, 10]);
    for _ in 0..4 {
        model.run(&Act::Finish(0));
    }
    assert_eq!(held(&model), [6, 10]);
    model.run(&Act::Finish(15));
    for expected in [[7, 9], [8, 9], [9, 9]] {
        model.run(&Act::Ask(false));
        assert_eq!(held(&model), expected);
    }
}

/// Calls get their turn on the connections there are; streams might wait for hours.
#[test]
fn a_further_connection_that_fails_is_told_to_streams() {
    let mut model = burst(Purpose::Call, 10, Some(10));
    model.run(&Act::Ask(true));
    model.run(&Act::Ask(false));
    assert_eq!((model.waiting.clone(), model.dialing), (vec![10, 11], 1));
    model.run(&Act::DialFails);
    assert_eq!(model.waiting, [11]);
    model.run(&Act::Finish(0));
    assert!(model.world.borrow().held.contains_key(&11));
}

/// Somebody who left without a word: the stream meant for it goes to the next.
#[test]
fn who_has_vanished_takes_no_stream_along() {
    let mut model = burst(Purpose::Call, 1, Some(1));
    model.run(&Act::Ask(false));
    model.run(&Act::DialFails);
    assert_eq!(model.waiting, [1]);
    model.world.borrow_mut().left.push(1);
    model.run(&Act::Finish(0));
    assert_eq!(model.state.shared[0].in_use(), 0);
    model.run(&Act::Ask(false));
    assert!(model.world.borrow().held.contains_key(&2));
}
