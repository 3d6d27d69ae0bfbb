//! Payment and verification status of a tool call.

use crate::{
    codespar::{
        session::{
            status_stream::{self, Follow},
            tracking,
        },
        tool_calls,
    },
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::records::tracking::Kind,
};

/// `GET /v1/tool-calls/{id}/payment-status`
pub(crate) fn payment(call: &mut Call<'_>) -> Outcome {
    poll(call, Kind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status`
pub(crate) fn verification(call: &mut Call<'_>) -> Outcome {
    poll(call, Kind::Verification)
}

/// `GET /v1/tool-calls/{id}/payment-status/stream`
pub(crate) fn payment_stream(call: &mut Call<'_>) -> Outcome {
    stream(call, Kind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status/stream`
pub(crate) fn verification_stream(call: &mut Call<'_>) -> Outcome {
    stream(call, Kind::Verification)
}

fn poll(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let number = tool_calls::parse_id(call.id())?;
    Ok(Answer::ok(tracking::envelope(call.state, call.project, number, kind)?))
}

fn stream(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let number = tool_calls::parse_id(call.id())?;
    // A call that does not exist is a plain 404, before any frame.
    tool_calls::find_mut(call.state, call.project, number)?;
    let project = call.project.to_owned();
    Ok(Answer::stream(move |store, frames, heartbeats| {
        status_stream::run(store, Follow { kind, number, project }, frames, heartbeats)
    }))
}
