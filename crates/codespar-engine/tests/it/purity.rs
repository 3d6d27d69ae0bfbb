//! The crates that do no I/O have no means to do it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Crates that do I/O, or draw lots.
const IMPURE: [&str; 7] = ["ureq", "hyper", "tokio", "rustls", "reqwest", "getrandom", "rand"];

/// What the sources must not name.
const FORBIDDEN: [&str; 7] = [
    "std::net",
    "net::Tcp",
    "thread::sleep",
    "thread::spawn",
    "Instant::now",
    "SystemTime::now",
    "std::env",
];

fn crates() -> [PathBuf; 4] {
    let engine = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let others = ["codespar-tools", "codespar-proto", "upivia-proto"];
    let [tools, codespar, upivia] = others.map(|name| engine.with_file_name(name));
    [engine, tools, codespar, upivia]
}

/// The names of all crates that this one is built from.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--all-features", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn the_dependency_tree_holds_nothing_that_does_io() {
    for package in crates() {
        let found = dependencies(&package.join("Cargo.toml"));
        assert!(found.contains("serde_json"), "not a dependency tree: {found:?}");
        for name in IMPURE {
            assert!(!found.contains(name), "{} depends on {name}", package.display());
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_sources_name_no_clock_no_socket_and_no_environment() {
    let mut files = Vec::new();
    for package in crates() {
        sources(&package.join("src"), &mut files);
    }
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for name in FORBIDDEN {
                assert!(!line.contains(name), "{}:{}: {name}", file.display(), number + 1);
            }
        }
    }
}
