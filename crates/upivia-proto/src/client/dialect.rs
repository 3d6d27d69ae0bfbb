//! How the API words its refusals.

use codespar_engine::{
    KeyUse, Verdict,
    kit::{Dialect, Refusal, Response, VerdictRow, envelope, members},
};

/// The Upivia wording of errors: an `error` object, in practice also a text or the top level.
/// An empty success is an answer, of an object without members.
pub(crate) static DIALECT: Dialect = Dialect::new(read).with_nothing("{}").with_verdicts(VERDICTS);

/// What the API's codes say about effects, beyond what statuses say.
pub(crate) static VERDICTS: &[VerdictRow] = &[
    // Another payload went out under the key, and was perhaps carried out.
    VerdictRow::code(
        "idempotency_key_payload_mismatch",
        Verdict::Unknown,
        "find out what the key names; never draw another by program",
    )
    .key(KeyUse::PersonDecides),
    VerdictRow::code("device_offline", Verdict::Refused, "repeat when the device is there"),
    VerdictRow::code("policy_block", Verdict::Refused, "nothing: a policy forbids it"),
    VerdictRow::code("daily_limit_exceeded", Verdict::Refused, "wait, then repeat"),
];

fn read(answer: &Response) -> Refusal {
    members(&answer.body).as_ref().map(envelope).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::VERDICTS;

    #[test]
    fn no_two_rows_decide_the_same_answer() {
        let ties = codespar_engine::kit::ties(VERDICTS);
        assert!(ties.is_empty(), "{ties:?}");
    }
}
