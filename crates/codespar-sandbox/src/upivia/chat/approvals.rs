//! Decisions about what a chat waits for.

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::set,
    upivia::approvals,
};

/// `POST /chat/approvals/{id}`
pub(crate) fn resolve(call: &mut Call<'_>) -> Outcome {
    let approved = call.body()?.choice("action", &["approve", "reject"])? == "approve";
    let mut decided = approvals::decide(call, approved)?;
    set(&mut decided, "ok", true);
    Ok(Answer::ok(decided))
}
