//! API operations as tools of a language model: names, schemas, hints, guarded calls, results.
//!
//! A [`Toolbox`] holds the tools of some [`ToolSource`]s: the tools of a session, the operations of
//! an API, the catalogue of a service. It does no I/O and knows no API, no clock and no chance.
//!
//! 1. [`Toolbox::list`] gives the tools as a [`Dialect`] takes them.
//! 2. [`ToolCall::read`] reads what the model asks for.
//! 3. [`Toolbox::dispatch`] makes of it an answer, a question for a person, or a
//!    [`Call`](codespar_engine::Call), which is sent as every other: `.send()` or `.await`.
//! 4. [`ToolAnswer::message`] is what the model is given back.
//!
//! ```
//! # use codespar_engine::{Json, driver::BlockingTransport};
//! use codespar_tools::{Dialect, Dispatch, Moment, ToolCall, Toolbox};
//! use std::time::SystemTime;
//!
//! /// One call of the model's, as OpenAI's chat completions write it, and the message for it.
//! fn answer<T: BlockingTransport>(
//!     tools: &Toolbox<T>,
//!     conversation: &str,
//!     item: &Json,
//! ) -> Result<Json, codespar_engine::Error> {
//!     let call = ToolCall::read(Dialect::OpenAiChat, item)?.conversation(conversation);
//!     let answer = match tools.dispatch(&call, Moment::new(SystemTime::now())) {
//!         Dispatch::Call(pending) => pending.into_call().send()?,
//!         Dispatch::Answer(answer) => *answer,
//!         Dispatch::Ask(question) => question.into_answer(), // nobody can be asked
//!     };
//!     Ok(answer.message(Dialect::OpenAiChat, &call))
//! }
//! ```
//!
//! # At most once
//! Models, frameworks and hosts repeat calls. What changes something is written into a
//! [`CallRecord`] before it is sent.
//!
//! | asked again | with a key that the server honours | without |
//! |---|---|---|
//! | the same id | the recorded answer, or sent under its key | the recorded answer, or `unknown` |
//! | the same id, other arguments | refused | refused |
//! | another id, the same payment | a question, within the window | the same |
//!
//! The key is made of the conversation, the model's call id and the operation, so that a program
//! that was started anew makes the same one. Without one, a call is never sent a second time.
//!
//! # Features
//! - `registry`: operations of a registry as tools, for crates that describe an API.
//! - `async-openai`: tools, calls and results as the types of that crate.
//! - `testing`: the rules of the providers as a checker of lists of tools.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

mod answer;
mod arguments;
mod call;
mod dialect;
mod guard;
mod hash;
mod hints;
mod limits;
mod message;
mod money;
mod names;
mod offer;
#[cfg(feature = "registry")]
pub mod operations;
mod options;
mod outcome;
mod pending;
mod prepare;
mod question;
mod record;
mod schema;
mod source;
mod spec;
mod toolbox;
mod view;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "async-openai")]
pub mod async_openai;
#[cfg(feature = "testing")]
pub mod testing;

pub use self::{
    answer::{Approval, Happened, ToolAnswer},
    arguments::{Argument, Arguments},
    call::ToolCall,
    dialect::Dialect,
    hints::Hints,
    limits::MoneyLimits,
    message::McpText,
    money::{Amount, AmountRule, AmountRules, AmountUnit, CurrencyRule, Money},
    names::{LONGEST_NAME, tool_names},
    offer::{LeftOut, Tool},
    options::{BeforeMoney, Repeats, ToolboxOptions},
    outcome::Outcome,
    pending::{Dispatch, Moment, Pending},
    question::{About, Confirmation, Question},
    record::{CallRecord, MemoryRecord, RecordedCall},
    schema::plain_schema,
    source::ToolSource,
    spec::{KeySupport, ToolEffect, ToolSpec},
    toolbox::Toolbox,
    view::ViewOptions,
};
