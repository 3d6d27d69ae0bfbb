//! What is answered to a request that is no delivery of the service.

use std::fmt;

use axum_core::response::{IntoResponse, Response};
use codespar_proto::webhook::WebhookError;
use http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE};
use serde_json::json;

/// Why a request was not taken for a delivery.
///
/// As a response it is 401 for what is unsigned, forged or stale, 400 for what is broken, 413 for
/// what is too large, with `{"error":{"code","message"}}`. It quotes neither header nor body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookRejection {
    /// Its signature or its body is not right.
    Delivery(WebhookError),
    /// Its body is longer than [`Webhooks::body_limit`](crate::Webhooks::body_limit).
    TooLarge,
    /// Its body broke off.
    Cut,
}

impl WebhookRejection {
    /// The status that is answered.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Delivery(error) => error.status_to_answer(),
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Cut => StatusCode::BAD_REQUEST,
        }
    }

    /// The reason as a short code, such as `signature_mismatch`, `body_too_large`, `body_cut`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Delivery(error) => error.code(),
            Self::TooLarge => "body_too_large",
            Self::Cut => "body_cut",
        }
    }
}

impl fmt::Display for WebhookRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivery(error) => error.fmt(f),
            Self::TooLarge => f.write_str("webhook body is too large"),
            Self::Cut => f.write_str("webhook body broke off"),
        }
    }
}

impl std::error::Error for WebhookRejection {}

impl From<WebhookError> for WebhookRejection {
    fn from(error: WebhookError) -> Self {
        Self::Delivery(error)
    }
}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({ "error": { "code": self.code(), "message": self.to_string() } });
        let mut response = json_response(status, &body);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("X-CodeSpar-Signature");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A response with a JSON body.
pub(crate) fn json_response(status: StatusCode, body: &serde_json::Value) -> Response {
    let content_type = [(http::header::CONTENT_TYPE, "application/json")];
    (status, content_type, body.to_string()).into_response()
}
