//! Rows of JSON, kept in order of creation and seen only from their own project.

use serde_json::Value;

use crate::server::{
    errors::{ApiError, error},
    request::Call,
};

#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    id: String,
    project: String,
    value: Value,
}

impl Table {
    /// Keeps a row and gives back what it holds.
    pub(crate) fn insert(&mut self, project: &str, id: &str, value: Value) -> Value {
        self.rows.push(Row {
            id: id.to_owned(),
            project: project.to_owned(),
            value: value.clone(),
        });
        value
    }

    pub(crate) fn find(&self, project: &str, id: &str) -> Option<&Value> {
        self.rows.iter().find(|row| row.is(project, id)).map(|row| &row.value)
    }

    pub(crate) fn find_mut(&mut self, project: &str, id: &str) -> Option<&mut Value> {
        self.rows.iter_mut().find(|row| row.is(project, id)).map(|row| &mut row.value)
    }

    pub(crate) fn remove(&mut self, project: &str, id: &str) -> Option<Value> {
        let index = self.rows.iter().position(|row| row.is(project, id))?;
        Some(self.rows.remove(index).value)
    }

    /// The rows of a project, newest first.
    pub(crate) fn list<'a>(&'a self, project: &'a str) -> impl Iterator<Item = &'a Value> {
        self.rows.iter().rev().filter(move |row| row.project == project).map(|row| &row.value)
    }

    /// Every row with its project, newest first.
    pub(crate) fn everywhere(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.rows.iter().rev().map(|row| (&*row.project, &row.value))
    }

    pub(crate) fn list_mut<'a>(
        &'a mut self,
        project: &'a str,
    ) -> impl Iterator<Item = &'a mut Value> {
        self.rows
            .iter_mut()
            .rev()
            .filter(move |row| row.project == project)
            .map(|row| &mut row.value)
    }
}

impl Row {
    fn is(&self, project: &str, id: &str) -> bool {
        self.project == project && self.id == id
    }
}

/// Changes one member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// A member, null when it is not there.
pub(crate) fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The text of a member, empty when it is not there.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member has the text that a query parameter asks for, when it asks.
pub(crate) fn matches(object: &Value, name: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| text(object, name) == wanted)
}

/// One page of rows, newest first, and the cursor of the next.
///
/// The cursor is what `cursor_of` says of the last row; it comes back in the query parameter
/// `parameter`.
pub(crate) fn page(
    call: &Call<'_>,
    rows: Vec<Value>,
    parameter: &str,
    cursor_of: impl Fn(&Value) -> String,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    page_of(call, limit(call, 50, 200)?, rows, parameter, cursor_of)
}

/// One page of at most so many rows.
pub(crate) fn page_of(
    call: &Call<'_>,
    limit: usize,
    rows: Vec<Value>,
    parameter: &str,
    cursor_of: impl Fn(&Value) -> String,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let start = match call.query(parameter) {
        None => 0,
        Some(cursor) => match rows.iter().position(|row| cursor_of(row) == cursor) {
            Some(index) => index + 1,
            None => return Err(error(400, "invalid_query", "the cursor is not one of ours")),
        },
    };
    let more = rows.len() > start + limit;
    let rows: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    let next = if more { rows.last().map(cursor_of) } else { None };
    Ok((rows, next))
}

/// The query parameter `limit`.
pub(crate) fn limit(call: &Call<'_>, default: usize, most: usize) -> Result<usize, ApiError> {
    match call.query("limit").map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(error(400, "invalid_query", "limit is out of range")),
    }
}
