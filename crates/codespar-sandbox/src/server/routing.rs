//! How a request finds its handler: patterns of paths, and what a handler is given.

use http::HeaderName;
use percent_encoding::percent_decode_str;

use crate::{
    server::{
        errors::ErrorShape,
        log::ReceivedRequest,
        request::{HandlerResult, Part, Request},
        response::Response,
    },
    store::{Store, clock::Now},
};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) type Handler = fn(&mut Request<'_>) -> HandlerResult;

/// Hands a request to its handler.
pub(crate) fn handle(
    store: &Store,
    request: &ReceivedRequest,
    parts: &[Part],
    project: &str,
    now: Now,
    found: MatchedRoute,
    request_id: &str,
) -> Response {
    let MatchedRoute { error_shape, handler, parameters } = found;
    let query = request.query.as_deref().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut state = store.state.lock();
    let mut req = Request {
        state: &mut state,
        settings: &store.settings,
        received: request,
        parts,
        project,
        now,
        path: parameters,
        query,
    };
    handler(&mut req).unwrap_or_else(|refusal| refusal.shape(error_shape, request_id))
}

/// A route, and the decoded parameters of its path.
pub(crate) struct MatchedRoute {
    pub(crate) error_shape: ErrorShape,
    pub(crate) handler: Handler,
    pub(crate) parameters: Vec<String>,
}

/// The decoded parameters of a path that a pattern fits.
pub(crate) fn match_path(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut parameters = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            let text = percent_decode_str(segment).decode_utf8().ok()?;
            if text.is_empty() {
                return None;
            }
            parameters.push(text.into_owned());
        } else if segment != expected {
            return None;
        }
    }
    segments.next().is_none().then_some(parameters)
}

pub(crate) fn bearer(request: &ReceivedRequest) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ").filter(|key| !key.trim().is_empty())
}
