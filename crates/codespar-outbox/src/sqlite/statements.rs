//! Each request of a store as statements of a transaction.

use rusqlite::{
    OptionalExtension, Params, Row as SqlRow, ToSql, Transaction, params, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};

use crate::{
    columns::{
        ANSWERED_CALLS, COLUMNS, Columns, LINE, OPEN, SqlValue, in_states, taken_over, values,
    },
    memory::inserted,
    policy::millis,
    row::{Row, State},
    sqlite::file::failed,
    store::{Entry, Note, StoreAnswer, StoreError, StoreRequest, Swap},
};

/// A value to be bound: a type of its own, so that no type of rusqlite shows in the public API.
struct Bound(SqlValue);

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            SqlValue::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            SqlValue::Number(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            SqlValue::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            SqlValue::Null => ToSqlOutput::Owned(Value::Null),
        })
    }
}

/// Columns are read as they lie there; whether they are what they should be is seen after that.
fn read(row: &SqlRow<'_>, many: usize) -> rusqlite::Result<Vec<SqlValue>> {
    (0..many)
        .map(|at| {
            Ok(match row.get_ref(at)? {
                ValueRef::Text(text) => match std::str::from_utf8(text) {
                    Ok(text) => SqlValue::Text(text.to_owned()),
                    Err(_) => SqlValue::Bytes(text.to_vec()),
                },
                ValueRef::Integer(number) => SqlValue::Number(number),
                ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
                ValueRef::Null | ValueRef::Real(_) => SqlValue::Null,
            })
        })
        .collect()
}

fn rows(
    transaction: &Transaction<'_>,
    sql: &str,
    params: impl Params,
    many: usize,
) -> Result<Vec<Vec<SqlValue>>, StoreError> {
    let mut statement = transaction.prepare(sql).map_err(failed("the tables differ"))?;
    let found = statement.query_map(params, |row| read(row, many)).map_err(failed("no rows"))?;
    found.collect::<Result<_, _>>().map_err(failed("a row could not be read"))
}

fn write(
    transaction: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Result<usize, StoreError> {
    let mut statement = transaction.prepare(sql).map_err(failed("the tables differ"))?;
    statement.execute(params).map_err(failed("a row could not be written"))
}

/// Carries out a request within a transaction.
pub(super) fn answer(
    transaction: &Transaction<'_>,
    request: &StoreRequest,
    now: i64,
) -> Result<StoreAnswer, StoreError> {
    Ok(match request {
        StoreRequest::Insert { row, lease } => {
            if let Some(row) = load(transaction, &row.id)? {
                return Ok(StoreAnswer::Exists(Box::new(row)));
            }
            let row = inserted(row, lease.map(millis), now);
            insert(transaction, &row)?;
            StoreAnswer::Inserted(Box::new(row))
        }
        StoreRequest::Load(id) => StoreAnswer::Row(load(transaction, id)?.map(Box::new)),
        StoreRequest::Swap(swap) => StoreAnswer::Written(self::swap(transaction, swap)?.into()),
        StoreRequest::Claim { id, lease } => {
            let until = now.saturating_add(millis(*lease));
            let found = claim(transaction, &claim_sql("id = ?3"), &[id], (now, until))?;
            let row = found.map(|row| Columns::new(row.into_iter()).row());
            StoreAnswer::Row(row.transpose()?.map(Box::new))
        }
        StoreRequest::ClaimDue { origin, project, lease } => {
            let until = now.saturating_add(millis(*lease));
            let found = claim(transaction, &claim_due(), &[origin, project], (now, until))?;
            taken_over(found)
        }
        StoreRequest::Find(name) => StoreAnswer::Row(find(transaction, name)?.map(Box::new)),
        StoreRequest::List { states, after, limit } => {
            StoreAnswer::Rows(list(transaction, states, after.as_deref(), *limit)?)
        }
        StoreRequest::ListOf { origin, project, operation } => {
            StoreAnswer::Rows(list_of(transaction, [origin, project, operation])?)
        }
        StoreRequest::History(id) => StoreAnswer::History(history(transaction, id)?),
        StoreRequest::Purge { before } => {
            let purged = write(
                transaction,
                "update codespar_outbox set request = null, request_key = null, answer = null, \
                 answer_key = null, version = version + 1 where state in ('done', 'not_done') and \
                 updated_at < ?1 and (request is not null or answer is not null) and \
                 operation not like 'tools.call/%'",
                [before],
            )?;
            StoreAnswer::Written(u64::try_from(purged).unwrap_or(u64::MAX))
        }
        StoreRequest::Calls { before, after, limit } => {
            let columns = COLUMNS.join(", ");
            let sql = format!(
                "select {columns} from codespar_outbox where {ANSWERED_CALLS} and \
                 updated_at < ?1 and id > ?2 order by id limit ?3"
            );
            let after = after.as_deref().unwrap_or("");
            StoreAnswer::Rows(read_rows(transaction, &sql, params![before, after, limit])?)
        }
        StoreRequest::Origin(origin) => StoreAnswer::Origin(
            transaction
                .query_row(
                    "select honours from codespar_outbox_origins where origin = ?1",
                    [origin],
                    |row| row.get::<_, i64>(0),
                )
                .optional()
                .map_err(failed("an origin could not be read"))?
                .map(|honours| honours != 0),
        ),
        StoreRequest::MarkOrigin { origin, honours } => {
            write(
                transaction,
                "insert into codespar_outbox_origins (origin, honours) values (?1, ?2) \
                 on conflict (origin) do update set honours = excluded.honours",
                params![origin, i64::from(*honours)],
            )?;
            StoreAnswer::Written(1)
        }
    })
}

fn read_rows(
    transaction: &Transaction<'_>,
    sql: &str,
    params: impl Params,
) -> Result<Vec<Row>, StoreError> {
    let found = rows(transaction, sql, params, COLUMNS.len())?;
    found.into_iter().map(|row| Columns::new(row.into_iter()).row()).collect()
}

fn load(transaction: &Transaction<'_>, id: &str) -> Result<Option<Row>, StoreError> {
    let sql = format!("select {} from codespar_outbox where id = ?1", COLUMNS.join(", "));
    let found = rows(transaction, &sql, [id], COLUMNS.len())?;
    found.into_iter().next().map(|row| Columns::new(row.into_iter()).row()).transpose()
}

/// Writes a row that is not there, and the first line of its history.
pub(crate) fn insert(transaction: &Transaction<'_>, row: &Row) -> Result<(), StoreError> {
    let places: Vec<_> = (1..=COLUMNS.len()).map(|at| format!("?{at}")).collect();
    let (columns, places) = (COLUMNS.join(", "), places.join(", "));
    let sql = format!("insert into codespar_outbox ({columns}) values ({places})");
    write(transaction, &sql, params_from_iter(values(row).map(Bound)))?;
    add_line(transaction, row, None)
}

fn swap(transaction: &Transaction<'_>, swap: &Swap) -> Result<bool, StoreError> {
    let set: Vec<_> = COLUMNS.iter().zip(1..).map(|(name, at)| format!("{name} = ?{at}")).collect();
    let (set, from) = (set.join(", "), COLUMNS.len() + 1);
    let sql = format!("update codespar_outbox set {set} where id = ?1 and version = ?{from}");
    let all = values(&swap.row).into_iter().chain([swap.from.into()]);
    if write(transaction, &sql, params_from_iter(all.map(Bound)))? == 0 {
        return Ok(false);
    }
    add_line(transaction, &swap.row, swap.note.as_ref())?;
    Ok(true)
}

fn add_line(
    transaction: &Transaction<'_>,
    row: &Row,
    note: Option<&Note>,
) -> Result<(), StoreError> {
    let (who, why) = (note.map(|note| &note.who), note.map(|note| &note.why));
    let sql = "insert into codespar_outbox_history \
               (id, version, at, state, generation, code, status, who, why) \
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let (state, generation) = (row.state.as_str(), row.generation);
    let (version, at) = (row.version, row.updated_at);
    let line = params![row.id, version, at, state, generation, row.code, row.status, who, why];
    write(transaction, sql, line).map(drop)
}

fn find(transaction: &Transaction<'_>, name: &str) -> Result<Option<Row>, StoreError> {
    let sql = format!(
        "select {} from codespar_outbox where current_id = ?1 or resource = ?1 or approval = ?1 \
         order by state in ('done', 'not_done'), id limit 1",
        COLUMNS.join(", ")
    );
    let found = rows(transaction, &sql, [name], COLUMNS.len())?;
    found.into_iter().next().map(|row| Columns::new(row.into_iter()).row()).transpose()
}

/// Takes the open row over that this names and nobody holds.
fn claim_sql(which: &str) -> String {
    format!(
        "update codespar_outbox set lease_until = ?2, fence = fence + 1, version = version + 1 \
         where {OPEN} and (lease_until is null or lease_until <= ?1) and {which} returning {}",
        COLUMNS.join(", ")
    )
}

/// The same of the row of an origin and project that is due longest.
fn claim_due() -> String {
    claim_sql(&format!(
        "id = (select id from codespar_outbox where {OPEN} and (lease_until is null or \
         lease_until <= ?1) and next_at <= ?1 and origin = ?3 and project = ?4 \
         order by next_at, id limit 1)"
    ))
}

/// The columns of the row that was taken over.
fn claim(
    transaction: &Transaction<'_>,
    sql: &str,
    names: &[&str],
    (now, until): (i64, i64),
) -> Result<Option<Vec<SqlValue>>, StoreError> {
    let names = names.iter().map(|name| Bound((*name).into()));
    let all = [Bound(now.into()), Bound(until.into())].into_iter().chain(names);
    Ok(rows(transaction, sql, params_from_iter(all), COLUMNS.len())?.into_iter().next())
}

fn list(
    transaction: &Transaction<'_>,
    states: &[State],
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Row>, StoreError> {
    let which = in_states(states);
    let columns = COLUMNS.join(", ");
    let sql = format!(
        "select {columns} from codespar_outbox where {which} and id > ?1 order by id limit ?2"
    );
    read_rows(transaction, &sql, params![after.unwrap_or(""), limit])
}

fn list_of(transaction: &Transaction<'_>, of: [&String; 3]) -> Result<Vec<Row>, StoreError> {
    let columns = COLUMNS.join(", ");
    let sql = format!(
        "select {columns} from codespar_outbox where origin = ?1 and project = ?2 and \
         operation = ?3 order by created_at, id"
    );
    read_rows(transaction, &sql, of)
}

fn history(transaction: &Transaction<'_>, id: &str) -> Result<Vec<Entry>, StoreError> {
    let line = LINE.join(", ");
    let sql = format!("select {line} from codespar_outbox_history where id = ?1 order by version");
    let found = rows(transaction, &sql, [id], LINE.len())?;
    found.into_iter().map(|line| Columns::new(line.into_iter()).entry()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the statements as they are: rows that are due are taken in the order of an index, and
    /// not sorted first, however many there are.
    #[test]
    fn what_is_claimed_is_found_by_an_index() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(crate::columns::SCHEMA).unwrap();
        for (sql, names, index) in [
            (claim_due(), 2, "codespar_outbox_due"),
            (claim_sql("id = ?3"), 1, "sqlite_autoindex_codespar_outbox_1"),
        ] {
            let mut plan = connection.prepare(&format!("explain query plan {sql}")).unwrap();
            let values = (0..2 + names).map(|_| 1);
            let steps = plan.query_map(params_from_iter(values), |row| row.get::<_, String>(3));
            let steps: Vec<String> = steps.unwrap().collect::<Result<_, _>>().unwrap();
            assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
            let is_costly = |step: &String| step.contains("SCAN") || step.contains("B-TREE");
            assert!(!steps.iter().any(is_costly), "{steps:?}");
        }
    }
}
