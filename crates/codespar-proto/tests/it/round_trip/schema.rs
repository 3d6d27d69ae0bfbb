//! What answers and enumerations are made of, read from their declarations, and the list of all
//! types that is made of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
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
    arguments: BTreeSet<String>,
    /// The public module of each type.
    modules: BTreeMap<String, String>,
}

impl Schema {
    pub(crate) fn read() -> Self {
        let mut schema = Self::default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for file in files(&root) {
            let module = module(file.strip_prefix(&root).unwrap());
            schema.take(&module, &fs::read_to_string(file).unwrap());
        }
        schema
    }

    /// The list of all types, as Rust.
    pub(crate) fn list(&self) -> String {
        let mut text = LIST.to_owned();
        let mut add = |what: &str, names: &mut dyn Iterator<Item = &String>| {
            let _ = write!(
                text,
                "\n/// Hands the {what} to a macro.\n#[macro_export]\nmacro_rules! \
                 codespar_{what} {{\n    ($call:ident) => {{\n        $call! {{\n"
            );
            let paths: BTreeSet<_> =
                names.map(|name| format!("{}::{name}", self.modules[name])).collect();
            for path in paths {
                let _ = writeln!(text, "            {path},");
            }
            text.push_str("        }\n    };\n}\n");
        };
        add("answers", &mut self.answers.keys());
        add("arguments", &mut self.arguments.iter());
        add("enums", &mut self.enums.keys());
        text
    }

    fn take(&mut self, module: &str, source: &str) {
        let (mut derives, mut rule) = ("", "");
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("#[derive(") {
                derives = line;
            } else if let Some(words) = line.strip_prefix("#[serde(rename_all = \"") {
                rule = words.trim_end_matches("\")]");
            } else if let Some((what, name)) = line.strip_prefix("pub ").and_then(declared) {
                // A declaration ends with the first brace that is not indented.
                let block: Vec<_> =
                    lines.by_ref().take_while(|line| *line != "}").map(str::trim).collect();
                if ["Answer", "Args", "WireEnum"].iter().any(|derive| derives.contains(derive)) {
                    let before = self.modules.insert(name.to_owned(), module.to_owned());
                    assert!(before.is_none(), "{name} twice");
                }
                if what == "struct" && derives.contains("Answer") {
                    self.answers.insert(name.to_owned(), fields(&block));
                } else if what == "struct" && derives.contains("Args") {
                    self.arguments.insert(name.to_owned());
                } else if what == "enum" && derives.contains("WireEnum") {
                    self.enums.insert(name.to_owned(), texts(&block, rule));
                }
            }
            if !line.starts_with(['#', '/']) {
                (derives, rule) = ("", "");
            }
        }
    }
}

const LIST: &str = "\
//! The types of the CodeSpar API that derives read and write, by their modules.
//!
//! Written by the test `round_trip` of codespar-proto:
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto round_trip` writes it again.
";

/// The public module of the types of a file: that of its subject.
fn module(file: &Path) -> String {
    let names: Vec<_> = file.iter().map(|name| name.to_str().unwrap()).collect();
    let name = match *names {
        ["api" | "client" | "verify", name, ..] => name,
        ["session", name @ ("chat" | "chat.rs" | "workflow" | "workflow.rs"), ..] => name,
        [name, ..] => name,
        [] => "",
    };
    name.trim_end_matches(".rs").to_owned()
}

/// Reads `struct Name {` and `enum Name {`.
fn declared(line: &str) -> Option<(&str, &str)> {
    let (what, name) = line.strip_suffix(" {")?.split_once(' ')?;
    name.chars().all(char::is_alphanumeric).then_some((what, name))
}

/// Reads `#[serde(rename = "text")]`.
fn renamed(line: &str) -> Option<&str> {
    line.strip_prefix("#[serde(rename = \"")?.strip_suffix("\")]")
}

/// The members but for `extra`, which is what is tested.
fn fields(block: &[&str]) -> Vec<Field> {
    let (mut fields, mut wire, mut default) = (Vec::new(), None, false);
    for line in block {
        wire = renamed(line).or(wire);
        default |= *line == "#[wire(default)]";
        let member = line.strip_prefix("pub ").and_then(|line| line.split_once(": "));
        let Some((name, kind)) = member.filter(|(name, _)| *name != "extra") else { continue };
        fields.push(Field {
            wire: wire.take().unwrap_or(name).to_owned(),
            kind: kind.trim_end_matches(',').to_owned(),
            default: std::mem::take(&mut default),
        });
    }
    fields
}

/// The texts of the variants that have no value.
fn texts(block: &[&str], rule: &str) -> Vec<String> {
    let (mut texts, mut text) = (Vec::new(), None);
    for line in block {
        text = renamed(line).or(text);
        let name = line.strip_suffix(',').filter(|name| name.chars().all(char::is_alphanumeric));
        if let Some(name) = name {
            texts.push(text.take().map_or_else(|| by_rule(rule, name), str::to_owned));
        }
    }
    texts
}

fn by_rule(rule: &str, name: &str) -> String {
    let between = |with: char| {
        let parts = name.char_indices().map(|(at, c)| match at > 0 && c.is_uppercase() {
            true => format!("{with}{c}"),
            false => c.to_string(),
        });
        parts.collect::<String>().to_lowercase()
    };
    match rule {
        "lowercase" => name.to_lowercase(),
        "UPPERCASE" => name.to_uppercase(),
        "snake_case" => between('_'),
        "SCREAMING_SNAKE_CASE" => between('_').to_uppercase(),
        "kebab-case" => between('-'),
        _ => panic!("{name}: a rule that is not known here, {rule:?}"),
    }
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
