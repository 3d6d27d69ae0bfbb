//! Accounts, wallets and consumers: arguments that cannot work.
