//! How long pages of lists may be.

use codespar_engine::kit::{Error, check_range};

/// The longest page the API gives, in entries.
const LONGEST_PAGE: u32 = 500;

/// Checks how many entries a page may have at most.
pub(crate) fn check_page_limit(limit: Option<u32>) -> Result<(), Error> {
    check_range("limit", limit, 1..=LONGEST_PAGE)
}
