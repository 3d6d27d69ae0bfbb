//! Operations and files: an endpoint's row stands in the file that its operation names.
//!
//! `payables.batches.pay` stands in `src/api/payables/batches.rs`, or in a file of the folder of
//! that name: the operation without its last word. Sessions, meta-tools, the client's own
//! operations and conversations have folders of their own.

use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    ItemMacro,
    visit::{self, Visit},
};

use crate::{Finding, Kind, Package, Source, Tree, tokens};

/// The crates that describe an API.
const APIS: [&str; 2] = ["codespar-proto", "upivia-proto"];

/// The macro whose rows are endpoints.
const MACRO: &str = "endpoints";

/// What the name of a meta-tool begins with, where a row names it.
const META_TOOL: &str = "codespar_";

/// An endpoint's row.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The operation, such as `charges.create`.
    pub operation: String,
    /// The file it stands in.
    pub file: String,
    /// The line.
    pub line: usize,
    /// Where it may stand: files without `.rs`, which may be folders.
    pub expected: Vec<String>,
}

impl Row {
    /// Whether it stands where its operation says.
    pub fn is_in_place(&self) -> bool {
        self.expected.iter().any(|place| {
            let rest = self.file.strip_prefix(place.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    }
}

/// All rows of both APIs.
pub fn rows(tree: &Tree) -> Vec<Row> {
    let mut rows = Vec::new();
    for package in APIS.iter().filter_map(|name| tree.member(name)) {
        for source in tree.beneath(&package.path("src")) {
            let mut reader = Reader { package, source, rows: &mut rows };
            reader.visit_file(&source.items);
        }
    }
    rows.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    rows
}

/// Rows that stand elsewhere, and an API without rows: then this check would see nothing.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let rows = rows(tree);
    let packages = APIS.iter().filter_map(|name| tree.member(name));
    let is_empty =
        |package: &&Package| !rows.iter().any(|row| row.file.starts_with(&package.path("")));
    let empty = packages.filter(is_empty).map(|package| Finding {
        kind: Kind::Operation,
        place: package.path("src/lib.rs"),
        line: 1,
        name: package.manifest.name().to_owned(),
        wrong: format!("no row of `{MACRO}!` was found"),
        expected: "the endpoints of this API".to_owned(),
    });
    let mut findings: Vec<_> = empty.collect();
    let away = rows.into_iter().filter(|row| !row.is_in_place());
    let finding = |row: Row| Finding {
        kind: Kind::Operation,
        wrong: format!("the row of {} stands here", row.operation),
        expected: format!("it in {}.rs, or in that folder", row.expected.join(".rs or ")),
        place: row.file,
        line: row.line,
        name: row.operation,
    };
    findings.extend(away.map(finding));
    findings
}

/// The table of operations and files.
pub fn shown(tree: &Tree) -> String {
    let rows = rows(tree);
    let width = rows.iter().map(|row| row.operation.len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in &rows {
        let Row { operation, file, line, expected } = row;
        let _ = match row.is_in_place() {
            true => writeln!(text, "  {operation:width$}  {file}:{line}"),
            false => {
                let expected = expected.join(".rs or ");
                writeln!(text, "! {operation:width$}  {file}:{line}, expected {expected}.rs")
            }
        };
    }
    let away = rows.iter().filter(|row| !row.is_in_place()).count();
    let _ = writeln!(text, "{} operations, {away} of them in another file", rows.len());
    text
}

struct Reader<'a> {
    package: &'a Package,
    source: &'a Source,
    rows: &'a mut Vec<Row>,
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
        if name.as_deref() == Some(MACRO) {
            self.read(item.mac.tokens.clone());
        }
        visit::visit_item_macro(self, item);
    }
}

impl Reader<'_> {
    /// The rows of a table: what stands between two semicolons and has texts in it.
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for row in tokens.split(|token| tokens::is_sign(Some(token), ';')) {
            let row = without_attributes(row);
            let texts: Vec<_> = row.iter().filter_map(|token| tokens::text(token)).collect();
            let first = row.iter().find(|token| tokens::text(token).is_some());
            let Some((operation, texts)) = texts.split_first() else { continue };
            self.rows.push(Row {
                operation: operation.clone(),
                file: self.source.path.clone(),
                line: first.map_or(1, |token| token.span().start().line),
                expected: expected(operation, texts)
                    .into_iter()
                    .map(|place| self.package.path(&format!("src/{place}")))
                    .collect(),
            });
        }
    }
}

/// A row without its documentation.
fn without_attributes(row: &[TokenTree]) -> Vec<&TokenTree> {
    let is_kept =
        |at: &usize| !tokens::is_attribute(row, *at) && !tokens::is_sign(row.get(*at), '#');
    (0..row.len()).filter(is_kept).map(|at| &row[at]).collect()
}

/// Where an operation belongs, in `src`; `texts` are the other texts of its row.
fn expected(operation: &str, texts: &[String]) -> Vec<String> {
    let (subject, word) = operation.rsplit_once('.').unwrap_or((operation, ""));
    let first = subject.split('.').next().unwrap_or_default();
    match first {
        "session" => session(word, texts),
        "client" | "chat" => vec![first.to_owned()],
        _ => vec![format!("api/{}", subject.replace('.', "/"))],
    }
}

/// A session's operation is a meta-tool where it is carried out by `/execute`, but for the one of
/// that name; `shop_search` may stand with the rest of `shop`.
fn session(word: &str, texts: &[String]) -> Vec<String> {
    let tool = texts.iter().find_map(|text| text.strip_prefix(META_TOOL));
    let is_tool = tool.is_some() || texts.iter().any(|text| text.ends_with("/execute"));
    if !is_tool || word == "execute" {
        return vec!["session".to_owned()];
    }
    let stems = word.match_indices('_').map(|(end, _)| &word[..end]);
    let names = tool.into_iter().chain([word]).chain(stems);
    names.map(|name| format!("meta_tools/{name}")).collect()
}
