//! What an error or a result says about effects, money first of all: one table per API, and one
//! function that reads it.

use std::fmt;

use serde::{Serialize, Serializer};

/// What happened, as far as the server's effects go.
///
/// It is about the whole conversation: every request of a call, its repetitions and what follows
/// from them. Requests that only read do not count. Unknown is never "not done".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// No request that changes anything can have reached the server. Repeat.
    NothingSent,
    /// The server says that nothing was done. Correct it, and repeat.
    Refused,
    /// It will happen once a person approves, without another call. Wait for the approval.
    Held,
    /// It may have happened, be happening, or have been left half done. Repeat under the same key
    /// where the server honours one; look first where it does not.
    Unknown,
    /// It happened, as far as the operation goes.
    Done(Stage),
}

/// How far something that happened has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// It was carried out, and there is nothing further to it.
    Completed,
    /// Something payable was issued; it is not paid yet.
    Issued,
    /// Money is on its way; it has not arrived yet.
    Dispatched,
    /// The money is there.
    Settled,
}

impl Stage {
    /// The stage as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Issued => "issued",
            Self::Dispatched => "dispatched",
            Self::Settled => "settled",
        }
    }
}

impl Verdict {
    /// The verdict as one lower-case word: `nothing_sent`, `refused`, `held`, `unknown`, or the
    /// stage of what is done.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingSent => "nothing_sent",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Unknown => "unknown",
            Self::Done(stage) => stage.as_str(),
        }
    }

    /// Whether nothing of it happened, and nothing of it will: the one case in which it may be
    /// done anew.
    pub const fn is_nothing_done(self) -> bool {
        matches!(self, Self::NothingSent | Self::Refused)
    }

    /// Whether it happened, as far as the operation goes.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// What is known when an earlier request that changes something was answered or may have
    /// arrived: that nothing was done can no longer be said.
    pub const fn after_a_change(self) -> Self {
        match self {
            Self::NothingSent | Self::Refused => Self::Unknown,
            verdict => verdict,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What becomes of the key that named the effect: an idempotency key or an attempt id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyUse {
    /// A repetition goes under the same key, never under another.
    Same,
    /// It is used up, and nothing happened under it: another one may be drawn.
    Spent,
    /// It names something else, or something that cannot be read: a person decides.
    PersonDecides,
    /// No key plays a part.
    None,
}

impl KeyUse {
    /// The word for it: `same`, `spent`, `person_decides`, `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Spent => "spent",
            Self::PersonDecides => "person_decides",
            Self::None => "none",
        }
    }
}

impl Serialize for KeyUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an operation does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: it reads.
    Reads,
    /// It changes something.
    Changes,
    /// It moves money, or makes somebody owe some.
    MovesMoney,
    /// It removes something, or makes it useless.
    Destroys,
}

impl Effect {
    /// The word for it: `reads`, `changes`, `moves money`, `destroys`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Changes => "changes",
            Self::MovesMoney => "moves money",
            Self::Destroys => "destroys",
        }
    }

    /// Whether doing it twice, or not knowing whether it was done, is worth a thought.
    pub const fn is_change(self) -> bool {
        !matches!(self, Self::Reads)
    }

    /// The worst that a request of this method may do, where nothing else is known of it.
    pub fn of_method(method: &http::Method) -> Self {
        match method.as_str() {
            "GET" | "HEAD" | "OPTIONS" => Self::Reads,
            "DELETE" => Self::Destroys,
            _ => Self::MovesMoney,
        }
    }
}

/// How an operation names its effect to the server, so that it happens once however often it is
/// asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRule {
    /// The server honours none: none is made up, none is taken.
    None,
    /// The header `Idempotency-Key`.
    Header,
    /// The header `Idempotency-Key` and the body's member `idempotency_key`, alike.
    HeaderAndBody,
    /// The body's member `idempotency_key`.
    Body,
    /// An argument of this name, which the caller chooses.
    Argument(&'static str),
    /// It depends on the arguments: see the operation.
    Depends,
    /// A request of the caller's own: any key is sent, and nothing is promised.
    Unpromised,
}

impl KeyRule {
    /// Whether a call takes a key by its option.
    pub const fn takes_option(self) -> bool {
        !matches!(self, Self::None | Self::Argument(_) | Self::Depends)
    }

    /// Whether the server is known to honour a key.
    pub const fn is_honoured(self) -> bool {
        !matches!(self, Self::None | Self::Unpromised)
    }

    /// The rule in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Header => "header",
            Self::HeaderAndBody => "header and body",
            Self::Body => "body",
            Self::Argument(name) => name,
            Self::Depends => "by its arguments",
            Self::Unpromised => "sent, not promised",
        }
    }
}

/// What an approval condition asks of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Nothing.
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
    /// What happened.
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
    /// The operation.
    pub operation: &'a str,
    /// What the operation does.
    pub effect: Effect,
    /// How it names its effect.
    pub key: KeyRule,
    /// The HTTP status, where there is one that tells something.
    pub status: Option<u16>,
    /// The code.
    pub code: Option<&'a str>,
    /// Whether an approval is named.
    pub has_approval: bool,
}

/// A verdict, and what becomes of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::exhaustive_structs, reason = "it is the two words of a row")]
pub struct Judgement {
    /// What happened.
    pub verdict: Verdict,
    /// What becomes of the key.
    pub key: KeyUse,
}

impl Judgement {
    /// Nothing is known, and no key helps.
    pub(crate) const UNKNOWN: Self = Self { verdict: Verdict::Unknown, key: KeyUse::None };

    /// Of what several codes of one answer say, that which leaves most open; of equals, the last.
    pub fn most_open(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().max_by_key(|judgement| match judgement.verdict {
            Verdict::Unknown => 3,
            Verdict::Held => 2,
            Verdict::Done(_) => 1,
            Verdict::NothingSent | Verdict::Refused => 0,
        })
    }
}

/// What an answer says: the row of the table that asks for most of what is so.
///
/// Whatever a read answers, it has done nothing.
pub fn judge(rows: &[VerdictRow], case: &Case<'_>) -> Judgement {
    if !case.effect.is_change() {
        return Judgement { verdict: Verdict::Refused, key: KeyUse::None };
    }
    let row = rows.iter().chain(STATUSES).filter(|row| row.fits(case)).max_by_key(|row| row.rank());
    let (verdict, key) = row.map_or((Verdict::Unknown, KeyUse::Same), |row| (row.verdict, row.key));
    // A key that was never there cannot stay the same, nor be used up.
    let key = match key {
        KeyUse::Same | KeyUse::Spent if case.key == KeyRule::None => KeyUse::None,
        key => key,
    };
    Judgement { verdict, key }
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
