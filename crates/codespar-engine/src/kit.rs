//! What crates that describe an API build on: endpoint rows, flows, requests and responses.
//!
//! It is outside of semantic versioning: any release may change it. Crates that use it name one
//! version of this crate exactly.

#[cfg(feature = "registry")]
pub use crate::registry::Operation;
pub use serde;

pub use crate::{
    api_client::ApiClient,
    call::{
        options::check_limit,
        request::{RawAnswer, Request, segment},
    },
    check::{check_filled, check_length, check_optional, check_range},
    client_settings::ClientSettings,
    derived::{FromMembers, Known, object, once, pass_over},
    describe::{self, Describe},
    endpoints::{Check, Cursor, IntoCall, PageOf, RowArgument, all_pages, all_pages_from_first},
    error::Error,
    flow::{
        chain::{Chain, Then},
        decoder::{Decoded, EventDecoder},
        fetch::{Fetch, FetchTarget, FetchWhole},
        history::{Conversation, History},
        idempotency_key::{IdempotencyKey, KeySource},
        map::{Failed, Last, Map, Ready},
        pages::Pages,
        polls::{Pace, Polls},
        stream::EventStream,
        unary::Unary,
    },
    http::{
        IDEMPOTENCY_KEY,
        base_url::BaseUrl,
        content::digest::{check_sent, check_sha256_of},
        credentials::{AuthMode, Credentials},
        dialect::{Dialect, Refusal},
        refusal::{MILLISECOND, approval, envelope, is_code, members, wait},
        request::{RequestBuilder, json_answer, no_answer},
        response::Response,
        retry::{Retry, is_transient, made_up_key, retry_after},
        route::Route,
        service::Service,
        target::{check_segment, encode_segment},
    },
    json::{
        decode, decode_at, encode,
        integer::{AnyField, Field, Whole, WholeField, whole},
        member_name::MemberName,
        members::{Extra, Members, missing, text, through_json},
        number::{Number, amount_text, may_be_thousands},
        raw::{read_number, write_number},
    },
    secret::ApiKey,
    verdict::{
        Judgement,
        table::{Case, Condition, VerdictRow, deciding_row, is_about_code, judge, table, ties},
    },
};
