//! Refuses requests of web pages: only programs on this machine are answered.
//!
//! A page of any site may make its visitor's browser send requests to this machine. By itself it
//! shows in `Origin`; under a name of its own that leads here, in `Host`.

use http::{
    StatusCode,
    header::{CONNECTION, HOST, ORIGIN},
    uri::Authority,
};
use serde_json::json;

use crate::server::{loopback::loopback_host, response::Response};

/// The refusal of a request that a page may have sent. Its body is not read.
pub(crate) fn refuse<B>(request: &http::Request<B>) -> Option<Response> {
    let (status, code, message) = if request.headers().contains_key(ORIGIN) {
        (StatusCode::FORBIDDEN, "origin_refused", "the sandbox answers no web pages")
    } else if !is_for_this_machine(request) {
        let message = "the Host header has to name this machine: 127.0.0.1, [::1] or localhost";
        (StatusCode::MISDIRECTED_REQUEST, "host_refused", message)
    } else {
        return None;
    };
    let body = json!({ "error": code, "code": code, "message": message });
    Some(Response::json(status, body).header(CONNECTION, "close"))
}

/// Whether every name that the request has for its server is one of this machine.
fn is_for_this_machine<B>(request: &http::Request<B>) -> bool {
    let local = |authority: &Authority| !loopback_host(authority.host()).is_empty();
    let mut hosts = request.headers().get_all(HOST).iter().peekable();
    let named = hosts.peek().is_some();
    let of_header = |value: &http::HeaderValue| {
        value.to_str().is_ok_and(|text| text.parse().is_ok_and(|host| local(&host)))
    };
    named && hosts.all(of_header) && request.uri().authority().is_none_or(local)
}
