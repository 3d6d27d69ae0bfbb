//! Rows of JSON, kept in order of creation and seen only from their own project.

use serde_json::Value;

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
