//! What is written to standard output: tables for people, JSON for programs.

use std::{
    fs::File,
    io::{self, ErrorKind, IsTerminal as _, Write as _},
    path::Path,
};

use clap::ArgMatches;
use codespar_blocking::Json;
use codespar_engine::describe::{Shape, redacted_json};
use serde_json::{Map, Value};

use crate::{
    outcome::{Exit, Failure},
    profile::create_private,
    table::{self, Choice, draw},
    text::{plain, without_credentials},
};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    JsonLines,
}

impl Format {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        match matches.get_one::<String>("output").map(String::as_str) {
            Some("json") => Self::Json,
            Some("jsonl") => Self::JsonLines,
            _ => Self::Table,
        }
    }
}

/// Where a result goes.
pub(crate) struct Output {
    pub(crate) format: Format,
    fields: Vec<String>,
    show_secrets: bool,
    /// Members that are shown although they are secret: what a command is there for.
    revealed: &'static [&'static str],
    file: Option<File>,
    /// Items that wait for their end, since a table is written in one piece.
    rows: Vec<Value>,
    /// What they look like.
    row_shape: Option<&'static Shape>,
    /// How many items were written.
    written: usize,
    hidden: bool,
}

impl Output {
    /// Opens what is written to, before anything is sent.
    pub(crate) fn open(matches: &ArgMatches) -> Result<Self, Failure> {
        let file = match matches.get_one::<String>("output-file") {
            None => None,
            Some(path) => Some(
                create_private(Path::new(path))
                    .map_err(|error| Failure::usage(format!("--output-file: {path}: {error}")))?,
            ),
        };
        let fields = matches.get_one::<String>("fields").map_or("", String::as_str);
        let fields = fields.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        Ok(Self {
            format: Format::of(matches),
            fields,
            show_secrets: matches.get_flag("show-secrets"),
            revealed: &[],
            file,
            rows: Vec::new(),
            row_shape: None,
            written: 0,
            hidden: false,
        })
    }

    /// The same, showing these members although they are secret.
    pub(crate) fn reveal(self, members: &'static [&'static str]) -> Self {
        Self { revealed: members, ..self }
    }

    /// The same without what is not to be shown.
    fn shown(&mut self, result: &Json, shape: &'static Shape) -> Json {
        let shown = match self.show_secrets {
            true => result.clone(),
            false => revealed(redacted_json(result, shape), result, self.revealed),
        };
        self.hidden |= shown.as_str().contains("\"[redacted]\"");
        if self.fields.is_empty() {
            return shown;
        }
        let selected = match shown.to_value() {
            Value::Array(items) => items.iter().map(|item| self.select(item)).collect(),
            value => self.select(&value),
        };
        Json::from(selected)
    }

    fn select(&self, value: &Value) -> Value {
        let member = |path: &String| {
            let found = path.split('.').try_fold(value, |value, name| match value {
                Value::Array(items) => items.get(name.parse::<usize>().ok()?),
                value => value.get(name),
            });
            (path.clone(), found.cloned().unwrap_or_default())
        };
        Value::Object(self.fields.iter().map(member).collect::<Map<_, _>>())
    }

    /// Writes a result.
    pub(crate) fn result(&mut self, result: &Json, shape: &'static Shape) -> io::Result<()> {
        self.keep(result)?;
        if result.is_null() && self.format == Format::Table {
            return Ok(());
        }
        let shown = self.shown(result, shape);
        match self.format {
            Format::Table => self.table(&shown.to_value(), Some(shape)),
            Format::Json => stdout(&pretty(&shown)),
            Format::JsonLines => stdout(&line(&shown)),
        }
    }

    /// Writes an item as it comes, in a line of its own; or keeps it until its table is whole.
    pub(crate) fn item(&mut self, item: &Json, shape: &'static Shape) -> io::Result<()> {
        self.keep(item)?;
        let shown = self.shown(item, shape);
        match self.format {
            Format::JsonLines => stdout(&line(&shown)),
            Format::Json => {
                let before = if self.written == 0 { "[\n" } else { ",\n" };
                self.written += 1;
                stdout(&format!("{before}{}", line(&shown).trim_end()))
            }
            Format::Table => {
                self.rows.push(shown.to_value());
                self.row_shape = Some(shape);
                Ok(())
            }
        }
    }

    /// For what holds nothing that is to be hidden.
    pub(crate) fn show_all(&mut self) {
        self.show_secrets = true;
    }

    /// Writes an item as it comes; for people as this text, which has nothing in it that is hidden.
    pub(crate) fn event(
        &mut self,
        item: &Json,
        shape: &'static Shape,
        text: &str,
    ) -> io::Result<()> {
        if self.format != Format::Table {
            return self.item(item, shape);
        }
        self.keep(item)?;
        stdout(text)
    }

    /// Writes what items were kept, and the end of what was begun.
    pub(crate) fn end_of_items(&mut self) -> io::Result<()> {
        match self.format {
            Format::JsonLines => Ok(()),
            Format::Json if self.written == 0 => stdout("[]\n"),
            Format::Json => stdout("\n]\n"),
            Format::Table if self.rows.is_empty() => {
                note("nothing found");
                Ok(())
            }
            Format::Table => {
                let rows = Value::Array(std::mem::take(&mut self.rows));
                self.table(&rows, self.row_shape)
            }
        }
    }

    /// Draws a table, and says what it leaves out.
    fn table(&self, value: &Value, shape: Option<&'static Shape>) -> io::Result<()> {
        let width = table::width(io::stdout().is_terminal());
        let drawn = draw(value, &Choice { shape, fields: &self.fields, width });
        if drawn.text.is_empty() {
            note("nothing found");
        }
        stdout(&drawn.text)?;
        if !drawn.left_out.is_empty() {
            let names = drawn.left_out.join(", ");
            note(&format!("not in the table: {names} (--fields or --output json shows them)"));
        }
        Ok(())
    }

    /// The whole of it goes to the file, and a line of it at once.
    fn keep(&mut self, result: &Json) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(line(result).as_bytes())?;
        file.sync_data()
    }

    /// Says that something was hidden.
    pub(crate) fn remark(&self) {
        if self.hidden {
            note("some values are hidden: --show-secrets shows them");
        }
    }
}

/// What is shown, with these members as they came.
fn revealed(shown: Json, result: &Json, names: &[&str]) -> Json {
    let members = names.iter().filter_map(|name| Some((name, result.member(name)?)));
    let members: Vec<_> = members.filter(|(_, value)| !value.is_null()).collect();
    match shown.to_value() {
        Value::Object(mut object) if !members.is_empty() => {
            let members = members.iter().map(|(name, json)| ((**name).to_owned(), json.to_value()));
            object.extend(members);
            Json::from(Value::Object(object))
        }
        _ => shown,
    }
}

/// Writes to standard output, and out at once.
pub(crate) fn stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes a line to standard error. That it cannot be written is nothing to fail for.
pub(crate) fn note(text: &str) {
    let _ = note_flushed(text);
}

/// The same, and whether it has arrived.
pub(crate) fn note_flushed(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    writeln!(stderr, "{}", plain(&without_credentials(text)))?;
    stderr.flush()
}

/// What a failed write means: a reader that went away has seen enough, unless money moved.
pub(crate) fn failed_write(error: &io::Error, is_change: bool) -> Failure {
    match (error.kind(), is_change) {
        (_, true) => Failure::new(
            Exit::Unknown,
            format!("the call was made, and its result could not be written: {error}"),
        ),
        (ErrorKind::BrokenPipe, false) => Failure::new(Exit::Done, ""),
        (_, false) => Failure::new(Exit::Failed, format!("standard output: {error}")),
    }
}

fn line(json: &Json) -> String {
    // Text with breaks in it stands in one line all the same.
    match json.as_str().contains(['\n', '\r']) {
        true => format!("{}\n", json.to_value()),
        false => format!("{}\n", json.as_str()),
    }
}

fn pretty(json: &Json) -> String {
    match json.as_str().contains('.') {
        // Decimals stay as they were written.
        true => line(json),
        false => format!("{:#}\n", json.to_value()),
    }
}
