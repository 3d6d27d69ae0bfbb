//! What is known of one server's connections, and who waits for one: decisions only, no sockets.
//!
//! Over HTTP/1.1 a connection carries one request at a time, so as many are dialed as there are
//! requests without one. Over HTTP/2 requests share connections, as many on each as the server
//! announced; further ones are dialed only for what does not fit. Which of the two a server speaks
//! is known once the first connection is there, so callers share that one's dial.

use tokio::time::{Duration, Instant};

use super::waiting::{Waiter, Waiting};

/// How many connections a server is asked for when it is not known yet what it allows on one.
const FIRST: usize = 1;

/// What a request takes its connection for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An answer, soon.
    Call,
    /// An event stream, which may stay open for hours.
    Stream,
}

/// What requests go over.
#[derive(Debug)]
pub(super) enum Connection<One, Two> {
    /// Over HTTP/1.1: for one request alone.
    One(One),
    /// A stream of an HTTP/2 connection, by the connection's number.
    Two(Two, u64),
}

/// What a server is known to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Unknown,
    Http1,
    Http2,
}

#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) max_idle: Option<usize>,
    pub(super) idle_timeout: Duration,
    /// How many HTTP/2 connections there may be: one at least.
    pub(super) max_connections: usize,
}

/// One server's connections.
#[derive(Debug)]
pub(super) struct State<One, Two, W> {
    limits: Limits,
    protocol: Protocol,
    /// The one used last comes last, and is used first.
    idle: Vec<Idle<One>>,
    shared: Vec<Shared<Two>>,
    waiting: Waiting<W>,
    dialing: usize,
    /// What the server allows on a connection, as it said last.
    announced: Option<usize>,
    next_id: u64,
}

#[derive(Debug)]
struct Idle<One> {
    connection: One,
    until: Instant,
}

#[derive(Debug)]
struct Shared<Two> {
    id: u64,
    connection: Two,
    /// How many streams the server allows; none before it said so.
    limit: Option<usize>,
    calls: usize,
    streams: usize,
    /// When it was last used.
    since: Instant,
}

impl<Two> Shared<Two> {
    const fn in_use(&self) -> usize {
        self.calls.saturating_add(self.streams)
    }

    /// Before the server's limit is known one request alone goes over it: of several, some might
    /// be refused.
    fn has_room(&self, purpose: Purpose) -> bool {
        let limit = self.limit.unwrap_or(1);
        self.in_use() < limit
            && (purpose == Purpose::Call || self.streams < limit - reserved(limit))
    }

    fn count(&mut self, purpose: Purpose) -> &mut usize {
        match purpose {
            Purpose::Call => &mut self.calls,
            Purpose::Stream => &mut self.streams,
        }
    }
}

/// How many streams of a connection event streams leave to calls.
fn reserved(limit: usize) -> usize {
    if limit <= 1 { 0 } else { (limit / 10).max(1) }
}

impl<One, Two, W> State<One, Two, W>
where
    Two: Clone,
    W: Waiter<Connection = Connection<One, Two>>,
{
    pub(super) fn new(limits: Limits, protocol: Protocol) -> Self {
        Self {
            limits,
            protocol,
            idle: Vec::new(),
            shared: Vec::new(),
            waiting: Waiting::default(),
            dialing: 0,
            announced: None,
            next_id: 0,
        }
    }

    pub(super) const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Whether nothing would be lost by forgetting the server.
    pub(super) fn is_unused(&self) -> bool {
        self.idle.is_empty()
            && self.shared.is_empty()
            && self.dialing == 0
            && self.waiting.is_empty()
    }

    /// A connection for a request, if there is one; where somebody waits, there is none.
    pub(super) fn acquire(
        &mut self,
        purpose: Purpose,
        now: Instant,
    ) -> Option<Connection<One, Two>> {
        while let Some(idle) = self.idle.pop() {
            if idle.until > now {
                return Some(Connection::One(idle.connection));
            }
        }
        self.stream(purpose, now)
    }

    /// Has a request wait for its connection; the answer is how many are to be dialed.
    pub(super) fn wait(&mut self, purpose: Purpose, waiter: W) -> usize {
        self.waiting.push(purpose, waiter);
        self.dial()
    }

    /// One of those who wait has given up.
    pub(super) fn left(&mut self, purpose: Purpose) {
        self.waiting.left(purpose);
    }

    /// Whether who waits now waits for others to finish, as no further connection is under way.
    pub(super) fn is_full(&self) -> bool {
        self.dialing == 0 && self.shared.iter().all(|shared| shared.limit.is_some())
    }

    /// How many HTTP/2 connections there are, and how many requests are on them.
    pub(super) fn usage(&self) -> (usize, usize) {
        (self.shared.len(), self.shared.iter().map(Shared::in_use).sum())
    }

    /// An HTTP/1.1 connection was made. The answer is how many more are to be dialed.
    pub(super) fn dialed_http1(&mut self, connection: One, until: Instant, now: Instant) -> usize {
        self.dialing = self.dialing.saturating_sub(1);
        self.protocol = Protocol::Http1;
        self.release(connection, until, now);
        self.dial()
    }

    /// An HTTP/2 connection was made; the answer is its number, and how many more are to be dialed.
    pub(super) fn dialed_http2(&mut self, connection: Two, now: Instant) -> (u64, usize) {
        self.dialing = self.dialing.saturating_sub(1);
        self.protocol = Protocol::Http2;
        let id = self.next_id;
        self.next_id += 1;
        self.shared.push(Shared { id, connection, limit: None, calls: 0, streams: 0, since: now });
        self.serve(now);
        (id, self.dial())
    }

    /// A connection could not be made. The answer are those who do not wait any longer: all who
    /// shared the dial.
    pub(super) fn dial_failed(&mut self, now: Instant) -> Vec<W> {
        self.dialing = self.dialing.saturating_sub(1);
        // Another may be dialed later: what was left to calls for that is free.
        self.serve(now);
        match self.protocol {
            Protocol::Http1 if self.waiting.total() > self.dialing => {
                self.waiting.pop().into_iter().collect()
            }
            Protocol::Unknown => self.waiting.take_all(),
            Protocol::Http2 if self.dialing == 0 && self.shared.is_empty() => {
                self.waiting.take_all()
            }
            // Calls get their turn on the connections there are; streams might wait for hours.
            Protocol::Http2 if self.is_full() => self.waiting.take(Purpose::Stream),
            _ => Vec::new(),
        }
    }

    /// An HTTP/1.1 connection is free again: it goes to who waits, or is kept.
    pub(super) fn release(&mut self, connection: One, until: Instant, now: Instant) {
        let back = self.waiting.give(Connection::One(connection));
        let Some(Connection::One(connection)) = back else { return };
        let has_room = self.limits.max_idle.is_none_or(|most| self.idle.len() < most);
        if has_room && until > now {
            self.idle.push(Idle { connection, until });
        }
    }

    /// A stream of an HTTP/2 connection is over.
    pub(super) fn ended(&mut self, id: u64, purpose: Purpose, now: Instant) {
        self.free(id, purpose, now);
        self.serve(now);
    }

    /// A server says how many streams it allows; a connection on which it allows none is left. The
    /// answer is how many are to be dialed.
    pub(super) fn announced(&mut self, id: u64, limit: usize, now: Instant) -> usize {
        let Some(shared) = self.shared.iter_mut().find(|shared| shared.id == id) else { return 0 };
        if limit == 0 {
            return self.retire(id);
        }
        shared.limit = Some(limit);
        self.announced = Some(limit);
        self.serve(now);
        self.dial()
    }

    /// No further request goes over this connection: it is closed, or may be dead. Those that are
    /// on it go on. The answer is how many are to be dialed.
    pub(super) fn retire(&mut self, id: u64) -> usize {
        self.shared.retain(|shared| shared.id != id);
        self.dial()
    }

    /// The server wants HTTP/1.1.
    pub(super) fn only_http1(&mut self) -> usize {
        self.protocol = Protocol::Http1;
        self.shared.clear();
        self.dial()
    }

    /// Lets go of what nobody used for long, and of what is closed; the answer is when to look
    /// again, and how many are to be dialed instead. Those unused for longest are closed first, so
    /// that no more of them are looked at.
    pub(super) fn expire(
        &mut self,
        now: Instant,
        mut is_open: impl FnMut(&mut One) -> bool,
    ) -> (Option<Instant>, usize) {
        let timeout = self.limits.idle_timeout;
        let end = |shared: &Shared<Two>| shared.since.checked_add(timeout);
        self.idle.retain(|idle| idle.until > now);
        let first_open = self.idle.iter_mut().position(|idle| is_open(&mut idle.connection));
        self.idle.drain(..first_open.unwrap_or(self.idle.len()));
        self.shared.retain(|shared| shared.in_use() > 0 || end(shared).is_none_or(|end| end > now));
        let idle = self.idle.iter().map(|idle| idle.until);
        let unused = self.shared.iter().filter(|shared| shared.in_use() == 0).filter_map(end);
        let next = idle.chain(unused).min();
        (next, self.dial())
    }

    /// A stream on the connection that has the fewest.
    fn stream(&mut self, purpose: Purpose, now: Instant) -> Option<Connection<One, Two>> {
        let can_dial = self.shared.len() + self.dialing < self.limits.max_connections;
        let free = |shared: &&mut Shared<Two>| shared.has_room(purpose);
        let rooms = self.shared.iter().filter(|shared| shared.has_room(Purpose::Call)).count();
        let shared = self.shared.iter_mut().filter(free).min_by_key(|shared| shared.in_use())?;
        // Where a connection takes one stream, the last of them is left to calls.
        let last = shared.limit.or(self.announced) == Some(1) && rooms == 1 && !can_dial;
        if purpose == Purpose::Stream && last && self.limits.max_connections > 1 {
            return None;
        }
        *shared.count(purpose) += 1;
        shared.since = now;
        Some(Connection::Two(shared.connection.clone(), shared.id))
    }

    /// Gives streams that are free to those who wait, calls first.
    fn serve(&mut self, now: Instant) {
        for purpose in [Purpose::Call, Purpose::Stream] {
            while self.waiting.count(purpose) > 0 {
                let Some(connection) = self.stream(purpose, now) else { break };
                if let Some(Connection::Two(_, id)) = self.waiting.give_to(purpose, connection) {
                    self.free(id, purpose, now);
                }
            }
        }
    }

    fn free(&mut self, id: u64, purpose: Purpose, now: Instant) {
        if let Some(shared) = self.shared.iter_mut().find(|shared| shared.id == id) {
            let count = shared.count(purpose);
            *count = count.saturating_sub(1);
            shared.since = now;
        }
    }

    /// How many connections are to be dialed now; they count as being dialed from here on.
    fn dial(&mut self) -> usize {
        let more = self.missing();
        self.dialing += more;
        more
    }

    fn missing(&self) -> usize {
        let (calls, streams) =
            (self.waiting.count(Purpose::Call), self.waiting.count(Purpose::Stream));
        let all = calls + streams;
        if all == 0 {
            return 0;
        }
        if self.protocol == Protocol::Http1 {
            return all.saturating_sub(self.dialing);
        }
        let unannounced = self.shared.iter().filter(|shared| shared.limit.is_none()).count();
        let wanted = match (self.protocol, self.announced) {
            (Protocol::Http2, Some(limit)) => {
                streams.div_ceil(limit - reserved(limit)).max(all.div_ceil(limit))
            }
            _ => FIRST,
        };
        let open = self.shared.len() + self.dialing;
        let room = self.limits.max_connections.saturating_sub(open);
        wanted.saturating_sub(self.dialing + unannounced).min(room)
    }
}

#[cfg(test)]
mod tests;
