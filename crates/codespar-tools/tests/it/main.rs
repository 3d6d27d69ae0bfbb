//! Tools in every dialect, and what becomes of calls.

mod dispatch;
mod names;
mod openai_types;
mod rules;
mod support;
