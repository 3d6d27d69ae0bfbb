//! Error bodies. The service has several shapes for them; each row of the route table says which
//! one its route speaks, and handlers only say what is wrong.

use http::{StatusCode, header::RETRY_AFTER};
use serde_json::{Map, Value, json};

use crate::server::{json_object::Issue, response::Response};

/// The shape of the errors of a route.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorShape {
    /// `{"error":"<code>"}` and loose members beside it.
    Loose,
    /// `{"error":"<code>","message":"…"}` and loose members beside it.
    Worded,
    /// `{"error":{"code","message","details"},"request_id"}`.
    Nested,
    /// `{"error":"<prose>"}`, the self-hosted runtime.
    Prose,
    /// `{"error":{"code","message","details"}}`, Upivia.
    Upivia,
}

/// Why a handler did not do what it was asked to.
pub(crate) enum Refusal {
    /// A member of the request is missing or wrong.
    Issue(Issue),
    /// An error with a code, still without a shape.
    Error(ApiError),
    /// An error whose shape is special to one place.
    Ready(Response),
}

pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    more: Map<String, Value>,
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// The same with another status, for a route that tells it so.
    #[must_use]
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(self.status);
        self
    }

    /// Asks to come back after so many seconds: in the header and in a member.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self.with("retry_after", seconds)
    }

    /// Adds a member: beside the code in loose shapes, under `details` in the nested one.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
}

/// An error with a code, to be shaped by the route it happened on.
pub(crate) fn error(status: u16, code: &'static str, message: &str) -> ApiError {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    ApiError { status, code, message: message.to_owned(), more: Map::new(), retry_after: None }
}

pub(crate) fn not_found() -> ApiError {
    error(404, "not_found", "there is no such thing in this project")
}

impl From<Issue> for Refusal {
    fn from(issue: Issue) -> Self {
        Self::Issue(issue)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl From<Response> for Refusal {
    fn from(answer: Response) -> Self {
        Self::Ready(answer)
    }
}

impl Refusal {
    /// Its code, where it has been given one.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match self {
            Self::Error(error) => Some(error.code),
            Self::Issue(_) | Self::Ready(_) => None,
        }
    }

    /// Puts it into the shape of its route.
    pub(crate) fn shape(self, error_shape: ErrorShape, request_id: &str) -> Response {
        let error = match self {
            Self::Ready(answer) => return answer,
            Self::Error(error) => error,
            Self::Issue(Issue { field, message }) if error_shape == ErrorShape::Upivia => {
                let message = format!("{field}: {message}");
                error(400, "invalid_request", message.trim_start_matches(": ")).with("field", field)
            }
            Self::Issue(issue) => {
                let issue = json!({ "path": [issue.field], "message": issue.message });
                error(400, "invalid_body", "the request does not have the right shape")
                    .with("issues", json!([issue]))
            }
        };
        let body = body(error.code, &error.message, error.more, error_shape, request_id);
        let answer = Response::json(error.status, body);
        match error.retry_after {
            Some(seconds) => answer.header(RETRY_AFTER, seconds.to_string()),
            None => answer,
        }
    }
}

fn body(
    code: &str,
    message: &str,
    more: Map<String, Value>,
    error_shape: ErrorShape,
    request_id: &str,
) -> Value {
    let mut body = match error_shape {
        ErrorShape::Loose => json!({ "error": code }),
        ErrorShape::Worded => json!({ "error": code, "message": message }),
        ErrorShape::Prose => return json!({ "error": message }),
        ErrorShape::Nested | ErrorShape::Upivia => {
            let mut inner = json!({ "code": code, "message": message });
            if let (Some(inner), false) = (inner.as_object_mut(), more.is_empty()) {
                inner.insert("details".to_owned(), Value::Object(more));
            }
            if error_shape == ErrorShape::Upivia {
                return json!({ "error": inner });
            }
            return json!({ "error": inner, "request_id": request_id });
        }
    };
    if let Some(body) = body.as_object_mut() {
        body.extend(more);
    }
    body
}

/// The body that refusals of mocks have on both servers: `{"code","message"}` and members.
pub(crate) fn coded(status: u16, mut members: Value, code: &str, message: &str) -> Response {
    if let Some(members) = members.as_object_mut() {
        members.insert("code".to_owned(), code.into());
        members.insert("message".to_owned(), message.into());
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response::json(status, members)
}

/// The web framework's own answer, which both servers give when no handler was reached.
pub(crate) fn framework(status: StatusCode, code: &str, message: &str) -> Response {
    let reason = status.canonical_reason().unwrap_or("Error");
    let body = json!({
        "statusCode": status.as_u16(),
        "code": code,
        "error": reason,
        "message": message,
    });
    Response::json(status, body)
}

/// The web framework's answer to a path it has no route for.
pub(crate) fn no_route(method: &str, path: &str) -> Response {
    let body = json!({
        "message": format!("Route {method}:{path} not found"),
        "error": "Not Found",
        "statusCode": 404,
    });
    Response::json(StatusCode::NOT_FOUND, body)
}
