//! What an outbox tells `tracing`: an event per written step of a row, below the target `codespar`.

use crate::row::Row;

/// Tells that a row was written: what it is, never of whom, how much, and what was answered. The
/// reference is left out, since it may name a person; the id is made of it.
#[cfg(feature = "tracing")]
pub(crate) fn written(row: &Row) {
    use tracing::{debug, info, warn};

    use crate::row::State;

    macro_rules! tell {
        ($level:ident) => {
            $level!(
                target: "codespar",
                operation = row.name.operation,
                outbox.id = row.id,
                outbox.state = row.state.as_str(),
                outbox.generation = row.generation,
                outbox.presentations = row.presentations,
                code = row.code,
                http.response.status_code = row.status,
                "outbox"
            )
        };
    }
    match row.state {
        State::Unknown | State::NeedsPerson => tell!(warn),
        State::Ready | State::Sent => tell!(debug),
        _ => tell!(info),
    }
}

/// Tells nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) const fn written(_: &Row) {}
