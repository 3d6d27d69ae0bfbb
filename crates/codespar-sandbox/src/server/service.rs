//! What the server asks of whatever answers its requests.

use crate::server::{log::ReceivedRequest, request::Part, response::Response};

/// What answers requests.
pub(crate) trait Service: Send + Sync {
    /// How many bytes the body of a request to this path may have.
    fn body_limit(&self, path: &str) -> usize;

    /// Whether a request goes to a route that there is. The body of any other is not kept.
    fn has_route(&self, method: &str, path: &str) -> bool;

    /// Answers a request, of which these are the parts if its body is multipart.
    fn answer(&self, request: &ReceivedRequest, parts: &[Part]) -> Response;
}
