//! Rows that cannot be sent as they lie: put off, until their request is given again.

use crate::row::Row;

/// How long a row is put off: some hour. No wait of a policy or a server is as long to the
/// millisecond, and so it is known again.
const PUT_OFF: i64 = 60 * 60 * 1000 + 1;

/// The row put off.
pub(crate) fn later(row: &Row, now: i64) -> Row {
    Row { next_at: Some(now.saturating_add(PUT_OFF)), updated_at: now, ..row.clone() }
}

/// Whether the row waits for nothing but its request.
pub(crate) fn is_put_off(row: &Row) -> bool {
    row.next_at == Some(row.updated_at.saturating_add(PUT_OFF))
}
