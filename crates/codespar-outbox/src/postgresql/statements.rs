//! Each request of a store as one statement, which is a transaction by itself.
//!
//! Nothing is kept in a session from one statement to the next, and none is prepared beyond its
//! own round trip: whatever stands between program and database may hand each to another
//! connection. Every statement gives the time of the database beside what was asked for.

use tokio_postgres::types::{ToSql, Type};

use crate::{
    columns::{ANSWERED_CALLS, COLUMNS, LINE, OPEN, SqlValue, in_states, values},
    memory::inserted,
    policy::millis,
    postgresql::values::kind,
    row::Row,
    store::{StoreRequest, Swap},
};

/// The time: of this moment, and not of when the transaction began.
const CLOCK: &str = "clock as materialized \
     (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now)";

/// Columns of a new row that are times, counted from now.
const TIMES: [&str; 4] = ["created_at", "next_at", "lease_until", "updated_at"];

/// A row whose time has come.
const DUE: &str = "next_at <= (select now from clock)";

/// A statement with its values and their types.
pub(super) struct Statement {
    pub(super) sql: String,
    values: Vec<(SqlValue, Type)>,
}

impl Statement {
    fn new(sql: String, values: impl IntoIterator<Item = (SqlValue, Type)>) -> Self {
        Self { sql, values: values.into_iter().collect() }
    }

    /// The values as the client takes them.
    pub(super) fn values<'a>(&'a self) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
        let value = |(value, kind): &'a (SqlValue, Type)| (value as _, kind.clone());
        self.values.iter().map(value).collect()
    }
}

fn text(text: &str) -> (SqlValue, Type) {
    (text.into(), Type::TEXT)
}

fn number(number: i64) -> (SqlValue, Type) {
    (number.into(), Type::INT8)
}

fn of_row(row: &Row) -> impl Iterator<Item = (SqlValue, Type)> {
    values(row).into_iter().zip(COLUMNS).map(|(value, column)| (value, kind(column)))
}

/// `a.one, a.other`.
fn of(table: &str, columns: &[&str]) -> String {
    columns.iter().map(|name| format!("{table}.{name}")).collect::<Vec<_>>().join(", ")
}

/// The statement that a request begins with.
pub(super) fn statement(request: &StoreRequest) -> Statement {
    match request {
        StoreRequest::Insert { row, lease } => insert(&inserted(row, lease.map(millis), 0)),
        StoreRequest::Load(id) => load(id),
        StoreRequest::Swap(swap) => self::swap(swap),
        StoreRequest::Claim { id, lease } => claim("id = $2", &[id], millis(*lease)),
        StoreRequest::ClaimDue { origin, project, lease } => {
            let which = format!("{DUE} and origin = $2 and project = $3");
            claim(&which, &[origin, project], millis(*lease))
        }
        StoreRequest::Find(name) => find(name),
        StoreRequest::ListOf { origin, project, operation } => {
            list_of([origin, project, operation])
        }
        StoreRequest::List { states, after, limit } => {
            list(&in_states(states), after.as_deref(), *limit, None)
        }
        StoreRequest::History(id) => history(id),
        StoreRequest::Purge { before } => purge(*before),
        StoreRequest::Calls { before, after, limit } => {
            let which = format!("{ANSWERED_CALLS} and updated_at < $3");
            list(&which, after.as_deref(), *limit, Some(*before))
        }
        StoreRequest::Origin(origin) => Statement::new(
            format!(
                "with {CLOCK} select one.honours, clock.now from clock \
                 left join codespar_outbox_origins one on one.origin = $1"
            ),
            [text(origin)],
        ),
        StoreRequest::MarkOrigin { origin, honours } => Statement::new(
            counted(
                "insert into codespar_outbox_origins (origin, honours) values ($1, $2) \
                 on conflict (origin) do update set honours = excluded.honours returning 1",
                None,
            ),
            [text(origin), number((*honours).into())],
        ),
    }
}

/// How many rows a statement wrote, with a line of history for each where there is one to add.
fn counted(written: &str, line: Option<String>) -> String {
    let line = line.map(|line| format!(", line as ({line})")).unwrap_or_default();
    format!(
        "with {CLOCK}, written as ({written}){line} \
         select (select count(*) from written), clock.now from clock"
    )
}

/// Adds the line of history that goes with a written row.
fn add_line(who: &str, why: &str) -> String {
    let line = LINE.join(", ");
    format!(
        "insert into codespar_outbox_history (id, {line}) \
         select id, version, updated_at, state, generation, code, status, {who}, {why} from written"
    )
}

/// Writes a row that is not there, its times counted from now.
pub(super) fn insert(row: &Row) -> Statement {
    let place = |(at, name): (usize, &&str)| match TIMES.contains(name) {
        true => format!("${} + clock.now", at + 1),
        false => format!("${}", at + 1),
    };
    let places: Vec<_> = COLUMNS.iter().enumerate().map(place).collect();
    let (columns, places) = (COLUMNS.join(", "), places.join(", "));
    let sql = format!(
        "with {CLOCK}, written as (insert into codespar_outbox ({columns}) \
         select {places} from clock on conflict do nothing returning *), line as ({}) \
         select {}, clock.now from clock left join written on true",
        add_line("null", "null"),
        of("written", &COLUMNS),
    );
    Statement::new(sql, of_row(row))
}

pub(super) fn load(id: &str) -> Statement {
    let sql = format!(
        "with {CLOCK} select {}, clock.now from clock left join codespar_outbox one on one.id = $1",
        of("one", &COLUMNS)
    );
    Statement::new(sql, [text(id)])
}

fn swap(swap: &Swap) -> Statement {
    let set: Vec<_> = COLUMNS.iter().zip(1..).map(|(name, at)| format!("{name} = ${at}")).collect();
    let (set, next) = (set.join(", "), COLUMNS.len() + 1);
    let written =
        format!("update codespar_outbox set {set} where id = $1 and version = ${next} returning *");
    let line = add_line(&format!("${}", next + 1), &format!("${}", next + 2));
    let note = swap.note.as_ref();
    let who = (note.map(|note| note.who.as_str()).into(), Type::TEXT);
    let why = (note.map(|note| note.why.as_str()).into(), Type::TEXT);
    let values = of_row(&swap.row).chain([number(swap.from), who, why]);
    Statement::new(counted(&written, Some(line)), values)
}

/// Rows that another is just claiming are passed over, and not waited for.
fn claim(which: &str, names: &[&str], lease: i64) -> Statement {
    let now = "(select now from clock)";
    let sql = format!(
        "with {CLOCK}, free as materialized (select id from codespar_outbox \
         where {OPEN} and (lease_until is null or lease_until <= {now}) and {which} \
         order by next_at, id limit 1 for update skip locked), \
         taken as (update codespar_outbox one set lease_until = clock.now + $1, \
         fence = one.fence + 1, version = one.version + 1 \
         from clock, free where one.id = free.id returning {}) \
         select {}, clock.now from clock left join taken on true",
        of("one", &COLUMNS),
        of("taken", &COLUMNS),
    );
    Statement::new(sql, [number(lease)].into_iter().chain(names.iter().copied().map(text)))
}

/// By any of the names that the server has for it; an open one goes before others.
fn find(name: &str) -> Statement {
    let sql = format!(
        "with {CLOCK}, found as (select {} from codespar_outbox \
         where current_id = $1 or resource = $1 or approval = $1 \
         order by state in ('done', 'not_done'), id limit 1) \
         select {}, clock.now from clock left join found on true",
        COLUMNS.join(", "),
        of("found", &COLUMNS)
    );
    Statement::new(sql, [text(name)])
}

fn list_of(names: [&str; 3]) -> Statement {
    let sql = format!(
        "with {CLOCK} select {}, clock.now from clock left join codespar_outbox one \
         on one.origin = $1 and one.project = $2 and one.operation = $3 \
         order by one.created_at, one.id",
        of("one", &COLUMNS)
    );
    Statement::new(sql, names.map(text))
}

/// A page of rows of which this is so; `$3` in it is the last value.
fn list(which: &str, after: Option<&str>, limit: u32, value: Option<i64>) -> Statement {
    let columns = COLUMNS.join(", ");
    let sql = format!(
        "with {CLOCK}, found as (select {columns} from codespar_outbox \
         where {which} and id > $1 order by id limit $2) \
         select {}, clock.now from clock left join found on true order by found.id",
        of("found", &COLUMNS)
    );
    let page = [text(after.unwrap_or_default()), number(limit.into())];
    Statement::new(sql, page.into_iter().chain(value.map(number)))
}

fn history(id: &str) -> Statement {
    let sql = format!(
        "with {CLOCK} select {}, clock.now from clock \
         left join codespar_outbox_history line on line.id = $1 order by line.version",
        of("line", &LINE)
    );
    Statement::new(sql, [text(id)])
}

fn purge(before: i64) -> Statement {
    let written = "update codespar_outbox set request = null, request_key = null, answer = null, \
                   answer_key = null, version = version + 1 where state in ('done', 'not_done') \
                   and updated_at < $1 and (request is not null or answer is not null) \
                   and operation not like 'tools.call/%' returning 1";
    Statement::new(counted(written, None), [number(before)])
}
