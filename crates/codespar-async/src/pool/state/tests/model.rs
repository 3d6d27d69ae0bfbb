//! A pool with those who use it: it counts for itself what the pool should know.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use proptest::prelude::*;

use super::super::*;

/// Somebody who waits, by number.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    number: usize,
    world: Rc<RefCell<World>>,
}

/// What callers hold, and who of them has left.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) held: BTreeMap<usize, Connection<usize, usize>>,
    pub(super) left: Vec<usize>,
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
pub(super) enum Act {
    Ask(bool),
    Leave(usize),
    Dialed { http2: bool },
    DialFails,
    Announce(usize, usize),
    Finish(usize),
    Close(usize),
    Expire,
}

pub(super) fn act() -> impl Strategy<Value = Act> {
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

/// The pool, and who uses it.
pub(super) struct Model {
    pub(super) state: State<usize, usize, Caller>,
    pub(super) world: Rc<RefCell<World>>,
    pub(super) most: usize,
    /// What each caller wants, and those who wait.
    pub(super) purposes: Vec<Purpose>,
    pub(super) waiting: Vec<usize>,
    pub(super) dialing: usize,
    /// HTTP/2 connections: what they were last said to allow.
    pub(super) limits: BTreeMap<u64, Option<usize>>,
    pub(super) http1: usize,
    pub(super) now: Instant,
}

pub(super) const IDLE: Duration = Duration::from_secs(65);

impl Model {
    pub(super) fn new(most: usize, protocol: Protocol) -> Self {
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

    pub(super) fn ask(&mut self, purpose: Purpose) {
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

    pub(super) fn any_connection(&self, which: usize) -> Option<u64> {
        let open: Vec<u64> = self.state.shared.iter().map(|shared| shared.id).collect();
        (!open.is_empty()).then(|| open[which % open.len()])
    }

    pub(super) fn announce(&mut self, which: usize, limit: usize) {
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

    pub(super) fn run(&mut self, act: &Act) {
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
    pub(super) fn check(&self, before: &BTreeMap<u64, usize>) {
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

    pub(super) fn in_use(&self) -> BTreeMap<u64, usize> {
        self.state.shared.iter().map(|shared| (shared.id, shared.in_use())).collect()
    }
}
