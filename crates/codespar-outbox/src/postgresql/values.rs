//! Values of columns on their way to PostgreSQL and back.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::{
    Row,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

use crate::{columns::SqlValue, store::StoreError};

/// The columns that are neither numbers nor bytes.
const TEXTS: [&str; 19] = [
    "id",
    "origin",
    "project",
    "operation",
    "reference",
    "guarantee",
    "request_hash",
    "request_key",
    "state",
    "verdict",
    "key_use",
    "code",
    "answer_key",
    "resource",
    "approval",
    "evidence",
    "current_id",
    "who",
    "why",
];

/// The type of a column, so that no statement has to be prepared to learn it.
pub(super) fn kind(column: &str) -> Type {
    match column {
        "request" | "answer" => Type::BYTEA,
        text if TEXTS.contains(&text) => Type::TEXT,
        _ => Type::INT8,
    }
}

/// For statements of one's own: see [`Intent::sql`](crate::Intent::sql).
impl ToSql for SqlValue {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Text(text) => text.as_str().to_sql_checked(kind, out),
            Self::Number(number) => number.to_sql_checked(kind, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql_checked(kind, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::TEXT, Type::VARCHAR, Type::INT8, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

/// Columns are read as they lie there; whether they are what they should be is seen after that.
pub(super) fn read(row: &Row) -> Result<Vec<SqlValue>, StoreError> {
    let read = |(at, column): (usize, &tokio_postgres::Column)| {
        let kind = column.type_();
        let value = if *kind == Type::INT8 {
            row.try_get::<_, Option<i64>>(at)?.map(SqlValue::Number)
        } else if *kind == Type::BYTEA {
            row.try_get::<_, Option<Vec<u8>>>(at)?.map(SqlValue::Bytes)
        } else {
            row.try_get::<_, Option<String>>(at)?.map(SqlValue::Text)
        };
        Ok(value.unwrap_or(SqlValue::Null))
    };
    let values: Result<_, tokio_postgres::Error> =
        row.columns().iter().enumerate().map(read).collect();
    values.map_err(super::failed("a row cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::{COLUMNS, LINE, SCHEMA};

    #[test]
    fn columns_have_the_types_of_the_schema() {
        for name in COLUMNS.iter().chain(&LINE) {
            let line = SCHEMA.lines().find(|line| {
                line.strip_prefix("    ").and_then(|line| line.split(' ').next()) == Some(name)
            });
            let of_schema = line.unwrap().split_whitespace().nth(1).unwrap();
            let expected = match kind(name) {
                Type::BYTEA => "bytea",
                Type::TEXT => "text",
                _ => "bigint",
            };
            assert_eq!(of_schema.trim_end_matches(','), expected, "{name}");
        }
    }

    #[test]
    fn a_value_goes_into_a_column_of_its_type_and_into_no_other() {
        let mut out = BytesMut::new();
        let mut put = |value: SqlValue, kind| value.to_sql(&kind, &mut out).is_ok();
        assert!(put(SqlValue::Number(1), Type::INT8));
        assert!(put(SqlValue::Text("a".to_owned()), Type::TEXT));
        assert!(put(SqlValue::Bytes(vec![1]), Type::BYTEA));
        assert!(put(SqlValue::Null, Type::BYTEA));
        assert!(!put(SqlValue::Number(1), Type::TEXT));
        assert!(!put(SqlValue::Text("1".to_owned()), Type::INT8));
        assert!(!put(SqlValue::Bytes(vec![1]), Type::TEXT));
    }
}
