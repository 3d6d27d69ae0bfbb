//! What crates that describe an API build on: endpoint rows, flows, the pieces of the macros.

pub use serde;

pub use crate::{
    answer::{Extra, MemberName, Members, missing, text, through_json},
    chain::{Chain, Keyed, Then},
    client_settings::ClientSettings,
    compose::{Failed, Last, Map, Ready},
    derived::{FromMembers, object, once},
    describe,
    endpoint::{RequestBuilder, Route, check_segment, encode_segment, json_answer, no_answer},
    envelope::{MILLISECOND, approval, envelope, is_code, members, wait},
    events::EventStream,
    frames::{Decoded, EventDecoder},
    history::{Conversation, History},
    number::{Number, amount_text, may_be_thousands},
    pages::{Page, Pages},
    polls::Polls,
    raw::{read_number, write_number},
    repeat::{Next, Repeat, poll_until},
    rows::IntoCall,
    unary::Unary,
    verdict::{Case, Condition, Judgement, VerdictRow, is_about_code, judge, table, ties},
    whole::{AnyField, Field, Whole, WholeField, whole},
};
