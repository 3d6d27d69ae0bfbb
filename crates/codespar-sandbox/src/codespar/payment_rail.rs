//! The made-up rail that money goes out on. Two amounts let a test see it fail.

/// What becomes of a payment on the rail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rail {
    Takes,
    /// It refuses: nothing has moved.
    Refuses,
    /// It does not answer: nobody knows.
    IsSilent,
}

/// R$ 6,66 is refused, and of R$ 6,67 nobody hears again.
pub(crate) fn dispatch(minor: i64) -> Rail {
    match minor {
        666 => Rail::Refuses,
        667 => Rail::IsSilent,
        _ => Rail::Takes,
    }
}
