//! The made-up rail that money goes out on. Two amounts let a test see it fail.

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
