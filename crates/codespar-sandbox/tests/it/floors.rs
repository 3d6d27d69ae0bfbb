//! The floors of the sources: what is below imports nothing of what is above.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each floor, with what none of its files may name.
const FLOORS: [(&str, &[&str]); 4] = [
    ("store", &["server", "codespar", "upivia", "router", "builder", "sandbox"]),
    ("server", &["codespar", "upivia", "router", "builder", "sandbox"]),
    ("codespar", &["upivia", "router", "builder", "sandbox"]),
    ("upivia", &["codespar", "router", "builder", "sandbox"]),
];

#[test]
fn no_floor_imports_a_higher_one() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (floor, above) in FLOORS {
        let files = files_below(&sources.join(floor));
        assert!(files.len() > 5, "{floor}: {files:?}");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for name in above {
                assert!(!names(&text, name), "{} names {name}", file.display());
            }
        }
    }
}

#[test]
fn a_name_is_seen_however_it_is_imported() {
    for text in [
        "use crate::server::Server;",
        "use crate::server;",
        "use crate::{\n    server::{errors, log},\n};",
        "use crate::{store, server};",
        "fn it() { crate::server::listen(); }",
    ] {
        assert!(names(text, "server"), "{text}");
    }
    for text in
        ["use crate::store::server_log;", "// of crate::server", "use crate::store::{server};"]
    {
        assert!(!names(text, "server"), "{text}");
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Whether a source names this module of the crate's root, comments aside.
fn names(text: &str, module: &str) -> bool {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| [line, "\n"])
        .collect();
    code.split("crate::").skip(1).any(|rest| match rest.strip_prefix('{') {
        Some(list) => heads(list).contains(&module),
        None => head(rest) == module,
    })
}

/// The first segments of the paths of a list of imports, up to its closing brace.
fn heads(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut heads) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(head(&list[start..at]));
                return heads;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(head(&list[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    heads
}

fn head(path: &str) -> &str {
    let path = path.trim_start();
    path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}
