//! Every route of the API and what calls it: `fixtures/routes.md` is written from the list of
//! routes in `fixtures/api-routes.txt` and from the routes of the crate.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it routes` writes it again, and adds
//! routes of the crate to the list; reasons are written by hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/api-routes.txt");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/routes.md");

const INTRODUCTION: &str = "\
# Routes of the CodeSpar API

Every route that is known, and the operation that calls it. An operation `client.x` is
`Client::x`, `session.x` is `Session::x`, and `a.b.x` is `client.a().b().x(…)`; several operations
may share a route. Where it says *request*, there is no method: `client.request(method, path)`
makes the call, with the same retries, errors and limits.

The list is `api-routes.txt`; this table is written by the test `routes`.
";

/// A route of the list.
struct Listed {
    section: String,
    method: String,
    path: String,
    note: String,
}

/// A method and a path whose parts in braces have no names: what makes two routes the same.
type Shape = (String, String);

fn shape(method: &str, path: &str) -> Shape {
    let plain = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    let path: Vec<_> = path.split('/').map(plain).collect();
    (method.to_owned(), path.join("/"))
}

/// Reads a line, unless it is empty or a comment.
fn row(line: &str) -> Option<Listed> {
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut word = || words.next().unwrap_or_else(|| panic!("not three columns: {line}"));
    let [section, method, path] = [word(), word(), word()];
    Some(Listed { section, method, path, note: words.collect::<Vec<_>>().join(" ") })
}

fn listed() -> Vec<Listed> {
    // As it is written, also while another test writes it.
    mended(&fs::read_to_string(LIST).unwrap()).lines().filter_map(row).collect()
}

/// The operations of the crate by route, each route's in order.
fn called() -> BTreeMap<Shape, BTreeSet<&'static str>> {
    let mut called: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for route in codespar_proto::operations::routes() {
        let shape = shape(route.method.as_str(), route.path);
        called.entry(shape).or_default().insert(route.operation);
    }
    called
}

/// The list with every route of the crate in it, and without reasons for those that are called.
fn mended(text: &str) -> String {
    let called = called();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let row = row(line).filter(|row| {
            // An alias that is called for the sake of older servers says so all the same.
            let is_called = called.contains_key(&shape(&row.method, &row.path));
            is_called && !row.note.is_empty() && row.section != "old"
        });
        lines.push(row.map_or_else(|| line.to_owned(), |row| line_of(&row)));
    }
    let listed: BTreeSet<_> =
        text.lines().filter_map(row).map(|row| shape(&row.method, &row.path)).collect();
    for route in codespar_proto::operations::routes() {
        if listed.contains(&shape(route.method.as_str(), route.path)) {
            continue;
        }
        let section = route.operation.split('.').next().unwrap_or_default().to_owned();
        let at = lines.iter().rposition(|line| row(line).is_some_and(|row| row.section == section));
        let (method, path) = (route.method.to_string(), route.path.to_owned());
        let line = line_of(&Listed { section, method, path, note: String::new() });
        match at {
            Some(at) => lines.insert(at + 1, line),
            None => lines.extend([String::new(), line]),
        }
    }
    lines.join("\n") + "\n"
}

fn line_of(row: &Listed) -> String {
    format!("{:<12}{:<8}{}", row.section, row.method, row.path)
}

#[test]
fn every_route_of_the_crate_is_listed_once() {
    let text = fs::read_to_string(LIST).unwrap();
    let mended = mended(&text);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(LIST, &mended).unwrap();
    }
    let written = fs::read_to_string(LIST).unwrap();
    assert!(written == mended, "api-routes.txt is out of date; UPDATE_FIXTURES=1 writes it again");
    let mut shapes = BTreeSet::new();
    for row in listed() {
        assert!(shapes.insert(shape(&row.method, &row.path)), "{} {} twice", row.method, row.path);
    }
}

#[test]
fn a_route_that_is_new_is_listed_and_one_that_is_called_needs_no_reason() {
    let text = fs::read_to_string(LIST).unwrap();
    let route = "charges     POST    /v1/charges\n";
    assert!(text.contains(route), "the list is written otherwise");
    assert!(mended(&text.replace(route, "")).contains(route));
    let excused = text.replace(route, &route.replace('\n', "  for no reason\n"));
    assert_eq!(mended(&excused), text);
}

#[test]
fn a_route_without_a_method_has_a_reason() {
    let called = called();
    for row in listed() {
        let is_called = called.contains_key(&shape(&row.method, &row.path));
        assert!(is_called || !row.note.is_empty(), "{} {}: why not?", row.method, row.path);
    }
}

#[test]
fn the_table_is_up_to_date() {
    let table = table();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(TABLE, &table).unwrap();
    }
    let written = fs::read_to_string(TABLE).unwrap_or_default();
    assert!(written == table, "routes.md is out of date; UPDATE_FIXTURES=1 writes it again");
}

fn table() -> String {
    let called = called();
    let mut text = INTRODUCTION.to_owned();
    let mut section = String::new();
    let (mut all, mut with_method) = (0, 0);
    for row in listed() {
        if row.section != section {
            let _ = writeln!(
                text,
                "\n## {}\n\n| route | called by | why |\n|---|---|---|",
                row.section
            );
            section.clone_from(&row.section);
        }
        let operations = called.get(&shape(&row.method, &row.path));
        let by = operations.map_or_else(
            || "*request*".to_owned(),
            |names| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" "),
        );
        all += 1;
        with_method += usize::from(operations.is_some());
        let _ = writeln!(text, "| `{} {}` | {by} | {} |", row.method, row.path, row.note);
    }
    let _ = writeln!(text, "\n{with_method} of {all} routes have a method.");
    text
}
