//! What a wallet pays beyond what it holds: in a test project the rest comes in first, as test
//! money.

use crate::{
    server::errors::{ApiError, error},
    store::{
        books::{Books, Posting},
        clock::Now,
        settings::Settings,
    },
};

/// How much a wallet of a project, which need not be there, lacks of an amount in a currency; zero
/// where it holds as much. In a live project what is not there is refused.
pub(crate) fn lacking(
    books: &Books,
    settings: &Settings,
    (project, wallet, currency): (&str, &str, &str),
    minor: i64,
) -> Result<i64, ApiError> {
    let lacking = minor.saturating_sub(books.funds(project, wallet, currency).available());
    match lacking > 0 && !settings.test_mode {
        true => Err(error(409, "insufficient_funds", "the wallet does not hold as much")),
        false => Ok(lacking.max(0)),
    }
}

/// Lets so much come into the wallet of a posting, before that is posted.
pub(crate) fn post(books: &mut Books, project: &str, posting: &Posting, lacking: i64, now: Now) {
    if lacking > 0 {
        let top_up = Posting {
            kind: "fund",
            amount_minor: lacking,
            test_funding: Some("payment_top_up"),
            ..posting.clone()
        };
        books.post(project, top_up, now.wall);
    }
}
