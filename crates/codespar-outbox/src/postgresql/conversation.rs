//! A request as a conversation with the database, whoever carries it out: a statement, the rows
//! that came back, and once in a while another statement.

use tokio_postgres::Row as SqlRow;

use crate::{
    columns::{Columns, SqlValue, taken_over},
    postgresql::{
        statements::{Statement, load, statement},
        values::read,
    },
    row::Row,
    store::{StoreAnswer, StoreError, StoreRequest, Stored},
};

/// What comes next.
pub(super) enum Next {
    Ask(Statement),
    Answer(Stored),
}

/// The conversation about one request.
pub(super) struct Conversation<'a> {
    request: &'a StoreRequest,
    /// Whether the row that was to be written was there, and is being read.
    exists: bool,
}

impl<'a> Conversation<'a> {
    pub(super) const fn new(request: &'a StoreRequest) -> Self {
        Self { request, exists: false }
    }

    pub(super) fn first(&self) -> Statement {
        statement(self.request)
    }

    /// Takes in the rows that the last statement gave.
    pub(super) fn next(&mut self, rows: &[SqlRow]) -> Result<Next, StoreError> {
        let mut now = None;
        let mut found = Vec::new();
        for row in rows {
            let mut values = read(row)?;
            now = values.pop();
            // A row of nothing but the time stands for none.
            if values.iter().any(|value| *value != SqlValue::Null) {
                found.push(values);
            }
        }
        let Some(SqlValue::Number(now)) = now else { return Err(unexpected()) };
        if let (StoreRequest::Insert { row, .. }, false, true) =
            (self.request, self.exists, found.is_empty())
        {
            self.exists = true;
            return Ok(Next::Ask(load(&row.id)));
        }
        Ok(Next::Answer(Stored { answer: self.answer(found)?, now }))
    }

    fn answer(&self, found: Vec<Vec<SqlValue>>) -> Result<StoreAnswer, StoreError> {
        let mut found = found.into_iter();
        if let StoreRequest::ClaimDue { .. } = self.request {
            return Ok(taken_over(found.next()));
        }
        let mut rows = found.map(|values| Columns::new(values.into_iter()));
        let row = |columns: Columns<_>| columns.row();
        Ok(match self.request {
            StoreRequest::Insert { .. } => {
                let row: Row = rows.next().map(row).transpose()?.ok_or_else(unexpected)?;
                match self.exists {
                    true => StoreAnswer::Exists(Box::new(row)),
                    false => StoreAnswer::Inserted(Box::new(row)),
                }
            }
            StoreRequest::Load(_)
            | StoreRequest::Claim { .. }
            | StoreRequest::ClaimDue { .. }
            | StoreRequest::Find(_) => {
                StoreAnswer::Row(rows.next().map(row).transpose()?.map(Box::new))
            }
            StoreRequest::Swap(_)
            | StoreRequest::Purge { .. }
            | StoreRequest::MarkOrigin { .. } => {
                StoreAnswer::Written(rows.next().ok_or_else(unexpected)?.number()?)
            }
            StoreRequest::List { .. }
            | StoreRequest::ListOf { .. }
            | StoreRequest::Calls { .. } => {
                StoreAnswer::Rows(rows.map(row).collect::<Result<_, _>>()?)
            }
            StoreRequest::History(_) => {
                StoreAnswer::History(rows.map(Columns::entry).collect::<Result<_, _>>()?)
            }
            StoreRequest::Origin(_) => {
                let honours = rows.next().map(|mut row| row.number::<i64>()).transpose()?;
                StoreAnswer::Origin(honours.map(|honours| honours != 0))
            }
        })
    }
}

#[cold]
fn unexpected() -> StoreError {
    StoreError::new("PostgreSQL gave something else than was asked for")
}
