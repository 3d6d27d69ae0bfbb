//! Credentials: whose they are, and whether a route takes them.

use crate::{
    server::{
        errors::{ApiError, error},
        log::ReceivedRequest,
        request::Request,
        routing::bearer,
    },
    store::{
        settings::UpiviaSettings,
        upivia::{AgentKey, UpiviaState, WORKSPACE},
    },
};

/// The cookie that names the workspace a user has switched to.
pub(crate) const WORKSPACE_COOKIE: &str = "active_workspace";
/// The cookie that names the team a user has switched to.
pub(crate) const TEAM_COOKIE: &str = "active_team";

/// Which credentials a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// The key of an agent.
    Agent,
    /// A personal access token, or the cookie of a session.
    User,
    /// The cookie of a session; a token is refused.
    Cookie,
    /// Any of them.
    Any,
    /// None is needed.
    Open,
}

/// The workspace that a request speaks for, if the route takes its credentials.
pub(crate) fn admit(
    upivia: &UpiviaState,
    settings: &UpiviaSettings,
    request: &ReceivedRequest,
    auth: Auth,
) -> Result<String, ApiError> {
    if auth == Auth::Open {
        return Ok(WORKSPACE.to_owned());
    }
    if let (Auth::Agent | Auth::Any, Some(key)) = (auth, key_of(upivia, request)) {
        return Ok(key.workspace.clone());
    }
    let has_token = bearer(request) == Some(settings.pat.as_str());
    let has_cookie = cookies(request).any(|pair| pair == settings.session_cookie);
    if auth == Auth::Cookie && has_token && !has_cookie {
        return Err(error(403, "forbidden", "this takes the cookie of a session, not a token"));
    }
    if auth == Auth::Agent || !(has_token || has_cookie) {
        return Err(error(401, "unauthorized", "missing or invalid credentials"));
    }
    let workspace =
        cookie(request, WORKSPACE_COOKIE).filter(|id| upivia.balances.contains_key(*id));
    Ok(workspace.unwrap_or(WORKSPACE).to_owned())
}

/// The agent whose key the request carries.
pub(crate) fn agent<'a>(req: &'a Request<'_>) -> Option<&'a str> {
    key_of(&req.state.upivia, req.received).map(|key| key.agent.as_str())
}

/// The value of a cookie; one that is empty counts as absent.
pub(crate) fn cookie<'a>(request: &'a ReceivedRequest, name: &str) -> Option<&'a str> {
    cookies(request)
        .filter_map(|pair| pair.split_once('='))
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value)
}

fn cookies(request: &ReceivedRequest) -> impl Iterator<Item = &str> {
    let headers = request.headers.get_all(http::header::COOKIE).into_iter();
    headers.filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';')).map(str::trim)
}

fn key_of<'a>(upivia: &'a UpiviaState, request: &ReceivedRequest) -> Option<&'a AgentKey> {
    let key = bearer(request)?;
    upivia.keys.iter().find(|known| known.key == key)
}
