//! The project that `init` writes.

use std::{fs, path::Path, process::Command};

use crate::program::{Home, end, program};

#[test]
fn nothing_is_overwritten() {
    let home = Home::new();
    let folder = home.0.join("shop");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), "mine").unwrap();
    let refused = end(program(&home).arg("init").arg(&folder));
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.stderr.contains("src/main.rs"), "{refused:?}");
    assert_eq!(fs::read_to_string(folder.join("src/main.rs")).unwrap(), "mine");
    assert!(!folder.join("Cargo.toml").exists());
    for name in ["1shop", "my shop", "..", "a;b"] {
        assert_eq!(end(program(&home).arg("init").arg(home.0.join(name))).code, 2, "{name}");
    }
}

/// What is written compiles, test and all, with the crates of this repository.
#[test]
fn what_is_written_compiles() {
    let home = Home::new();
    let folder = home.0.join("shop");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let done =
        end(program(&home).env("CODESPAR_CRATES", root.join("crates")).arg("init").arg(&folder));
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("cargo test"), "{done:?}");
    for (file, holds) in [(".gitignore", "/target"), ("README.md", "# shop")] {
        assert!(fs::read_to_string(folder.join(file)).unwrap().contains(holds), "{file}");
    }
    // The same versions as here, which are at hand without a network.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let mut check = Command::new(env!("CARGO"));
    check.args(["check", "--offline", "--tests", "--target-dir"]);
    check.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("init")).current_dir(&folder);
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let other = home.0.join("published");
    assert_eq!(end(program(&home).arg("init").arg(&other)).code, 0);
    let manifest = fs::read_to_string(other.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("codespar-blocking = { version = \"0.1.0\" }"), "{manifest}");
}
