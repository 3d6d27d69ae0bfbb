//! What crates that describe an API build on: endpoint rows, flows, the pieces of the macros.

pub use serde;

pub use crate::{
    answer::{MemberName, missing, text, through_json},
    compose::{Failed, LastItem, Ready},
    endpoint::{Conclude, Draft, Route, check_segment, encode_segment, json_answer, no_answer},
    events::EventStream,
    frames::{Frames, Progress},
    pages::{Page, Pages},
    repeat::{Next, Repeat, poll_until},
    unary::Unary,
};
