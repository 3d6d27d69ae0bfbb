//! Dependencies that nobody takes.

use tidy::checks::dependencies::check;

use crate::support::{places, planted};

const ROOT: &str = "[workspace]\nhttp = 1\n[workspace.dependencies]\nbytes = \"1\"\n\
    http-body = \"1\"\nhttp = { version = \"1\" }\nlibc = \"1\"\n";

fn found(member: &str) -> Vec<String> {
    let manifest = format!("[package]\nname = \"a\"\n{member}");
    places(&check(&planted(&[("Cargo.toml", ROOT), ("crates/a/Cargo.toml", &manifest)])))
}

#[test]
fn an_entry_that_no_member_takes_is_found() {
    let some = "[dependencies]\nbytes.workspace = true\nhttp-body = \"1\"\n\
        [target.'cfg(unix)'.dependencies]\nlibc = { workspace = true }\n";
    assert_eq!(found(some), ["Cargo.toml:6 http", "Cargo.toml:5 http-body"]);
    let rest = format!(
        "{some}[dev-dependencies]\nhttp = {{ workspace = true, features = [] }}\n\
        [build-dependencies]\nhttp-body.workspace = true\n"
    );
    assert!(found(&rest).is_empty());
}

#[test]
fn only_members_count() {
    let manifest = "[package]\nname = \"fuzz\"\n[dependencies]\nbytes.workspace = true\n";
    let tree = planted(&[("Cargo.toml", ROOT), ("fuzz/Cargo.toml", manifest)]);
    assert_eq!(check(&tree).len(), 4);
}
