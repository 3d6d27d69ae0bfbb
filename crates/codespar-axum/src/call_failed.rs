//! The answer of a service whose own call has failed.

use std::{fmt, sync::Arc};

use axum_core::response::{IntoResponse, Response};
use codespar_proto::{Error, Verdict};
use http::{HeaderValue, header::RETRY_AFTER};
use serde_json::json;

use crate::rejection::json_response;

/// A call that failed, as the answer to your own client: its status is
/// [`Error::status_to_answer`], which goes by what happened to the money.
///
/// The body is `{"error":{"code","verdict","approval_id"}}`: the API's code or the kind of the
/// failure, and no words of the API. `Retry-After` is passed on where nothing was done. The error
/// itself is in the response's extensions as `Arc<Error>`, for a layer that logs.
///
/// ```
/// use axum_core::response::IntoResponse;
/// use codespar_axum::CallFailed;
/// use codespar_proto::{Error, Major};
///
/// async fn order() -> Result<&'static str, CallFailed> {
///     let _amount: Major = "1,5".parse()?; // stands for a call that fails
///     Ok("ordered")
/// }
/// # let answer = futures_util::FutureExt::now_or_never(order()).unwrap().into_response();
/// # assert_eq!(answer.status(), 500);
/// ```
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "it is a name for the error as a response")]
pub struct CallFailed(pub Error);

impl From<Error> for CallFailed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for CallFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CallFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl IntoResponse for CallFailed {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = error.status_to_answer();
        let body = json!({ "error": {
            "code": error.code().unwrap_or_else(|| error.kind().as_str()),
            "verdict": error.verdict(),
            "approval_id": error.approval().map(|approval| &approval.id),
        } });
        let mut response = json_response(status, &body);
        // Nobody is asked to repeat what may have been done.
        let may_repeat = matches!(error.verdict(), Verdict::NothingSent | Verdict::Refused);
        if let Some(wait) = error.retry_after().filter(|_| may_repeat) {
            // Rounded up: nobody is to come too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Arc::new(error));
        response
    }
}
