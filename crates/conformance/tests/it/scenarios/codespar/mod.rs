//! Scenarios of the CodeSpar API, by subject.

mod account;
mod books;
mod cassettes;
mod commerce;
mod coverage;
mod governed;
mod mandates;
mod money;
mod payables;
mod requests;
mod session;
mod webhooks;
mod workflows;
