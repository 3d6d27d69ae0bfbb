//! How the API words its refusals: eleven shapes, one reading.

pub(crate) use codespar_engine::describe::is_code;
use codespar_engine::{
    Answer, Dialect, Refusal,
    describe::{MILLISECOND, envelope, members, wait},
};

/// The CodeSpar wording of errors.
pub(crate) static DIALECT: Dialect = Dialect::new(read);

fn read(answer: &Answer) -> Refusal {
    let Some(body) = members(&answer.body) else { return Refusal::default() };
    let mut refusal = envelope(&body);
    if refusal.code.is_none() && answer.status == 403 && body.contains_key("ruleId") {
        // A policy said no. This shape has no code of its own.
        let opened = body.get("approval_id").is_some_and(|id| !id.is_null());
        let code = if opened { "approval_required" } else { "policy_denied" };
        refusal.code = Some(code.to_owned());
    }
    // As a self-hosted runtime spells it. Its header means milliseconds too, so the body counts.
    refusal.retry_after = refusal.retry_after.or_else(|| wait(&body, "retryAfter", MILLISECOND));
    refusal
}
