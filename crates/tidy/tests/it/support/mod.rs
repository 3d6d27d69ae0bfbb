//! Small trees, planted from texts.

use std::collections::BTreeMap;

use tidy::{Finding, Tree};

/// A tree of these files; what has no manifest gets one, the root's included.
pub(crate) fn planted(files: &[(&str, &str)]) -> Tree {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    all.insert("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"crates/*\"]\n".to_owned());
    for (path, _) in files {
        let mut parts = path.split('/');
        if let (Some("crates"), Some(name)) = (parts.next(), parts.next()) {
            let manifest = format!("[package]\nname = \"{name}\"\n");
            all.insert(format!("crates/{name}/Cargo.toml"), manifest);
        }
    }
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    Tree::of(all).unwrap()
}

/// Where the faults are: `file:line`, and what they are about.
pub(crate) fn places(findings: &[Finding]) -> Vec<String> {
    let shown = |finding: &Finding| {
        let Finding { place, line, name, .. } = finding;
        format!("{place}:{line} {name}").trim_end().to_owned()
    };
    findings.iter().map(shown).collect()
}
