//! A row as the columns of a table, whatever the database.

use std::fmt;

use codespar_engine::{KeyUse, Stage, Verdict};

use crate::{
    id::Name,
    row::{Blob, Guarantee, Row, State},
    store::{Entry, Note, StoreAnswer, StoreError},
};

/// The tables, as SQL that SQLite and PostgreSQL take: for programs that make and migrate them
/// themselves.
#[doc(alias = "migration")]
pub const SCHEMA: &str = include_str!("schema.sql");

/// A value in a column, for any database client.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlValue {
    /// A text, in UTF-8.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Bytes, sealed or not.
    Bytes(Vec<u8>),
    /// Nothing: the column is null.
    Null,
}

/// The kind only: values are personal data.
impl fmt::Debug for SqlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Number(_) => "Number",
            Self::Bytes(_) => "Bytes",
            Self::Null => "Null",
        })
    }
}

/// The rows that the outbox goes on with by itself: those that are open, and of those that are done
/// the ones whose receipt is looked for.
pub(crate) const OPEN: &str = "(state in ('ready', 'sent', 'issued', 'held', 'unknown') \
     or state = 'done' and next_at is not null)";

/// The rows in one of these states, or all where none is named.
pub(crate) fn in_states(states: &[State]) -> String {
    let words: Vec<_> = states.iter().map(|state| format!("'{}'", state.as_str())).collect();
    match words.is_empty() {
        true => "true".to_owned(),
        false => format!("state in ({})", words.join(", ")),
    }
}

/// Calls of agents whose answer is to be removed, but for their age.
pub(crate) const ANSWERED_CALLS: &str = "state in ('done', 'not_done') and answer is not null \
     and operation like 'tools.call/%'";

/// The columns of a line of history but its row's id, in the order of [`Columns::entry`].
pub(crate) const LINE: [&str; 8] =
    ["version", "at", "state", "generation", "code", "status", "who", "why"];

/// The columns, in the order of [`values`].
pub(crate) const COLUMNS: [&str; 34] = [
    "id",
    "origin",
    "project",
    "operation",
    "reference",
    "guarantee",
    "request_hash",
    "request",
    "request_key",
    "created_at",
    "state",
    "generation",
    "presentations",
    "exposed",
    "refusals",
    "looks",
    "backoff",
    "turns",
    "first_sent_at",
    "next_at",
    "verdict",
    "key_use",
    "code",
    "status",
    "answer",
    "answer_key",
    "resource",
    "approval",
    "evidence",
    "lease_until",
    "fence",
    "version",
    "updated_at",
    "current_id",
];

impl From<i64> for SqlValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for SqlValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<V: Into<Self>> From<Option<V>> for SqlValue {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

fn blob(blob: Option<&Blob>) -> [SqlValue; 2] {
    let bytes = blob.map_or(SqlValue::Null, |blob| SqlValue::Bytes(blob.bytes.clone()));
    [bytes, blob.and_then(|blob| blob.key_id.as_deref()).into()]
}

/// The values of a row, in the order of [`COLUMNS`].
pub(crate) fn values(row: &Row) -> [SqlValue; COLUMNS.len()] {
    let [request, request_key] = blob(row.request.as_ref());
    let [answer, answer_key] = blob(row.answer.as_ref());
    [
        row.id.as_str().into(),
        row.name.origin.as_str().into(),
        row.name.project.as_str().into(),
        row.name.operation.as_str().into(),
        row.name.reference.as_str().into(),
        row.guarantee.as_str().into(),
        row.request_hash.as_str().into(),
        request,
        request_key,
        row.created_at.into(),
        row.state.as_str().into(),
        row.generation.into(),
        row.presentations.into(),
        i64::from(row.exposed).into(),
        row.refusals.into(),
        row.looks.into(),
        row.backoff.into(),
        row.turns.into(),
        row.first_sent_at.into(),
        row.next_at.into(),
        row.verdict.map(Verdict::as_str).into(),
        row.key_use.as_str().into(),
        row.code.as_deref().into(),
        row.status.map(i64::from).into(),
        answer,
        answer_key,
        row.resource.as_deref().into(),
        row.approval.as_deref().into(),
        row.evidence.as_deref().into(),
        row.lease_until.into(),
        row.fence.into(),
        row.version.into(),
        row.updated_at.into(),
        row.key().as_str().into(),
    ]
}

/// The columns of a row that is being read.
pub(crate) struct Columns<I> {
    values: I,
}

/// What is said of a row that no version of this crate has written.
pub(crate) fn unreadable(what: &str) -> StoreError {
    StoreError::new(format!("it cannot be read, {what}"))
}

/// What is answered about the columns of a row that was taken over because it was due.
pub(crate) fn taken_over(values: Option<Vec<SqlValue>>) -> StoreAnswer {
    let Some(values) = values else { return StoreAnswer::Row(None) };
    let id = values.first().cloned();
    match (Columns::new(values.into_iter()).row(), id) {
        (Ok(row), _) => StoreAnswer::Row(Some(Box::new(row))),
        (Err(error), Some(SqlValue::Text(id))) => {
            StoreAnswer::Unreadable { id, why: error.to_string() }
        }
        (Err(error), _) => StoreAnswer::Unreadable { id: String::new(), why: error.to_string() },
    }
}

impl<I: Iterator<Item = SqlValue>> Columns<I> {
    pub(crate) fn new(values: I) -> Self {
        Self { values }
    }

    fn next(&mut self) -> SqlValue {
        self.values.next().unwrap_or(SqlValue::Null)
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.maybe_text()?.ok_or_else(|| unreadable("a text is missing"))
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next() {
            SqlValue::Text(text) => Ok(Some(text)),
            SqlValue::Null => Ok(None),
            _ => Err(unreadable("expected a text")),
        }
    }

    pub(crate) fn maybe_number(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next() {
            SqlValue::Number(number) => Ok(Some(number)),
            SqlValue::Null => Ok(None),
            _ => Err(unreadable("expected a number")),
        }
    }

    pub(crate) fn number<N: TryFrom<i64>>(&mut self) -> Result<N, StoreError> {
        let number = self.maybe_number()?.and_then(|number| number.try_into().ok());
        number.ok_or_else(|| unreadable("expected a smaller number"))
    }

    /// A number that may be missing and has to fit where there is one.
    pub(crate) fn maybe_small<N: TryFrom<i64>>(&mut self) -> Result<Option<N>, StoreError> {
        let fit = |number: i64| number.try_into().map_err(|_| unreadable("expected less"));
        self.maybe_number()?.map(fit).transpose()
    }

    /// A word that one of the crate's own types has.
    pub(crate) fn word<W>(&mut self, parse: fn(&str) -> Option<W>) -> Result<W, StoreError> {
        let word = self.text()?;
        parse(&word).ok_or_else(|| unreadable("a word of a newer version"))
    }

    fn blob(&mut self) -> Result<Option<Blob>, StoreError> {
        let bytes = match self.next() {
            SqlValue::Bytes(bytes) => Some(bytes),
            SqlValue::Null => None,
            _ => return Err(unreadable("expected bytes")),
        };
        let key_id = self.maybe_text()?;
        Ok(bytes.map(|bytes| Blob { bytes, key_id }))
    }

    /// Reads a line of history, its columns in the order of [`LINE`].
    pub(crate) fn entry(mut self) -> Result<Entry, StoreError> {
        let (version, at) = (self.number()?, self.number()?);
        let state = self.word(State::parse)?;
        let (generation, code) = (self.number()?, self.maybe_text()?);
        let status = self.maybe_small()?;
        let note = self.maybe_text()?.zip(self.maybe_text()?);
        let note = note.map(|(who, why)| Note::new(who, why));
        Ok(Entry { version, at, state, generation, code, status, note })
    }

    /// Reads a row, its columns in the order of [`COLUMNS`].
    pub(crate) fn row(mut self) -> Result<Row, StoreError> {
        let id = self.text()?;
        self.row_of(id.clone()).map_err(|error| StoreError::of_row(&id, &error))
    }

    fn row_of(mut self, id: String) -> Result<Row, StoreError> {
        let name = Name {
            origin: self.text()?,
            project: self.text()?,
            operation: self.text()?,
            reference: self.text()?,
        };
        if name.id(0) != id {
            return Err(unreadable("its id is not made of its names"));
        }
        // Fields are read in the order in which they are written here: that of the columns.
        let row = Row {
            name,
            id,
            guarantee: self.word(Guarantee::parse)?,
            request_hash: self.text()?,
            request: self.blob()?,
            created_at: self.number()?,
            state: self.word(State::parse)?,
            generation: self.number()?,
            presentations: self.number()?,
            exposed: self.number::<i64>()? != 0,
            refusals: self.number()?,
            looks: self.number()?,
            backoff: self.number()?,
            turns: self.number()?,
            first_sent_at: self.maybe_number()?,
            next_at: self.maybe_number()?,
            verdict: self.maybe_text()?.as_deref().and_then(verdict),
            key_use: self.word(key_use)?,
            code: self.maybe_text()?,
            status: self.maybe_small()?,
            answer: self.blob()?,
            resource: self.maybe_text()?,
            approval: self.maybe_text()?,
            evidence: self.maybe_text()?,
            lease_until: self.maybe_number()?,
            fence: self.number()?,
            version: self.number()?,
            updated_at: self.number()?,
        };
        match self.text()? == row.key() {
            true => Ok(row),
            false => Err(unreadable("its present id is not made of its names")),
        }
    }
}

/// `None`, which says that nothing is known, for what no version of this crate has written.
fn verdict(word: &str) -> Option<Verdict> {
    use Stage::{Completed, Dispatched, Issued, Settled};
    let stages = [Completed, Issued, Dispatched, Settled].map(Verdict::Done);
    let others = [Verdict::NothingSent, Verdict::Refused, Verdict::Held, Verdict::Unknown];
    stages.into_iter().chain(others).find(|verdict| verdict.as_str() == word)
}

fn key_use(word: &str) -> Option<KeyUse> {
    let all = [KeyUse::Same, KeyUse::Spent, KeyUse::PersonDecides, KeyUse::None];
    all.into_iter().find(|key_use| key_use.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_as_it_was_written() {
        let name = Name {
            origin: "https://x.test".to_owned(),
            project: "prj_1".to_owned(),
            operation: "charges.create".to_owned(),
            reference: "a".to_owned(),
        };
        let text = |text: &str| Some(text.to_owned());
        let empty = Row::new(name, Guarantee::AtMostOnce, "h".to_owned());
        // Every number another, so that no two columns can change places.
        let full = Row {
            request: Some(Blob { bytes: vec![0, 255], key_id: text("k") }),
            created_at: 1,
            state: State::Held,
            generation: 2,
            presentations: 3,
            exposed: true,
            refusals: 4,
            looks: 5,
            backoff: 6,
            turns: 7,
            first_sent_at: Some(8),
            next_at: Some(9),
            verdict: Some(Verdict::Done(Stage::Issued)),
            key_use: KeyUse::Spent,
            code: text("code"),
            status: Some(10),
            answer: Some(Blob { bytes: vec![1], key_id: None }),
            resource: text("resource"),
            approval: text("approval"),
            evidence: text("evidence"),
            lease_until: Some(11),
            fence: 12,
            version: 13,
            updated_at: 14,
            ..empty.clone()
        };
        for row in [empty, full] {
            let read = Columns::new(values(&row).into_iter()).row().unwrap();
            assert_eq!(read, row);
        }
    }

    #[test]
    fn every_column_is_one_of_the_schema() {
        let table = include_str!("schema.sql").split(");").next().unwrap();
        let names = table.lines().filter_map(|line| line.strip_prefix("    "));
        let names = names.filter(|line| !line.starts_with("--") && !line.starts_with("unique"));
        let names: Vec<_> = names.filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(names, COLUMNS);
    }
}
