//! From addresses to a TCP connection: all of them, in a race (Happy Eyeballs, RFC 8305).

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use codespar_engine::CancelHandle;
use socket2::{Domain, Protocol, Socket, Type};

/// How long an address has before the next one is tried beside it (RFC 8305).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// How often several attempts are looked at: the operating system waits for one only.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Connects to the address that answers first.
pub(crate) fn connect(
    addresses: &[SocketAddr],
    deadline: Option<Instant>,
    cancel: Option<&CancelHandle>,
) -> io::Result<TcpStream> {
    if let ([address], None) = (addresses, deadline) {
        return TcpStream::connect(address);
    }
    let mut race = Race { running: Vec::new(), failure: None, deadline, cancel };
    let order = interleave(addresses);
    for (index, address) in order.iter().enumerate() {
        let delay = match index + 1 < order.len() {
            true => Some(ATTEMPT_DELAY),
            false => None,
        };
        if let Some(winner) = race.start(*address, delay)? {
            return Ok(winner);
        }
    }
    // The last one is tried to the end, and all that are running with it.
    match race.wait(None)? {
        Some(winner) => Ok(winner),
        None => Err(race
            .failure
            .unwrap_or_else(|| io::Error::new(ErrorKind::NotFound, "the name has no address"))),
    }
}

/// The addresses of both families in turn, so that one of them being dead costs one head start.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (own, other): (Vec<SocketAddr>, Vec<_>) =
        addresses.iter().partition(|address| address.is_ipv6() == first);
    let (mut own, mut other) = (own.into_iter(), other.into_iter());
    let mut all = Vec::with_capacity(addresses.len());
    while all.len() < addresses.len() {
        all.extend(own.next());
        all.extend(other.next());
    }
    all
}

struct Race<'a> {
    /// The attempts without an outcome.
    running: Vec<Socket>,
    failure: Option<io::Error>,
    deadline: Option<Instant>,
    cancel: Option<&'a CancelHandle>,
}

impl Race<'_> {
    /// Tries one more address, and gives it a head start before the next.
    fn start(
        &mut self,
        address: SocketAddr,
        delay: Option<Duration>,
    ) -> io::Result<Option<TcpStream>> {
        let remaining = self.remaining(delay)?;
        // Alone, it is waited for by the operating system, which is more exact.
        let wait = if self.running.is_empty() { remaining } else { remaining.min(POLL_INTERVAL) };
        let begun = Instant::now();
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        match socket.connect_timeout(&address.into(), wait.max(Duration::from_millis(1))) {
            Ok(()) => return Ok(Some(socket.into())),
            Err(error) if error.kind() == ErrorKind::TimedOut => self.running.push(socket),
            Err(error) => {
                self.failure = Some(error);
                return Ok(None);
            }
        }
        self.wait(Some(begun + remaining))
    }

    /// Waits for the first of those that are running, for so long at most.
    fn wait(&mut self, until: Option<Instant>) -> io::Result<Option<TcpStream>> {
        loop {
            if let Some(winner) = self.running.iter().position(|socket| socket.peer_addr().is_ok())
            {
                return Ok(Some(self.running.swap_remove(winner).into()));
            }
            let failure = &mut self.failure;
            self.running.retain(|socket| match socket.take_error() {
                Ok(None) => true,
                Ok(Some(error)) | Err(error) => {
                    *failure = Some(error);
                    false
                }
            });
            let pause = until.map(|until| until.saturating_duration_since(Instant::now()));
            if self.running.is_empty() || pause.is_some_and(|pause| pause.is_zero()) {
                return Ok(None);
            }
            thread::sleep(self.remaining(pause)?.min(POLL_INTERVAL));
        }
    }

    /// How long to wait: so long, or for what is left.
    fn remaining(&self, limit: Option<Duration>) -> io::Result<Duration> {
        if self.cancel.is_some_and(CancelHandle::is_canceled) {
            return Err(io::Error::other("canceled"));
        }
        let limit = limit.unwrap_or(Duration::MAX);
        let Some(deadline) = self.deadline else { return Ok(limit) };
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(remaining.min(limit)) }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn listening() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    fn refusing() -> SocketAddr {
        listening().1
    }

    /// A listener that takes no more: its queue is full, and connecting takes for ever.
    fn silent() -> (Socket, Vec<Socket>, SocketAddr) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queue = Vec::new();
        loop {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let full = socket.connect_timeout(&address, Duration::from_millis(300)).is_err();
            queue.push(socket);
            if full {
                return (listener, queue, address.as_socket().unwrap());
            }
        }
    }

    fn soon() -> Option<Instant> {
        Some(Instant::now() + Duration::from_secs(60))
    }

    #[test]
    fn families_take_turns() {
        let [a, b, c] = [1, 2, 3].map(|last| SocketAddr::from(([192, 0, 2, last], 1)));
        let [x, y] = [1, 2].map(|last| SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, last], 1)));
        assert_eq!(interleave(&[x, y, a, b, c]), [x, a, y, b, c]);
        assert_eq!(interleave(&[a, b, c, x]), [a, x, b, c]);
        assert_eq!(interleave(&[]), []);
    }

    #[test]
    fn an_address_that_serves_is_found_behind_any_number_that_refuse() {
        let (_listener, serving) = listening();
        for refusing_ones in [0, 1, 16, 40] {
            let mut addresses: Vec<_> = (0..refusing_ones).map(|_| refusing()).collect();
            addresses.push(serving);
            assert_eq!(connect(&addresses, soon(), None).unwrap().peer_addr().unwrap(), serving);
            assert_eq!(connect(&addresses, None, None).unwrap().peer_addr().unwrap(), serving);
        }
        let error = connect(&[refusing(), refusing()], soon(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(connect(&[], soon(), None).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn addresses_that_swallow_everything_do_not_stand_in_the_way() {
        let (_listener, _queue, swallows) = silent();
        let (_serving, serves) = listening();
        let found = connect(&[swallows, swallows, serves], soon(), None).unwrap();
        assert_eq!(found.peer_addr().unwrap(), serves);
        // One that is slow may still win the race: here it does when its queue gets shorter.
        let (listener, queue, slow) = silent();
        let helper = thread::spawn(move || {
            thread::sleep(ATTEMPT_DELAY * 2);
            drop(queue);
            let mut taken = Vec::new();
            while let Ok((socket, _)) = listener.accept() {
                taken.push(socket);
                if taken.len() > 1 {
                    break;
                }
            }
            thread::sleep(Duration::from_secs(2));
        });
        let found = connect(&[slow, swallows], soon(), None).unwrap();
        assert_eq!(found.peer_addr().unwrap(), slow);
        helper.join().unwrap();
    }

    #[test]
    fn a_race_nobody_wins_ends_with_the_limit_or_the_cancel() {
        let (_listener, _queue, swallows) = silent();
        let limit = Some(Instant::now() + Duration::from_millis(400));
        let error = connect(&[swallows, swallows], limit, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let handle = CancelHandle::new();
        handle.cancel();
        connect(&[swallows, swallows], soon(), Some(&handle)).unwrap_err();
    }
}
