//! The account behind the key: balances, ledger, payments, sessions (`/v1/account`).

pub(crate) mod ledger;
pub(crate) mod payments;
pub(crate) mod sessions;
pub(crate) mod summary;
pub(crate) mod test_balance;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
