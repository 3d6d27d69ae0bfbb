//! How the API words its refusals: eleven shapes, one reading.

pub(crate) use codespar_engine::kit::is_code;
use codespar_engine::kit::{Dialect, MILLISECOND, Refusal, Response, envelope, members, wait};

use crate::{client::verdicts, session::execute::tool_refusal::NOT_REGISTERED};

/// The CodeSpar wording of errors.
pub(crate) static DIALECT: Dialect = Dialect::new(read).with_verdicts(verdicts::ROWS);

fn read(answer: &Response) -> Refusal {
    let Some(body) = members(&answer.body) else { return Refusal::default() };
    let mut refusal = envelope(&body);
    if refusal.code.is_none() && answer.status == 403 && body.contains_key("ruleId") {
        // A policy said no. This shape has no code of its own.
        let opened = body.get("approval_id").is_some_and(|id| !id.is_null());
        let code = if opened { "approval_required" } else { "policy_denied" };
        refusal.code = Some(code.to_owned());
    }
    let prose = refusal.message.as_deref().unwrap_or_default();
    if refusal.code.is_none() && prose.starts_with(NOT_REGISTERED) {
        refusal.code = Some("tool_not_registered".to_owned());
    }
    let lacks_route = answer.status == 404 && prose.starts_with("Route ");
    if refusal.code.is_none() && (answer.status == 501 || lacks_route) {
        refusal.code = Some("not_supported_here".to_owned());
    }
    // As a self-hosted runtime spells it. Its header means milliseconds too, so the body counts.
    refusal.retry_after = refusal.retry_after.or_else(|| wait(&body, "retryAfter", MILLISECOND));
    refusal
}
