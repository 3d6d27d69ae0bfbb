//! Scenarios of the CodeSpar API, by subject.

mod account;
mod account_money;
mod books;
mod careful_client;
mod cassettes;
mod collect;
mod commerce;
mod coverage;
mod documents;
mod governed;
mod mandates;
mod money;
mod not_here;
mod payables;
mod requests;
mod selling;
mod session;
mod webhooks;
mod workflows;
