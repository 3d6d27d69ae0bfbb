//! Where the sources of an operation stand: its name without the last word is the file.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sources that may hold the row of an operation: the file of its prefix, or those beside it in
/// the folder of that name.
fn places(operation: &str) -> Vec<PathBuf> {
    let prefix = operation.rsplit_once('.').unwrap().0.replace('.', "/");
    let floor = if prefix.split('/').next() == Some("chat") { "" } else { "api/" };
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(format!("{floor}{prefix}"));
    let folder = fs::read_dir(&base).into_iter().flatten();
    let beside = folder.map(|entry| entry.unwrap().path());
    std::iter::once(base.with_extension("rs")).chain(beside).collect()
}

#[test]
fn the_file_of_an_operation_is_its_name_without_the_last_word() {
    let holds = |place: &PathBuf, row: &str| {
        fs::read_to_string(place).is_ok_and(|source| source.contains(row))
    };
    let lost: Vec<_> = upivia_proto::routes()
        .filter(|route| {
            let row = format!("\"{}\" {}", route.operation, route.method);
            !places(route.operation).iter().any(|place| holds(place, &row))
        })
        .map(|route| route.operation)
        .collect();
    assert!(lost.is_empty(), "not in the file of their names: {lost:?}");
    assert_eq!(upivia_proto::routes().count(), 118);
}
