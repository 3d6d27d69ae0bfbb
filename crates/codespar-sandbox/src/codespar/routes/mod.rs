//! Finding the handler of a CodeSpar route, once its key is known.

mod row;
mod table;

use http::{
    HeaderName,
    header::{CONNECTION, WWW_AUTHENTICATE},
};
use serde_json::json;

use crate::{
    codespar::{
        account::DEFAULT_PROJECT,
        oauth,
        routes::{
            row::{NotHere, Row},
            table::{MANAGED, NOT_HERE, PUBLIC, SELF_HOSTED, SELF_HOSTED_PUBLIC, not_here},
        },
    },
    server::{
        errors::{
            ErrorShape::{Nested, Prose},
            Refusal, error, framework, no_route,
        },
        json_object::is_project_id,
        log::ReceivedRequest,
        request::Part,
        response::Response,
        routing::{MatchedRoute, REQUEST_ID, bearer, handle, match_path},
    },
    store::{
        Store,
        clock::Now,
        settings::{Dialect, Settings},
    },
};

const API_VERSION: HeaderName = HeaderName::from_static("x-api-version");

/// Answers one request.
pub(crate) fn answer(
    store: &Store,
    request: &ReceivedRequest,
    parts: &[Part],
    now: Now,
) -> Response {
    if store.settings.managed() {
        let request_id = request.header("x-request-id").map(str::to_owned);
        let request_id = request_id.unwrap_or_else(|| store.state.lock().ids.request());
        managed(store, request, parts, now, &request_id).header(REQUEST_ID, request_id)
    } else {
        self_hosted(store, request, now).header(API_VERSION, "v1")
    }
}

/// Whether a request goes to a route that there is, or that the service has and the sandbox has
/// not.
pub(crate) fn has_route(settings: &Settings, method: &str, path: &str) -> bool {
    if !settings.managed() {
        let path = path.strip_prefix("/v1").unwrap_or(path);
        return [SELF_HOSTED_PUBLIC, SELF_HOSTED].iter().any(|it| find(it, method, path).is_some());
    }
    find_managed(method, path).is_some()
}

fn managed(
    store: &Store,
    request: &ReceivedRequest,
    parts: &[Part],
    now: Now,
    request_id: &str,
) -> Response {
    let found = find_managed(&request.method, &request.path);
    let is_public = found.as_ref().is_some_and(|found| found.is_public);
    if !is_public && !has_managed_key(store, request, now) {
        let body = json!({ "error": "unauthorized", "message": "Missing or invalid Bearer token" });
        let metadata = "Bearer resource_metadata=\"/.well-known/oauth-protected-resource\"";
        return Response::json(http::StatusCode::UNAUTHORIZED, body)
            .header(WWW_AUTHENTICATE, metadata);
    }
    let project = match request.header("x-codespar-project") {
        None => DEFAULT_PROJECT,
        Some(project) if is_project_id(project) => project,
        Some(_) => {
            let refusal = error(400, "invalid_request", "x-codespar-project is no project id");
            return Refusal::from(refusal).shape(Nested, request_id);
        }
    };
    match found.map(|found| found.then) {
        None => no_route(&request.method, &request.path),
        Some(Then::Answer(found)) => handle(store, request, parts, project, now, found, request_id),
        Some(Then::NotHere(why)) => {
            let message = format!("the sandbox does not have this route: {why}");
            let refusal = error(501, "not_in_sandbox", &message);
            Refusal::from(refusal).shape(Nested, request_id)
        }
    }
}

fn self_hosted(store: &Store, request: &ReceivedRequest, now: Now) -> Response {
    let path = request.path.strip_prefix("/v1").unwrap_or(&request.path);
    if let Some(found) = find(SELF_HOSTED_PUBLIC, &request.method, path) {
        return handle(store, request, &[], DEFAULT_PROJECT, now, found, "");
    }
    let Some(found) = find(SELF_HOSTED, &request.method, path) else {
        return no_route(&request.method, &request.path);
    };
    if let Some(refused) = framework_refusal(request) {
        return refused;
    }
    if let Err(message) = check_bearer(&store.settings, request) {
        return Refusal::from(error(401, "unauthorized", message)).shape(Prose, "");
    }
    handle(store, request, &[], DEFAULT_PROJECT, now, found, "")
}

/// What the web framework refuses before any handler runs.
fn framework_refusal(request: &ReceivedRequest) -> Option<Response> {
    /// The framework's own limit.
    const MOST: usize = 1024 * 1024;
    if request.body.len() > MOST {
        let status = http::StatusCode::PAYLOAD_TOO_LARGE;
        let refusal = framework(status, "FST_ERR_CTP_BODY_TOO_LARGE", "Request body is too large");
        return Some(refusal.header(CONNECTION, "close"));
    }
    let media_type = request.media_type();
    let json = media_type.as_deref() == Some("application/json");
    if !json && media_type.as_deref() != Some("text/plain") && !request.body.is_empty() {
        let message = format!("Unsupported Media Type: {}", media_type.unwrap_or_default());
        let status = http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Some(framework(status, "FST_ERR_CTP_INVALID_MEDIA_TYPE", &message));
    }
    if json && request.body.is_empty() && request.method != "GET" {
        let message = "Body cannot be empty when content-type is set to 'application/json'";
        let status = http::StatusCode::BAD_REQUEST;
        return Some(framework(status, "FST_ERR_CTP_EMPTY_JSON_BODY", message));
    }
    None
}

/// The row that a path is of; of several, the one with the fewest parameters.
fn find(rows: &'static [Row], method: &str, path: &str) -> Option<MatchedRoute> {
    let fits = rows.iter().filter(|row| row.0 == method);
    fits.filter_map(|&(_, pattern, error_shape, handler)| {
        Some(MatchedRoute { error_shape, handler, parameters: match_path(pattern, path)? })
    })
    .min_by_key(|found| found.parameters.len())
}

/// A route of the managed service, and what becomes of a request to it.
struct Managed {
    is_public: bool,
    then: Then,
}

enum Then {
    Answer(MatchedRoute),
    /// The sandbox does not have it, for this reason.
    NotHere(&'static str),
}

/// The route that a path is of; of several, the one with the fewest parameters.
fn find_managed(method: &str, path: &str) -> Option<Managed> {
    let path = &canonical(path);
    let here = |rows: &&'static [Row], is_public| {
        let found = find(rows, method, path)?;
        let parameters = found.parameters.len();
        Some((parameters, Managed { is_public, then: Then::Answer(found) }))
    };
    let not_here = |rows: &&'static [NotHere], is_public| {
        let (why, parameters) = find_not_here(rows, method, path)?;
        Some((parameters, Managed { is_public, then: Then::NotHere(why) }))
    };
    // Of two with as many parameters `min_by_key` takes the first.
    let found = here(&PUBLIC, true)
        .into_iter()
        .chain(MANAGED.iter().filter_map(|rows| here(rows, false)))
        .chain(not_here(&not_here::PUBLIC, true))
        .chain(NOT_HERE.iter().filter_map(|rows| not_here(rows, false)));
    found.min_by_key(|(parameters, _)| *parameters).map(|(_, found)| found)
}

/// Why the sandbox does not have a route, and how many parameters its pattern has: the fewest.
fn find_not_here(rows: &[NotHere], method: &str, path: &str) -> Option<(&'static str, usize)> {
    let fits = rows.iter().filter(|row| row.0 == method);
    fits.filter_map(|&(_, pattern, why)| Some((why, match_path(pattern, path)?.len())))
        .min_by_key(|(_, parameters)| *parameters)
}

/// A path with the deprecated name of webhook endpoints replaced by the present one. Two routes
/// have no other name.
fn canonical(path: &str) -> String {
    match path.strip_prefix("/v1/triggers") {
        Some("/events" | "/simulate") => path.to_owned(),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            format!("/v1/webhook-endpoints{rest}")
        }
        _ => path.to_owned(),
    }
}

/// Whether it has a key, or the token of a program that acts for somebody who has.
fn has_managed_key(store: &Store, request: &ReceivedRequest, now: Now) -> bool {
    let Some(token) = bearer(request) else { return false };
    let is_key = token.starts_with("csk_")
        && (store.settings.any_api_key || token == store.settings.api_key);
    is_key || oauth::is_access_token(&store.state.lock(), token, now)
}

fn check_bearer(settings: &Settings, request: &ReceivedRequest) -> Result<(), &'static str> {
    let token = bearer(request).ok_or("Missing or invalid Bearer token")?;
    match &settings.engine_token {
        Some(expected) if expected != token => Err("Unauthorized"),
        _ => Ok(()),
    }
}

/// Every route of a dialect, as method and pattern.
pub(crate) fn all(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    let (public, others) = match dialect {
        Dialect::Managed => (PUBLIC, MANAGED),
        Dialect::SelfHosted => (SELF_HOSTED_PUBLIC, &[SELF_HOSTED][..]),
    };
    public.iter().chain(others.iter().copied().flatten()).map(|row| (row.0, row.1)).collect()
}

/// Every route that the service has and the sandbox has not, and why.
pub(crate) fn not_here(dialect: Dialect) -> Vec<NotHere> {
    match dialect {
        Dialect::Managed => {
            not_here::PUBLIC.iter().chain(NOT_HERE.iter().copied().flatten()).copied().collect()
        }
        Dialect::SelfHosted => Vec::new(),
    }
}
