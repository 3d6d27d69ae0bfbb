//! Every operation of the API and what calls it: `fixtures/routes.md` is written from the API's
//! own list in `fixtures/october.tsv`, from the rows of the crate, and from its list of reasons.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it routes` writes it again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use codespar_proto::operations::{Route, Untyped, UntypedRoute, routes, untyped};

const LIST: &str = include_str!("../../../../fixtures/october.tsv");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/routes.md");

const INTRODUCTION: &str = "\
# Routes of the CodeSpar API

Every operation of the API's document of 7 October 2026, and the method that calls it. An
operation `client.x` is `Client::x`, `session.x` is `Session::x`, and `a.b.x` is
`client.a().b().x(…)`; several operations may share a route. Where there is no method it says why,
or what to call instead; `client.request(method, path)` reaches any route, with the same retries,
errors and limits.

The scope is what the credentials have to allow, where the API says it. The list is `october.tsv`;
this table is written by the test `routes`.
";

/// Rows whose routes the document does not have, and where they are known from.
const OUTSIDE: &[(&str, &str)] = &[
    ("agents.did_document", "the vendor's program"),
    ("api_keys.create", "the vendor's dashboard"),
    ("api_keys.list", "the vendor's dashboard"),
    ("consumers.transfer", "the vendor's program"),
    ("payables.batches.add_items", "an official SDK"),
    ("payables.batches.create", "an official SDK"),
    ("payables.batches.get", "an official SDK"),
    ("payables.batches.pay", "an official SDK"),
    ("payables.batches.update_item", "an official SDK"),
    ("payables.files.upload", "an official SDK"),
    ("session.list_tools", "the vendor's prose"),
    ("session.logs", "the vendor's program"),
    ("session.search_tools", "the vendor's prose"),
];

/// An operation of the document.
struct Listed {
    section: &'static str,
    method: &'static str,
    path: &'static str,
    scope: Option<&'static str>,
    is_deprecated: bool,
}

/// A method and a path whose parts in braces have no names: what makes two routes the same.
type Shape = (String, String);

fn shape(method: &str, path: &str) -> Shape {
    let plain = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    let path: Vec<_> = path.split('/').map(plain).collect();
    (method.to_owned(), path.join("/"))
}

impl Listed {
    fn shape(&self) -> Shape {
        shape(self.method, self.path)
    }
}

fn listed() -> Vec<Listed> {
    let read = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [section, method, path, scope, deprecated] = columns[..] else {
            panic!("not five columns: {line}");
        };
        let scope = Some(scope).filter(|scope| *scope != "-");
        Listed { section, method, path, scope, is_deprecated: deprecated == "deprecated" }
    };
    LIST.lines().skip(1).map(read).collect()
}

/// The rows of the crate by route.
fn called() -> BTreeMap<Shape, Vec<&'static Route>> {
    let mut called: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for route in routes() {
        called.entry(shape(route.method.as_str(), route.path)).or_default().push(route);
    }
    called
}

fn reasons() -> BTreeMap<Shape, &'static UntypedRoute> {
    let reasons: BTreeMap<_, _> =
        untyped().map(|route| (shape(route.method, route.path), route)).collect();
    assert_eq!(reasons.len(), untyped().count(), "a reason stands twice");
    reasons
}

#[test]
fn the_document_has_340_operations() {
    let shapes: BTreeSet<_> = listed().iter().map(Listed::shape).collect();
    assert_eq!(shapes.len(), 340);
    assert_eq!(listed().iter().filter(|it| it.is_deprecated).count(), 56);
}

#[test]
fn every_operation_of_the_document_has_a_row_or_a_reason() {
    let (called, reasons) = (called(), reasons());
    let missing: Vec<String> = listed()
        .iter()
        .filter(|it| {
            let reason = reasons.get(&it.shape());
            let is_succeeded =
                matches!(reason, Some(it) if matches!(it.why, Untyped::SucceededBy(_)));
            assert_eq!(is_succeeded, it.is_deprecated, "{} {}", it.method, it.path);
            let is_called = called.contains_key(&it.shape());
            // What is deprecated may be called all the same, and says its successor.
            assert!(!is_called || reason.is_none() || is_succeeded, "{} {}", it.method, it.path);
            !is_called && reason.is_none()
        })
        .map(|it| format!("{} {}\n", it.method, it.path))
        .collect();
    assert!(missing.is_empty(), "neither a method nor a reason:\n{}", missing.concat());
}

#[test]
fn what_is_called_instead_has_a_row() {
    let current: BTreeSet<_> =
        listed().iter().filter(|it| !it.is_deprecated).map(Listed::shape).collect();
    for route in untyped() {
        let Some(instead) = route.instead() else { continue };
        let (method, path) = instead.split_once(' ').unwrap();
        assert!(current.contains(&shape(method, path)), "{instead} is not in the document");
        let is_typed = route.successor().is_some();
        let has_reason = reasons().contains_key(&shape(method, path));
        assert!(is_typed != has_reason, "{}: {instead} has no row", route.path);
    }
}

#[test]
fn a_reason_says_more_than_that_there_is_none() {
    for route in untyped() {
        let text = format!("{:?}", route.why);
        for empty in ["not documented", "not public", "\"\""] {
            assert!(!text.contains(empty), "{} {}: {text}", route.method, route.path);
        }
    }
}

#[test]
fn rows_outside_the_document_are_known() {
    let document: BTreeSet<_> = listed().iter().map(Listed::shape).collect();
    let outside: BTreeSet<_> = called()
        .into_iter()
        .filter(|(shape, _)| !document.contains(shape))
        .flat_map(|(_, rows)| rows)
        .map(|row| row.operation)
        .collect();
    let known: BTreeSet<_> = OUTSIDE.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(outside, known);
}

#[test]
fn a_row_asks_for_the_scope_that_the_document_names() {
    let called = called();
    for it in listed() {
        for row in called.get(&it.shape()).into_iter().flatten() {
            assert_eq!(row.scope, it.scope, "{}", row.operation);
        }
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

const HEAD: &str = "| route | called by | effect | key | scope | why there is no method |\n\
                    |---|---|---|---|---|---|";

fn table() -> String {
    let (called, reasons, listed) = (called(), reasons(), listed());
    let mut text = INTRODUCTION.to_owned();
    let mut sections: Vec<&str> = Vec::new();
    for it in &listed {
        if !sections.contains(&it.section) {
            sections.push(it.section);
        }
    }
    for section in sections {
        let _ = writeln!(text, "\n## {section}\n\n{HEAD}");
        for it in listed.iter().filter(|it| it.section == section) {
            let rows = called.get(&it.shape()).map_or(&[][..], Vec::as_slice);
            let why = reasons.get(&it.shape()).map(|route| why(route)).unwrap_or_default();
            text += &line(it.method, it.path, rows, it.scope, &why);
        }
    }
    let _ = writeln!(text, "\n## Outside the document\n\n{HEAD}");
    let document: BTreeSet<_> = listed.iter().map(Listed::shape).collect();
    for (shape, rows) in called.iter().filter(|(shape, _)| !document.contains(shape)) {
        let known = |row: &&Route| OUTSIDE.iter().find(|(name, _)| *name == row.operation);
        let from = rows.iter().find_map(known).map_or("", |(_, from)| from);
        text += &line(&shape.0, rows[0].path, rows, None, &format!("known from {from}"));
    }
    for (shape, route) in reasons.iter().filter(|(shape, _)| !document.contains(shape)) {
        text += &line(&shape.0, route.path, &[], None, &why(route));
    }
    let typed = listed.iter().filter(|it| called.contains_key(&it.shape())).count();
    let deprecated = listed.iter().filter(|it| it.is_deprecated).count();
    let _ = writeln!(
        text,
        "\n{typed} of {} operations have a method; {deprecated} are deprecated.",
        listed.len()
    );
    text
}

fn line(method: &str, path: &str, rows: &[&Route], scope: Option<&str>, why: &str) -> String {
    let names: BTreeSet<_> = rows.iter().map(|row| format!("`{}`", row.operation)).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(" ");
    let of_rows = |of: fn(&Route) -> &'static str| {
        let words: BTreeSet<_> = rows.iter().map(|row| of(row)).collect();
        words.into_iter().collect::<Vec<_>>().join(", ")
    };
    let (effect, key) = (of_rows(|row| row.effect().as_str()), of_rows(|row| row.key.as_str()));
    let scope = scope.map_or_else(String::new, |scope| format!("`{scope}`"));
    let cells = [format!("`{method} {path}`"), names, effect, key, scope, why.to_owned()];
    let cells = cells.map(|cell| if cell.is_empty() { cell } else { format!("{cell} ") });
    format!("| {}|\n", cells.join("| "))
}

fn why(route: &UntypedRoute) -> String {
    match route.why {
        Untyped::SucceededBy(other) => match route.successor() {
            Some(row) => format!("deprecated: `{}`", row.operation),
            None => format!("deprecated: `{other}`"),
        },
        Untyped::SameAs(other) => match route.successor() {
            Some(row) => format!("the same as `{}`", row.operation),
            None => format!("the same as `{other}`"),
        },
        Untyped::PeopleOnly(why) => format!("for people only: {why}"),
        Untyped::NotForClients(why) => format!("not for clients: {why}"),
        Untyped::NotServed(why) => format!("not in the document: {why}"),
        _ => format!("{:?}", route.why),
    }
}
