//! What arguments have to be, checked before anything is sent.

use codespar_engine::Error;

/// The longest page the API gives.
const LONGEST_PAGE: u32 = 500;

/// Text that may not be empty.
pub(crate) fn check_filled(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::config(field, "expected text, it is empty"));
    }
    Ok(())
}

/// Text that may not be empty, where there is any.
pub(crate) fn check_optional(field: &str, text: Option<&str>) -> Result<(), Error> {
    text.map_or(Ok(()), |text| check_filled(field, text))
}

/// The length of a page.
pub(crate) fn check_limit(limit: Option<u32>) -> Result<(), Error> {
    match limit {
        Some(limit) if limit == 0 || limit > LONGEST_PAGE => {
            Err(Error::config("limit", format_args!("expected 1 to {LONGEST_PAGE}")))
        }
        _ => Ok(()),
    }
}
