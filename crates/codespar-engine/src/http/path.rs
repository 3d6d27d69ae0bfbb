//! Paths that are written out by callers.

use crate::error::Error;

/// A path as RFC 3986 has it, which no step leads out of.
pub(crate) fn check_path(path: &str) -> Result<(), Error> {
    let wrong = |expected: &str| Err(Error::config("path", format_args!("expected {expected}")));
    if !path.starts_with('/') {
        return wrong("a path that begins with /");
    }
    if path.contains(['?', '#']) {
        return wrong("a path without ? and #; the query is set apart");
    }
    // Some servers decode a path before they take the steps out, and take backslashes for slashes.
    let mut plain = path.to_ascii_lowercase();
    for (encoded, bare) in [("%2e", "."), ("%2f", "/"), ("%5c", "/")] {
        plain = plain.replace(encoded, bare);
    }
    if plain.split('/').any(|segment| matches!(segment, "." | "..")) {
        return wrong("a path without steps (. and ..)");
    }
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte);
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'%', [high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                after
            }
            (first, after) if bare(*first) => after,
            _ => return wrong("a percent-encoded path"),
        };
    }
    Ok(())
}
