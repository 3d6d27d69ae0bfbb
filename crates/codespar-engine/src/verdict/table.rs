//! What codes and statuses say about effects: one table per API, and one function that reads it.

use crate::verdict::{Effect, Judgement, KeyRule, KeyUse, Verdict};

/// What an approval condition asks of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Whatever the answer is.
    Any,
    /// That it names an approval.
    Approval,
    /// That it names none.
    NoApproval,
}

/// A row of the table: what an answer with this code, of these operations, with this status and
/// under this condition says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct VerdictRow {
    /// The code; `None` for any, `*_uncertain` for all that end so.
    pub code: Option<&'static str>,
    /// The operations it is about; empty for any.
    pub operations: &'static [&'static str],
    /// The HTTP status; `None` for any, and for results that come with none.
    pub status: Option<u16>,
    /// What else has to be so.
    pub condition: Condition,
    /// What the code says happened.
    pub verdict: Verdict,
    /// What becomes of the key, where the operation has one.
    pub key: KeyUse,
    /// What to do, in a few words.
    pub advice: &'static str,
}

impl VerdictRow {
    /// A row about a code.
    pub const fn code(code: &'static str, verdict: Verdict, advice: &'static str) -> Self {
        Self { code: Some(code), ..Self::any(verdict, advice) }
    }

    /// A row about any code.
    pub const fn any(verdict: Verdict, advice: &'static str) -> Self {
        Self {
            code: None,
            operations: &[],
            status: None,
            condition: Condition::Any,
            verdict,
            key: KeyUse::Same,
            advice,
        }
    }

    const fn status(status: u16, verdict: Verdict, advice: &'static str) -> Self {
        Self { status: Some(status), ..Self::any(verdict, advice) }
    }

    /// Only for these operations.
    #[must_use]
    pub const fn of(mut self, operations: &'static [&'static str]) -> Self {
        self.operations = operations;
        self
    }

    /// Only with this status.
    #[must_use]
    pub const fn at(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Only under this condition.
    #[must_use]
    pub const fn when(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }

    /// What becomes of the key; without this, it stays the same.
    #[must_use]
    pub const fn key(mut self, key: KeyUse) -> Self {
        self.key = key;
        self
    }

    fn fits(&self, case: &Case<'_>) -> bool {
        let code = match self.code {
            None => true,
            Some(code) => case.code.is_some_and(|came| match code.strip_prefix('*') {
                Some(end) => came.ends_with(end),
                None => came == code,
            }),
        };
        let condition = match self.condition {
            Condition::Any => true,
            Condition::Approval => case.has_approval,
            Condition::NoApproval => !case.has_approval,
        };
        code && condition
            && (self.operations.is_empty() || self.operations.contains(&case.operation))
            && (self.status.is_none() || self.status == case.status)
    }

    /// How much a row asks for: the one that asks for most decides.
    fn rank(&self) -> (bool, u8, bool, bool) {
        let code = match self.code {
            Some(code) if code.starts_with('*') => 1,
            Some(_) => 2,
            None => 0,
        };
        let approval = self.condition == Condition::Approval;
        (approval, code, !self.operations.is_empty(), self.status.is_some())
    }
}

/// What statuses say of a change, whatever the API: the end of every table.
static STATUSES: &[VerdictRow] = &[
    VerdictRow::any(Verdict::Unknown, "look first; repeat under the same key where there is one"),
    VerdictRow::any(Verdict::Held, "wait for the approval").when(Condition::Approval),
    VerdictRow::status(400, Verdict::Refused, "correct the request"),
    VerdictRow::status(401, Verdict::Refused, "check the credential"),
    VerdictRow::status(403, Verdict::Refused, "ask for the permission").when(Condition::NoApproval),
    VerdictRow::status(404, Verdict::Refused, "check the id"),
    VerdictRow::status(405, Verdict::Refused, "check the method"),
    VerdictRow::status(411, Verdict::Refused, "correct the request"),
    VerdictRow::status(413, Verdict::Refused, "send less"),
    VerdictRow::status(415, Verdict::Refused, "send another media type"),
    VerdictRow::status(422, Verdict::Refused, "correct the request"),
    VerdictRow::status(429, Verdict::Refused, "wait, then repeat"),
    VerdictRow::status(501, Verdict::Refused, "not offered here"),
];

/// An answer that is no success, or a result that says it failed, as far as the table looks at it.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "it is an argument list")]
pub struct Case<'a> {
    /// The name of the operation that was called.
    pub operation: &'a str,
    /// What the operation does.
    pub effect: Effect,
    /// How it names its effect.
    pub key: KeyRule,
    /// The HTTP status, where there is one that tells something.
    pub status: Option<u16>,
    /// The code that the server gave, if any.
    pub code: Option<&'a str>,
    /// Whether an approval is named.
    pub has_approval: bool,
}

/// What an answer says: the row of the table that asks for most of what is so.
///
/// Whatever a read answers, it has done nothing.
pub fn judge(rows: &[VerdictRow], case: &Case<'_>) -> Judgement {
    if !case.effect.is_change() {
        return Judgement { verdict: Verdict::Refused, key: KeyUse::None };
    }
    let row = deciding_row(rows, case);
    let (verdict, key) = row.map_or((Verdict::Unknown, KeyUse::Same), |row| (row.verdict, row.key));
    // A key that was never there cannot stay the same, nor be used up.
    let key = match key {
        KeyUse::Same | KeyUse::Spent if case.key == KeyRule::None => KeyUse::None,
        key => key,
    };
    Judgement { verdict, key }
}

/// The row that decides a case of a change: the one that asks for most of what is so.
pub fn deciding_row<'a>(rows: &'a [VerdictRow], case: &Case<'_>) -> Option<&'a VerdictRow> {
    rows.iter().chain(STATUSES).filter(|row| row.fits(case)).max_by_key(|row| row.rank())
}

/// Whether a row of the table is about the code of a case.
pub fn is_about_code(rows: &[VerdictRow], case: &Case<'_>) -> bool {
    rows.iter().any(|row| row.code.is_some() && row.fits(case))
}

/// All rows of an API's table, those of the statuses at the end.
pub fn table(rows: &'static [VerdictRow]) -> impl Iterator<Item = &'static VerdictRow> {
    rows.iter().chain(STATUSES)
}

/// Pairs of rows that could both decide an answer: there must be none.
pub fn ties(rows: &'static [VerdictRow]) -> Vec<(&'static VerdictRow, &'static VerdictRow)> {
    let rows: Vec<_> = table(rows).collect();
    let mut ties = Vec::new();
    for (at, one) in rows.iter().enumerate() {
        for other in rows.iter().skip(at + 1) {
            if one.rank() == other.rank() && one.overlaps(other) {
                ties.push((*one, *other));
            }
        }
    }
    ties
}

impl VerdictRow {
    /// Whether some answer fits both.
    fn overlaps(&self, other: &Self) -> bool {
        let codes = match (self.code, other.code) {
            (Some(one), Some(other)) => match (one.strip_prefix('*'), other.strip_prefix('*')) {
                (None, None) => one == other,
                (Some(one), Some(other)) => one.ends_with(other) || other.ends_with(one),
                (Some(end), None) => other.ends_with(end),
                (None, Some(end)) => one.ends_with(end),
            },
            _ => true,
        };
        let operations = self.operations.is_empty()
            || other.operations.is_empty()
            || self.operations.iter().any(|operation| other.operations.contains(operation));
        let statuses =
            self.status.is_none() || other.status.is_none() || self.status == other.status;
        let conditions = self.condition == other.condition
            || self.condition == Condition::Any
            || other.condition == Condition::Any;
        codes && operations && statuses && conditions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Stage;

    const PAYS: Case<'_> = Case {
        operation: "a.pay",
        effect: Effect::MovesMoney,
        key: KeyRule::Header,
        status: None,
        code: None,
        has_approval: false,
    };

    static ROWS: &[VerdictRow] = &[
        VerdictRow::code("*_uncertain", Verdict::Unknown, ""),
        VerdictRow::code("not_uncertain", Verdict::Refused, "").key(KeyUse::Spent),
        VerdictRow::code("busy", Verdict::Unknown, ""),
        VerdictRow::code("busy", Verdict::Refused, "").of(&["a.pay"]),
        VerdictRow::code("busy", Verdict::Done(Stage::Settled), "").of(&["a.pay"]).at(503),
    ];

    fn of(status: u16, code: Option<&str>) -> Verdict {
        judge(ROWS, &Case { status: Some(status), code, ..PAYS }).verdict
    }

    #[test]
    fn the_row_that_asks_for_most_decides() {
        assert_eq!(of(500, Some("x_uncertain")), Verdict::Unknown);
        assert_eq!(of(500, Some("not_uncertain")), Verdict::Refused);
        assert_eq!(of(409, Some("busy")), Verdict::Refused);
        assert_eq!(of(503, Some("busy")), Verdict::Done(Stage::Settled));
        assert_eq!(ties(ROWS).len(), 0);
        static TWICE: &[VerdictRow] = &[
            VerdictRow::code("a", Verdict::Unknown, "").at(500),
            VerdictRow::code("a", Verdict::Refused, "").at(500),
        ];
        assert_eq!(ties(TWICE).len(), 1);
    }

    #[test]
    fn statuses_that_refuse_are_few_and_all_others_leave_it_open() {
        let refuses = [400, 401, 403, 404, 405, 411, 413, 415, 422, 429, 501];
        for status in 300..=599 {
            for code in [None, Some("never_heard_of")] {
                let expected = match refuses.contains(&status) {
                    true => Verdict::Refused,
                    false => Verdict::Unknown,
                };
                assert_eq!(of(status, code), expected, "{status}");
            }
        }
    }

    #[test]
    fn an_approval_holds_whatever_else_is_said() {
        for (status, code) in [(403, None), (403, Some("busy")), (500, Some("x_uncertain"))] {
            let case = Case { status: Some(status), code, has_approval: true, ..PAYS };
            assert_eq!(judge(ROWS, &case).verdict, Verdict::Held, "{status}");
        }
    }

    #[test]
    fn a_read_has_done_nothing_and_has_no_key() {
        let case = Case { effect: Effect::Reads, status: Some(500), has_approval: true, ..PAYS };
        let judgement = Judgement { verdict: Verdict::Refused, key: KeyUse::None };
        assert_eq!(judge(ROWS, &case), judgement);
    }

    #[test]
    fn what_has_no_key_cannot_keep_it() {
        let case = Case { key: KeyRule::None, status: Some(500), ..PAYS };
        assert_eq!(judge(ROWS, &case).key, KeyUse::None);
        assert_eq!(judge(ROWS, &Case { status: Some(500), ..PAYS }).key, KeyUse::Same);
    }
}
