//! The made-up rail that money goes out on. Two amounts let a test see it fail, and one see it
//! take its time.

/// What becomes of a payment on the rail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RailAnswer {
    Accepted,
    /// It refuses: nothing has moved.
    Refused,
    /// It does not answer: nobody knows.
    NoAnswer,
}

/// R$ 6,66 is refused, and of R$ 6,67 nobody hears again.
pub(crate) fn send(minor: i64) -> RailAnswer {
    match minor {
        666 => RailAnswer::Refused,
        667 => RailAnswer::NoAnswer,
        _ => RailAnswer::Accepted,
    }
}

/// A payment of R$ 6,68 under a mandate is on its way for a while before it arrives.
pub(crate) fn takes_its_time(minor: i64) -> bool {
    minor == 668
}
