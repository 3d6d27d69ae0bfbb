//! Payment and verification status of a tool call.

use crate::{
    codespar::{
        session::{
            status_stream::{self, StatusStream},
            tracking,
        },
        tool_calls,
    },
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::records::tracking::StatusKind,
};

/// `GET /v1/tool-calls/{id}/payment-status`
pub(crate) fn payment(req: &mut Request<'_>) -> HandlerResult {
    poll(req, StatusKind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status`
pub(crate) fn verification(req: &mut Request<'_>) -> HandlerResult {
    poll(req, StatusKind::Verification)
}

/// `GET /v1/tool-calls/{id}/payment-status/stream`
pub(crate) fn payment_stream(req: &mut Request<'_>) -> HandlerResult {
    stream(req, StatusKind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status/stream`
pub(crate) fn verification_stream(req: &mut Request<'_>) -> HandlerResult {
    stream(req, StatusKind::Verification)
}

fn poll(req: &mut Request<'_>, kind: StatusKind) -> HandlerResult {
    let number = tool_calls::parse_id(req.id())?;
    Ok(Response::ok(tracking::status_body(req.state, req.project, number, kind)?))
}

fn stream(req: &mut Request<'_>, kind: StatusKind) -> HandlerResult {
    let number = tool_calls::parse_id(req.id())?;
    // A call that does not exist is a plain 404, before any frame.
    tool_calls::find_mut(req.state, req.project, number)?;
    let project = req.project.to_owned();
    Ok(Response::stream(move |store, frames, heartbeats| {
        status_stream::run(store, StatusStream { kind, number, project }, frames, heartbeats)
    }))
}
