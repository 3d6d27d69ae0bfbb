//! What answers and enumerations are made of, read from their declarations.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A member of an answer.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name on the wire.
    pub(crate) wire: String,
    /// Its type, as it is written.
    pub(crate) kind: String,
    /// Whether it may be missing and `null`, and is the default then.
    pub(crate) default: bool,
}

impl Field {
    /// What is behind an `Option`.
    pub(crate) fn optional(&self) -> Option<&str> {
        inner(&self.kind, "Option")
    }

    /// Whether there is no answer without it.
    pub(crate) fn is_required(&self) -> bool {
        !self.default && self.optional().is_none()
    }
}

/// The public answers by name, and the texts of the enumerations.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) answers: BTreeMap<String, Vec<Field>>,
    pub(crate) enums: BTreeMap<String, Vec<String>>,
}

impl Schema {
    pub(crate) fn read() -> Self {
        let mut schema = Self::default();
        for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            schema.take(&fs::read_to_string(file).unwrap());
        }
        schema
    }

    fn take(&mut self, source: &str) {
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            // A declaration ends with the first brace that is not indented.
            let mut block = lines.by_ref().take_while(|line| *line != "}");
            match line {
                "answer! {" => self.take_answers(&mut block),
                "open_enum! {" => self.take_enum(&mut block),
                _ => {}
            }
        }
    }

    fn take_answers(&mut self, block: &mut dyn Iterator<Item = &str>) {
        let mut fields: Option<&mut Vec<Field>> = None;
        for line in declared(block) {
            if line.contains("struct ") {
                let name = line.strip_prefix("pub struct ").and_then(|line| line.split(' ').next());
                fields = name.map(|name| self.answers.entry(name.to_owned()).or_default());
            } else if let (Some(fields), Some(field)) = (&mut fields, field(line)) {
                fields.push(field);
            }
        }
    }

    fn take_enum(&mut self, block: &mut dyn Iterator<Item = &str>) {
        let mut texts: Option<&mut Vec<String>> = None;
        for line in declared(block) {
            if let Some(name) = line.strip_prefix("pub enum ") {
                let name = name.trim_end_matches(" {").to_owned();
                texts = Some(self.enums.entry(name).or_default());
            } else if let (Some(texts), Some((_, text))) = (&mut texts, line.split_once(" = ")) {
                texts.push(text.trim_matches(['"', ',']).to_owned());
            }
        }
    }
}

/// The lines that declare something.
fn declared<'a>(block: &mut dyn Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    block.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['/', '#', '}']))
}

/// Reads `pub name as "wire": Type = default,`.
fn field(line: &str) -> Option<Field> {
    let (name, kind) = line.strip_prefix("pub ")?.trim_end_matches(',').split_once(": ")?;
    let plain = kind.strip_suffix(" = default");
    let wire = name.split_once(" as ").map_or(name, |(_, wire)| wire.trim_matches('"'));
    Some(Field {
        wire: wire.to_owned(),
        kind: plain.unwrap_or(kind).to_owned(),
        default: plain.is_some(),
    })
}

/// What is between the brackets of `outer<…>`.
pub(crate) fn inner<'a>(kind: &'a str, outer: &str) -> Option<&'a str> {
    kind.strip_prefix(outer)?.strip_prefix('<')?.strip_suffix('>')
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
