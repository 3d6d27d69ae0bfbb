//! What the documentation of every operation of the API crates has to say.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sources of a crate.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false if path.extension().is_some_and(|kind| kind == "rs") => found.push(path),
            false => {}
        }
    }
    found
}

/// The methods of a source that make calls, each with its documentation.
fn calls(source: &str) -> Vec<(String, String)> {
    let (mut found, mut words) = (Vec::new(), String::new());
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let text = line.trim();
        if let Some(word) = text.strip_prefix("///") {
            words.push_str(word);
            words.push('\n');
        } else if let Some(name) = line.strip_prefix("    pub fn ") {
            let mut signature = text.to_owned();
            while !signature.contains('{') && lines.peek().is_some() {
                signature.push_str(lines.next().unwrap_or_default());
            }
            let name: String =
                name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let makes_call = signature.contains("-> Call<") || signature.contains("-> Items<");
            if makes_call {
                found.push((name, words.clone()));
            }
            words.clear();
        } else if !text.starts_with("#[") {
            words.clear();
        }
    }
    found
}

#[test]
fn every_operation_says_what_it_makes_of_a_key() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut seen, mut silent) = (0, Vec::new());
    for name in ["codespar-proto", "upivia-proto"] {
        for path in sources(&crates.join(name).join("src")) {
            for (method, words) in calls(&fs::read_to_string(&path).unwrap()) {
                seen += 1;
                if !words.contains("Idempotency") {
                    silent.push(format!("{} {method}", path.display()));
                }
            }
        }
    }
    assert!(seen > 200, "the methods are not found: {seen}");
    assert!(silent.is_empty(), "{silent:#?}");
}
