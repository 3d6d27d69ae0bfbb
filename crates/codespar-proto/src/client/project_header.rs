//! The header that names a project.

use codespar_engine::Error;
use http::{HeaderName, HeaderValue};

/// The header that names the project a call is for.
pub(crate) const PROJECT_HEADER: HeaderName = HeaderName::from_static("x-codespar-project");

/// A project id as a header value.
pub(crate) fn project_header(project: &str) -> Result<HeaderValue, Error> {
    let is_id = project
        .strip_prefix("prj_")
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let wrong = || Error::config("project", "expected prj_ and 16 letters or digits");
    if !is_id {
        return Err(wrong());
    }
    HeaderValue::from_str(project).map_err(|_| wrong())
}
