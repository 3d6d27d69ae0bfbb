//! What a `Cargo.toml` says, as far as the checks ask.

use toml::{Table, Value};

use crate::Failure;

/// The tables that name dependencies.
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A manifest.
#[derive(Debug)]
pub struct Manifest {
    table: Table,
    text: String,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn parse(path: &str, text: &str) -> Result<Self, Failure> {
        let table = text.parse().map_err(|error| Failure(format!("{path}: {error}")))?;
        Ok(Self { table, text: text.to_owned() })
    }

    /// The package's name, or none.
    pub fn name(&self) -> &str {
        self.package().and_then(|package| package.get("name")?.as_str()).unwrap_or_default()
    }

    /// Whether nothing says that it is not published.
    pub fn is_published(&self) -> bool {
        let publish = self.package().and_then(|package| package.get("publish"));
        publish.and_then(Value::as_bool) != Some(false)
    }

    /// The paths of the `[[test]]` entries.
    pub fn test_paths(&self) -> Vec<String> {
        let tests = self.table.get("test").and_then(Value::as_array);
        let path = |test: &Value| Some(test.get("path")?.as_str()?.to_owned());
        tests.into_iter().flatten().filter_map(path).collect()
    }

    /// The entries of `[workspace.dependencies]`, with their lines.
    pub fn workspace_dependencies(&self) -> Vec<(String, usize)> {
        let workspace = self.table.get("workspace").and_then(|table| table.get("dependencies"));
        let names = workspace.and_then(Value::as_table).map(Table::keys);
        let names = names.into_iter().flatten();
        names.map(|name| (name.clone(), self.line_of_entry(name))).collect()
    }

    /// The dependencies taken from the workspace.
    pub fn taken_from_workspace(&self) -> Vec<&str> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
        let tables = std::iter::once(&self.table).chain(targets);
        let tables = tables.flat_map(|table| DEPENDENCIES.map(|name| table.get(name)));
        let entries = tables.flatten().filter_map(Value::as_table).flatten();
        let is_taken =
            |entry: &Value| entry.get("workspace").and_then(Value::as_bool) == Some(true);
        entries.filter(|(_, entry)| is_taken(entry)).map(|(name, _)| name.as_str()).collect()
    }

    fn package(&self) -> Option<&Table> {
        self.table.get("package")?.as_table()
    }

    /// The line on which an entry of `[workspace.dependencies]` begins.
    fn line_of_entry(&self, name: &str) -> usize {
        let is_entry = |line: &str| {
            let rest = line.trim_start().trim_start_matches('"').strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with([' ', '=', '.', '"']))
        };
        let lines = self.text.lines().enumerate();
        let mut inside = lines.skip_while(|(_, line)| line.trim() != "[workspace.dependencies]");
        inside.find(|(_, line)| is_entry(line)).map_or(1, |(index, _)| index + 1)
    }
}
