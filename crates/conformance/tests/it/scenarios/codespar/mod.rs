//! Scenarios of the CodeSpar API, by subject.

mod account;
mod books;
mod careful_client;
mod cassettes;
mod commerce;
mod coverage;
mod mandates;
mod money;
mod payables;
mod requests;
mod session;
mod webhooks;
mod workflows;
