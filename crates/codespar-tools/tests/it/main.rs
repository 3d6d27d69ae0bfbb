//! Tools in every dialect, and what becomes of calls.

mod dispatch;
mod names;
mod rules;
mod support;
