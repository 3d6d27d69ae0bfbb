//! The account behind the key: balances, ledger, payments, sessions (`/v1/account`).
