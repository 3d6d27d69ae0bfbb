//! What SECURITY.md cites is there: tests by name, files by path.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The directory of all crates, and of the document.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of all sources below a directory.
fn sources(directory: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The functions of a source. Some tests are made by a macro, of rows `name: check;`.
fn functions(source: &str) -> impl Iterator<Item = String> {
    source.lines().filter_map(|line| {
        if let Some((_, after)) = line.split_once("fn ") {
            return Some(name_at(after).to_owned());
        }
        let (name, check) = line.trim().strip_suffix(';')?.split_once(": ")?;
        (name_at(name) == name && name_at(check) == check).then(|| name.to_owned())
    })
}

fn all_functions() -> BTreeSet<String> {
    let mut texts = Vec::new();
    sources(&root().join("crates"), &mut texts);
    texts.iter().flat_map(|text| functions(text)).collect()
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a text is a name of several words, or a part of one, cut with `…`.
fn is_name(text: &str) -> bool {
    text.contains(['_', '…'])
        && text.chars().all(|letter| matches!(letter, 'a'..='z' | '0'..='9' | '_' | '…'))
}

/// Whether a name fits a pattern in which `…` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('…') {
        None => pattern == name,
        Some((before, after)) => name
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|at| fits(after, &rest[at..]))),
    }
}

/// The names of tests that a document cites and that are not there. In tables, every name is one of
/// a test; elsewhere those of five words and more. A name that begins with `…` begins like the one
/// before it.
fn missing(document: &str, functions: &BTreeSet<String>) -> Vec<String> {
    let mut missing = Vec::new();
    for line in document.lines() {
        let mut beginning = "";
        for name in quoted(line).filter(|text| is_name(text)) {
            if !line.starts_with('|') && name.matches('_').count() < 4 {
                continue;
            }
            if !name.starts_with('…') {
                let whole = name.split('…').next().unwrap_or_default();
                let words = whole.match_indices('_').nth(1);
                beginning = &whole[..words.map_or(whole.len(), |(at, _)| at)];
            }
            let found = functions
                .iter()
                .any(|function| function.starts_with(beginning) && fits(name, function));
            if !found {
                missing.push(name.to_owned());
            }
        }
    }
    missing
}

#[test]
fn every_test_that_is_cited_is_there() {
    let document = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let functions = all_functions();
    assert_eq!(missing(&document, &functions), [""; 0]);

    let cited = document.lines().filter(|line| line.starts_with('|')).flat_map(quoted);
    assert!(cited.filter(|text| is_name(text)).count() > 80);
    let untrue = "| true | `every_test_that_is_cited_is_there`, `…_that_is_not`, `…_cited_…` |\n\
        held by `a_name_of_five_words_that_is_gone`, not by `idle_timeout`\n";
    assert_eq!(missing(untrue, &functions), ["…_that_is_not", "a_name_of_five_words_that_is_gone"]);
}

#[test]
fn every_file_that_is_cited_is_there() {
    let document = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let is_file = |text: &&str| {
        !text.contains(' ') && [".rs", ".md", ".toml"].iter().any(|end| text.ends_with(end))
    };
    let cited: Vec<_> = document.lines().flat_map(quoted).filter(is_file).collect();
    assert!(cited.len() > 3);

    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut places: Vec<_> = crates.collect();
    places.extend([root(), root().join("crates")]);
    for file in cited {
        assert!(places.iter().any(|place| place.join(file).exists()), "{file} is not there");
    }
}
