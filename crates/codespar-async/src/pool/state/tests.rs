//! The pool as a state machine, without sockets: any order of events keeps its promises.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use proptest::prelude::*;

use super::*;

/// Somebody who waits, by number.
#[derive(Clone, Debug)]
struct Caller {
    number: usize,
    world: Rc<RefCell<World>>,
}

/// What callers hold, and who of them has left.
#[derive(Debug, Default)]
struct World {
    held: BTreeMap<usize, Connection<usize, usize>>,
    left: Vec<usize>,
}

impl Waiter for Caller {
    type Connection = Connection<usize, usize>;

    fn give(self, connection: Self::Connection) -> Result<(), Self::Connection> {
        let mut world = self.world.borrow_mut();
        if world.left.contains(&self.number) {
            return Err(connection);
        }
        assert!(world.held.insert(self.number, connection).is_none(), "given two connections");
        Ok(())
    }

    fn has_left(&self) -> bool {
        self.world.borrow().left.contains(&self.number)
    }
}

/// What happens to a pool.
#[derive(Clone, Debug)]
enum Act {
    Ask(bool),
    Leave(usize),
    Dialed { http2: bool },
    DialFails,
    Announce(usize, usize),
    Finish(usize),
    Close(usize),
    Expire,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => any::<bool>().prop_map(Act::Ask),
        1 => any::<usize>().prop_map(Act::Leave),
        4 => prop_oneof![9 => Just(true), 1 => Just(false)]
            .prop_map(|http2| Act::Dialed { http2 }),
        1 => Just(Act::DialFails),
        3 => (any::<usize>(), prop_oneof![0..5_usize, 10..30_usize, Just(usize::MAX)])
            .prop_map(|(which, limit)| Act::Announce(which, limit)),
        5 => any::<usize>().prop_map(Act::Finish),
        1 => any::<usize>().prop_map(Act::Close),
        1 => Just(Act::Expire),
    ]
}

/// A pool with those who use it. It counts for itself what the pool should know.
struct Model {
    state: State<usize, usize, Caller>,
    world: Rc<RefCell<World>>,
    most: usize,
    /// What each caller wants, and those who wait.
    purposes: Vec<Purpose>,
    waiting: Vec<usize>,
    dialing: usize,
    /// HTTP/2 connections: what they were last said to allow.
    limits: BTreeMap<u64, Option<usize>>,
    http1: usize,
    now: Instant,
}

const IDLE: Duration = Duration::from_secs(65);

impl Model {
    fn new(most: usize, protocol: Protocol) -> Self {
        let limits = Limits { max_idle: None, idle_timeout: IDLE, max_connections: most };
        Self {
            state: State::new(limits, protocol),
            world: Rc::default(),
            most,
            purposes: Vec::new(),
            waiting: Vec::new(),
            dialing: 0,
            limits: BTreeMap::new(),
            http1: 0,
            now: Instant::now(),
        }
    }

    fn ask(&mut self, purpose: Purpose) {
        let number = self.purposes.len();
        self.purposes.push(purpose);
        if let Some(connection) = self.state.acquire(purpose, self.now) {
            self.world.borrow_mut().held.insert(number, connection);
            return;
        }
        self.waiting.push(number);
        let caller = Caller { number, world: Rc::clone(&self.world) };
        let dials = self.state.wait(purpose, caller);
        self.dials(dials);
    }

    fn dials(&mut self, count: usize) {
        self.dialing += count;
        if count > 0 && self.state.protocol == Protocol::Http2 {
            assert!(self.state.shared.len() + self.dialing <= self.most, "more than allowed");
        }
    }

    fn leave(&mut self, which: usize) {
        if self.waiting.is_empty() {
            return;
        }
        let number = self.waiting.remove(which % self.waiting.len());
        self.world.borrow_mut().left.push(number);
        self.state.left(self.purposes[number]);
    }

    fn dialed(&mut self, http2: bool) {
        if self.dialing == 0 {
            return;
        }
        self.dialing -= 1;
        if http2 {
            let (id, dials) = self.state.dialed_http2(0, self.now);
            assert!(self.limits.insert(id, None).is_none(), "two connections of one number");
            self.dials(dials);
        } else {
            self.http1 += 1;
            let dials = self.state.dialed_http1(self.http1, self.now + IDLE, self.now);
            self.dials(dials);
        }
    }

    fn dial_fails(&mut self) {
        if self.dialing == 0 {
            return;
        }
        self.dialing -= 1;
        for caller in self.state.dial_failed(self.now) {
            let before = self.waiting.len();
            self.waiting.retain(|number| *number != caller.number);
            assert_eq!(self.waiting.len(), before - 1, "told of an error, but did not wait");
        }
    }

    fn any_connection(&self, which: usize) -> Option<u64> {
        let open: Vec<u64> = self.state.shared.iter().map(|shared| shared.id).collect();
        (!open.is_empty()).then(|| open[which % open.len()])
    }

    fn announce(&mut self, which: usize, limit: usize) {
        let Some(id) = self.any_connection(which) else { return };
        let dials = self.state.announced(id, limit, self.now);
        self.limits.insert(id, Some(limit));
        self.dials(dials);
    }

    fn finish(&mut self, which: usize) {
        let held: Vec<usize> = self.world.borrow().held.keys().copied().collect();
        if held.is_empty() {
            return;
        }
        let number = held[which % held.len()];
        let connection = self.world.borrow_mut().held.remove(&number);
        match connection {
            Some(Connection::One(one)) => self.state.release(one, self.now + IDLE, self.now),
            Some(Connection::Two(_, id)) => {
                self.state.ended(id, self.purposes[number], self.now);
            }
            None => {}
        }
    }

    fn close(&mut self, which: usize) {
        if let Some(id) = self.any_connection(which) {
            let dials = self.state.retire(id);
            self.dials(dials);
        }
    }

    fn run(&mut self, act: &Act) {
        match *act {
            Act::Ask(true) => self.ask(Purpose::Stream),
            Act::Ask(false) => self.ask(Purpose::Call),
            Act::Leave(which) => self.leave(which),
            Act::Dialed { http2 } => self.dialed(http2),
            Act::DialFails => self.dial_fails(),
            Act::Announce(which, limit) => self.announce(which, limit),
            Act::Finish(which) => self.finish(which),
            Act::Close(which) => self.close(which),
            Act::Expire => {
                self.now += IDLE;
                let (_, dials) = self.state.expire(self.now, |_| true);
                self.dials(dials);
            }
        }
        let world = Rc::clone(&self.world);
        self.waiting.retain(|number| !world.borrow().held.contains_key(number));
    }

    /// How many callers are on a connection, by what they came for.
    fn on(&self, id: u64) -> (usize, usize) {
        let world = self.world.borrow();
        let here = world
            .held
            .iter()
            .filter(|(_, held)| matches!(held, Connection::Two(_, number) if *number == id));
        let (calls, streams): (Vec<_>, Vec<_>) =
            here.partition(|(number, _)| self.purposes[**number] == Purpose::Call);
        (calls.len(), streams.len())
    }

    /// What holds after every event.
    fn check(&self, before: &BTreeMap<u64, usize>) {
        assert_eq!(self.state.dialing, self.dialing, "dials are counted");
        assert_eq!(self.state.waiting.total(), self.waiting.len(), "who waits is counted");
        for shared in &self.state.shared {
            let (calls, streams) = self.on(shared.id);
            assert_eq!((shared.calls, shared.streams), (calls, streams), "use is counted");
            let limit = self.limits[&shared.id].unwrap_or(1);
            let was = before.get(&shared.id).copied().unwrap_or(0);
            // More than allowed only where the limit was lowered below what was there.
            assert!(calls + streams <= limit.max(was), "{calls} + {streams} of {limit}");
        }
        self.check_nobody_waits_in_vain();
    }

    /// Whoever waits does so for a reason.
    fn check_nobody_waits_in_vain(&self) {
        if self.waiting.is_empty() {
            return;
        }
        assert!(self.state.idle.is_empty(), "somebody waits beside a connection that is free");
        let waits = |purpose| self.waiting.iter().any(|number| self.purposes[*number] == purpose);
        if waits(Purpose::Call) {
            let room = self.state.shared.iter().any(|shared| shared.has_room(Purpose::Call));
            assert!(!room, "a call waits beside a stream that is free");
        }
        let under_way = self.dialing > 0 || !self.world.borrow().held.is_empty();
        let unannounced = self.state.shared.iter().any(|shared| shared.limit.is_none());
        assert!(under_way || unannounced, "somebody waits, and nothing is under way");
    }

    fn in_use(&self) -> BTreeMap<u64, usize> {
        self.state.shared.iter().map(|shared| (shared.id, shared.in_use())).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

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
