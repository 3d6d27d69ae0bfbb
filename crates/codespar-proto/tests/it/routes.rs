//! Every route of the API and what calls it: the API's document (`fixtures/october.tsv`), the rows
//! of the crate and the routes that no method calls (`operations::untyped`) agree.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it routes` writes `fixtures/routes.md`
//! again. A method that is new needs its line in `operations/untyped/rows.rs` taken away.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use codespar_proto::operations::{Route, Untyped, UntypedRoute, routes, successor, untyped};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/october.tsv");
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/routes.md");

const INTRODUCTION: &str = "\
# Routes of the CodeSpar API

Every route that is known, and the operation that calls it. An operation `client.x` is
`Client::x`, `session.x` is `Session::x`, and `a.b.x` is `client.a().b().x(…)`; several operations
may share a route. Where it says *request*, there is no method: `client.request(method, path)`
makes the call, with the same retries, errors and limits.

The list is `october.tsv`, with what `operations::untyped` says of routes that no method calls;
this table is written by the test `routes`.
";

/// Routes of rows that the document does not have, with where they are known from.
const OUTSIDE: &[(&str, &str)] = &[
    ("GET /v1/agents/{}/did.json", "the vendor's command line"),
    ("GET /v1/api-keys", "the vendor's dashboard"),
    ("POST /v1/api-keys", "the vendor's dashboard"),
    ("POST /v1/consumers/{}/wallet/transfer", "the vendor's command line"),
    ("POST /v1/payables/batches", "the official Python SDK"),
    ("GET /v1/payables/batches/{}", "the official Python SDK"),
    ("POST /v1/payables/batches/{}/items", "the official Python SDK"),
    ("PATCH /v1/payables/batches/{}/items/{}", "the official Python SDK"),
    ("POST /v1/payables/batches/{}/pay", "the official Python SDK"),
    ("POST /v1/payables/files", "the official Python SDK"),
    ("POST /v1/sessions/{}/find-tools", "the vendor's prose"),
    ("GET /v1/sessions/{}/logs", "the vendor's command line"),
    ("GET /v1/sessions/{}/tools", "the vendor's prose"),
];

/// A deprecated route that is called all the same: what was recorded calls it.
const DEPRECATED_AND_CALLED: &str = "POST /v1/connect/start";

/// An operation of the document.
struct Listed {
    section: String,
    method: String,
    path: String,
    deprecated: bool,
}

impl Listed {
    fn shape(&self) -> String {
        shape(&self.method, &self.path)
    }
}

/// A method and a path whose parts in braces have no names: what makes two routes the same.
fn shape(method: &str, path: &str) -> String {
    let plain = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    let path: Vec<_> = path.split('/').map(plain).collect();
    format!("{method} {}", path.join("/"))
}

fn listed() -> Vec<Listed> {
    let text = fs::read_to_string(DOCUMENT).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let listed = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [section, method, path, rest @ ..] = columns.as_slice() else {
            panic!("not three columns: {line}")
        };
        assert!(matches!(rest, [] | ["deprecated"]), "{line}");
        let [section, method, path] = [section, method, path].map(|text| (*text).to_owned());
        Listed { section, method, path, deprecated: !rest.is_empty() }
    });
    listed.collect()
}

/// The rows of the crate by route, each route's in order of their names.
fn called() -> BTreeMap<String, BTreeMap<&'static str, &'static Route>> {
    let mut called: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for route in routes() {
        let shape = shape(route.method.as_str(), route.path);
        called.entry(shape).or_default().insert(route.operation, route);
    }
    called
}

/// The routes that no method calls.
fn uncalled() -> BTreeMap<String, &'static UntypedRoute> {
    let all = untyped().iter().map(|route| (shape(route.method, route.path), route));
    let uncalled: BTreeMap<_, _> = all.collect();
    assert_eq!(uncalled.len(), untyped().len(), "a route is there twice");
    uncalled
}

#[test]
fn the_document_has_340_operations() {
    let listed = listed();
    assert_eq!(listed.len(), 340);
    let shapes: BTreeSet<_> = listed.iter().map(Listed::shape).collect();
    assert_eq!(shapes.len(), 340);
    assert_eq!(listed.iter().filter(|it| it.deprecated).count(), 56);
}

#[test]
fn every_operation_of_the_document_has_a_row_or_a_reason() {
    let (called, uncalled) = (called(), uncalled());
    for operation in listed() {
        let shape = operation.shape();
        match (called.contains_key(&shape), uncalled.get(&shape)) {
            (true, None) => {
                let is_known = shape == DEPRECATED_AND_CALLED || !operation.deprecated;
                assert!(is_known, "{shape} is deprecated, and called");
            }
            (false, Some(route)) => {
                let is_succeeded = matches!(route.why, Untyped::SucceededBy(_));
                assert_eq!(is_succeeded, operation.deprecated, "{shape}");
                assert!(!matches!(route.why, Untyped::NotServed(_)), "{shape} is in the document");
            }
            (true, Some(_)) => panic!("{shape} has a method: take its line out of `untyped`"),
            (false, None) => panic!("{shape} has no method: why not? `untyped` says it"),
        }
    }
}

#[test]
fn a_successor_is_in_the_document_and_not_deprecated() {
    let current: BTreeMap<_, _> =
        listed().into_iter().filter(|it| !it.deprecated).map(|it| (it.shape(), it)).collect();
    let (called, uncalled) = (called(), uncalled());
    for route in untyped() {
        let Some(named) = route.why.successor() else { continue };
        let (method, path) = named.split_once(' ').unwrap();
        let shape = shape(method, path);
        assert!(current.contains_key(&shape), "{}: {named}", route.path);
        let row = successor(route);
        match called.get(&shape) {
            Some(rows) => assert!(rows.contains_key(row.unwrap().operation), "{named}"),
            None => assert!(row.is_none() && uncalled.contains_key(&shape), "{named}"),
        }
    }
}

#[test]
fn what_is_outside_the_document_is_known() {
    let document: BTreeSet<_> = listed().iter().map(Listed::shape).collect();
    let outside: BTreeSet<_> = OUTSIDE.iter().map(|(shape, _)| (*shape).to_owned()).collect();
    let rows: BTreeSet<_> = called().into_keys().filter(|it| !document.contains(it)).collect();
    assert_eq!(rows, outside);
    for (shape, route) in uncalled().iter().filter(|(shape, _)| !document.contains(*shape)) {
        let is_told = matches!(route.why, Untyped::NotServed(_) | Untyped::NotForClients(_));
        assert!(is_told && !outside.contains(shape), "{shape}");
    }
}

/// A route whose members nobody wrote down is reached all the same: that is no reason.
#[test]
fn reasons_say_something() {
    for route in untyped() {
        let about = route.why.about().or_else(|| route.why.successor());
        assert!(about.is_none_or(|about| about.len() > 5), "{}", route.path);
        assert!(about.is_none_or(|about| !about.contains("not documented")), "{}", route.path);
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
    let (listed, uncalled, called) = (listed(), uncalled(), called());
    let mut text = INTRODUCTION.to_owned();
    let mut section = "";
    for operation in &listed {
        if operation.section != section {
            text += &heading(&operation.section.replace('_', " "));
            section = &operation.section;
        }
        text += &line(&format!("{} {}", operation.method, operation.path), &operation.shape());
    }
    text += &heading("outside the document");
    let document: BTreeSet<_> = listed.iter().map(Listed::shape).collect();
    let rows = called.iter().filter_map(|(shape, rows)| {
        let row = rows.values().next()?;
        Some((shape.clone(), format!("{} {}", row.method, row.path)))
    });
    let routes =
        uncalled.iter().map(|(shape, it)| (shape.clone(), format!("{} {}", it.method, it.path)));
    let outside: BTreeMap<_, _> =
        rows.chain(routes).filter(|(shape, _)| !document.contains(shape)).collect();
    for (shape, route) in &outside {
        text += &line(route, shape);
    }
    let count = |of: &dyn Fn(&str) -> bool| listed.iter().filter(|it| of(&it.shape())).count();
    let why = |is: fn(Untyped) -> bool| {
        count(&|shape| uncalled.get(shape).is_some_and(|route| is(route.why)))
    };
    let _ = writeln!(
        text,
        "\n{} of {} operations have a method, {} more are deprecated, {} have another reason, and \
         {} have no method yet.",
        count(&|shape| called.contains_key(shape)),
        listed.len(),
        why(|why| matches!(why, Untyped::SucceededBy(_))),
        why(|why| !matches!(why, Untyped::SucceededBy(_) | Untyped::NotYet)),
        why(|why| why == Untyped::NotYet),
    );
    text
}

fn heading(section: &str) -> String {
    format!("\n## {section}\n\n| route | called by | effect | key | why |\n|---|---|---|---|---|\n")
}

fn line(route: &str, shape: &str) -> String {
    let known_from = OUTSIDE.iter().find(|(known, _)| *known == shape);
    let mut why = known_from.map_or_else(String::new, |(_, from)| format!("known from {from}"));
    if shape == DEPRECATED_AND_CALLED {
        "deprecated; recorded clients call it".clone_into(&mut why);
    }
    let Some(rows) = called().remove(shape) else {
        let uncalled = uncalled();
        let Some(it) = uncalled.get(shape) else { panic!("{route}: no row and no reason") };
        let why = match it.why {
            Untyped::SucceededBy(other) => format!("deprecated: `{other}`"),
            Untyped::SameAs(other) => format!("the same as `{other}`"),
            Untyped::PeopleOnly(about) => format!("for people only: {about}"),
            Untyped::NotForClients(about) => format!("not for clients: {about}"),
            Untyped::NotServed(about) => format!("not in the document: {about}"),
            _ => "no method yet".to_owned(),
        };
        return format!("| `{route}` | *request* | | | {why} |\n");
    };
    let all = |of: &dyn Fn(&Route) -> String| {
        let texts: BTreeSet<_> = rows.values().map(|row| of(row)).collect();
        texts.into_iter().collect::<Vec<_>>().join(", ")
    };
    let names: Vec<_> = rows.keys().map(|name| format!("`{name}`")).collect();
    let effect = all(&|row| row.effect().as_str().to_owned());
    let key = all(&|row| row.key.as_str().to_owned());
    format!("| `{route}` | {} | {effect} | {key} | {why} |\n", names.join(" "))
}
