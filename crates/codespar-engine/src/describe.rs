//! What crates that describe an API build on: endpoint rows, flows, the pieces of the macros.

pub use serde;

pub use crate::{
    answer::{MemberName, missing, text, through_json},
    chain::{Chain, Keyed, Then},
    client_settings::ClientSettings,
    compose::{Failed, LastItem, Map, Ready},
    endpoint::{Draft, Route, check_segment, encode_segment, json_answer, no_answer},
    envelope::{MILLISECOND, envelope, is_code, members, wait},
    events::EventStream,
    frames::{Frames, Progress},
    number::{Number, amount_text, may_be_thousands},
    pages::{Page, Pages},
    raw::{read_number, write_number},
    repeat::{Next, Repeat, poll_until},
    rows::Conclude,
    unary::Unary,
    whole::{AnyField, Field, Whole, WholeField, whole},
};
