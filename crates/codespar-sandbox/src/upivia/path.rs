//! The paths of the Upivia API, all of which begin alike.

/// What every path of this API begins with.
pub(crate) const PREFIX: &str = "/upivia";

/// The path of a request without the prefix, if it has it.
pub(crate) fn without_prefix(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path belongs to this API.
pub(crate) fn owns(path: &str) -> bool {
    without_prefix(path).is_some()
}

/// Whether a path takes files, which are large.
pub(crate) fn takes_files(path: &str) -> bool {
    without_prefix(path)
        .is_some_and(|rest| rest.starts_with("/bucket/") || rest == "/api/v1/storage/objects")
}
