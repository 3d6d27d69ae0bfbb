//! Access for programs that act for a person: `/oauth`. The person is played by
//! [`Sandbox::grant_oauth_code`](crate::Sandbox::grant_oauth_code).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::{CACHE_CONTROL, HOST};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        hex::hex,
        json::{member, text},
        state::State,
    },
};

/// Programs belong to no project.
const EVERYWHERE: &str = "";

const SCOPES: [&str; 4] = ["sessions:create", "charges:write", "mandates:spend", "receipts:read"];

/// How long a code may be exchanged, a token lasts, and a chain of refreshed ones.
const CODE: Duration = Duration::from_secs(10 * 60);
const TOKEN: Duration = Duration::from_secs(60 * 60);
const CHAIN: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How many programs may be registered.
const MOST_CLIENTS: usize = 100;

/// `GET /.well-known/oauth-protected-resource`
pub(crate) fn protected_resource(req: &mut Request<'_>) -> HandlerResult {
    let issuer = issuer(req);
    Ok(Response::ok(json!({
        "resource": issuer,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "scopes_supported": SCOPES,
    })))
}

/// `GET /.well-known/oauth-authorization-server`
pub(crate) fn authorization_server(req: &mut Request<'_>) -> HandlerResult {
    let issuer = issuer(req);
    Ok(Response::ok(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "registration_endpoint": format!("{issuer}/oauth/register"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": SCOPES,
    })))
}

/// The address by which the server was asked.
fn issuer(req: &Request<'_>) -> String {
    format!("http://{}", req.received.header(HOST.as_str()).unwrap_or("localhost"))
}

/// `POST /oauth/register`: each call makes another client.
pub(crate) fn register(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let uris = body.texts("redirect_uris")?;
    if uris.is_empty() || !uris.iter().all(|uri| is_redirect(uri)) {
        return Err(refused(400, "invalid_redirect_uri", "https, or http on this machine"));
    }
    if req.state.selling.oauth_clients.list(EVERYWHERE).count() >= MOST_CLIENTS {
        return Err(refused(503, "client_registration_cap_reached", "there are too many"));
    }
    let id = req.state.ids.with("client");
    let name =
        body.maybe_text("client_name")?.map(|name| name.chars().take(256).collect::<String>());
    let row = json!({
        "client_id": id,
        "redirect_uris": uris,
        "client_name": name,
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
    });
    Ok(Response::created(req.state.selling.oauth_clients.insert(EVERYWHERE, &id, row)))
}

fn is_redirect(uri: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
    let is_local = local
        .iter()
        .filter_map(|start| uri.strip_prefix(start))
        .any(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']));
    is_local || uri.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
}

/// An error in the words of RFC 6749.
fn refused(status: u16, code: &'static str, about: &str) -> Refusal {
    described(status, code, about).into()
}

fn described(status: u16, code: &'static str, about: &str) -> ApiError {
    error(status, code, about).with("error_description", about)
}

/// The person says yes: the code for a client that was registered with this address.
pub(crate) fn grant(
    state: &mut State,
    client: &str,
    redirect_uri: &str,
    challenge: &str,
    now: Now,
) -> Option<String> {
    let row = state.selling.oauth_clients.find(EVERYWHERE, client)?;
    let uris = member(row, "redirect_uris").as_array()?;
    if !uris.contains(&json!(redirect_uri)) {
        return None;
    }
    let code = secret(state, "code");
    let row = json!({
        "client_id": client,
        "redirect_uri": redirect_uri,
        "challenge": challenge,
        "until": now.rfc3339_after(CODE),
        "chain_until": now.rfc3339_after(CHAIN),
    });
    state.selling.oauth_grants.insert(EVERYWHERE, &code, row);
    Some(code)
}

/// A text that is not guessed by chance, and is the same in each run.
fn secret(state: &mut State, kind: &str) -> String {
    let number = state.ids.number();
    let digest = hex(&Sha256::digest(format!("codespar-sandbox {kind} {number}").as_bytes()));
    format!("{kind}_{}", digest.get(..40).unwrap_or_default())
}

/// `POST /oauth/token`: a code, and a refresh token, is exchanged once.
pub(crate) fn token(req: &mut Request<'_>) -> HandlerResult {
    let form: Vec<(String, String)> =
        form_urlencoded::parse(&req.received.body).into_owned().collect();
    let field = |name: &str| {
        let found = form.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let missing = || refused(400, "invalid_request", "something is missing");
    let grant = match field("grant_type").ok_or_else(missing)? {
        "authorization_code" => {
            let (code, verifier) = (field("code"), field("code_verifier"));
            let (code, verifier) = (code.ok_or_else(missing)?, verifier.ok_or_else(missing)?);
            let (to, client) = (field("redirect_uri"), field("client_id"));
            let (to, client) = (to.ok_or_else(missing)?, client.ok_or_else(missing)?);
            // Whatever comes of it, the code is used up.
            let grant = req.state.selling.oauth_grants.remove(EVERYWHERE, code);
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            grant.filter(|grant| {
                text(grant, "challenge") == challenge
                    && text(grant, "redirect_uri") == to
                    && text(grant, "client_id") == client
            })
        }
        "refresh_token" => {
            let token = field("refresh_token").ok_or_else(missing)?;
            let grant = req.state.selling.oauth_grants.remove(EVERYWHERE, token);
            // A code is no refresh token.
            grant.filter(|grant| member(grant, "challenge").is_null())
        }
        _ => return Err(refused(400, "unsupported_grant_type", "a code, or a refresh token")),
    };
    let grant = grant.filter(|grant| !req.now.is_past(text(grant, "until")));
    let grant = grant.ok_or_else(|| refused(400, "invalid_grant", "it is not valid any more"))?;
    Ok(issue(req, &grant))
}

/// A pair of tokens; the chain ends when it did before.
fn issue(req: &mut Request<'_>, grant: &Value) -> Response {
    let (access, refresh) = (secret(req.state, "cat"), secret(req.state, "crt"));
    let until = member(grant, "chain_until");
    let row = json!({
        "client_id": member(grant, "client_id"), "until": until, "chain_until": until,
    });
    req.state.selling.oauth_grants.insert(EVERYWHERE, &refresh, row);
    req.state.selling.access_tokens.push((access.clone(), req.now.rfc3339_after(TOKEN)));
    Response::ok(json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN.as_secs(),
        "refresh_token": refresh,
        "scope": SCOPES.join(" "),
    }))
    .header(CACHE_CONTROL, "no-store")
}

/// Whether a bearer token is an access token that is still good.
pub(crate) fn is_access_token(state: &State, token: &str, now: Now) -> bool {
    let mut tokens = state.selling.access_tokens.iter();
    tokens.any(|(known, until)| known == token && !now.is_past(until))
}
