//! The list of exceptions: what it excuses, and what it may not.

use tidy::{Exceptions, Finding, Kind};

fn finding(kind: Kind, place: &str, name: &str) -> Finding {
    let (wrong, expected) = ("it is wrong".to_owned(), "right".to_owned());
    Finding { kind, place: place.to_owned(), line: 7, name: name.to_owned(), wrong, expected }
}

fn judged(list: &str, kind: Kind, findings: &[Finding]) -> Vec<String> {
    Exceptions::parse(list).unwrap().judge(kind, findings)
}

const LONG: &str =
    "[[exception]]\nkind = \"long-file\"\nplace = \"crates/a/src/b.rs\"\nreason = \"a table\"\n";

#[test]
fn a_fault_that_is_not_in_the_list_is_told_with_its_place() {
    let found = [finding(Kind::LongFile, "crates/a/src/b.rs", "")];
    let expected = ["crates/a/src/b.rs:7: it is wrong; expected right"];
    assert_eq!(judged("", Kind::LongFile, &found), expected);
    assert!(judged(LONG, Kind::LongFile, &found).is_empty());
    let other = [
        finding(Kind::LongFile, "crates/a/src/b.rs", ""),
        finding(Kind::LongFile, "crates/a/src/c.rs", ""),
    ];
    assert_eq!(judged(LONG, Kind::LongFile, &other).len(), 1);
    assert!(judged("", Kind::LongFile, &[]).is_empty());
}

#[test]
fn an_exception_that_is_no_longer_needed_has_to_go() {
    let expected = ["exceptions.toml: long-file crates/a/src/b.rs is no longer needed: remove it"];
    assert_eq!(judged(LONG, Kind::LongFile, &[]), expected);
    // It is the business of its own kind.
    assert!(judged(LONG, Kind::LongLine, &[]).is_empty());
}

#[test]
fn so_many_faults_and_no_more() {
    let list = LONG.replace("src/b.rs\"", "src\"\nat_most = 2");
    let found: Vec<_> = ["a", "b", "c"]
        .map(|name| finding(Kind::LongFile, &format!("crates/a/src/{name}"), ""))
        .into();
    assert!(judged(&list, Kind::LongFile, &found[..2]).is_empty());
    let wrong = judged(&list, Kind::LongFile, &found);
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].contains("beyond the 2 that are known"), "{wrong:?}");
    // One that lasts says how many there are; one that is to go may be ahead of its end.
    assert_eq!(judged(&list, Kind::LongFile, &found[..1]).len(), 1);
    let temporary = format!("{list}is_temporary = true\n");
    assert!(judged(&temporary, Kind::LongFile, &found[..1]).is_empty());
    assert_eq!(judged(&temporary, Kind::LongFile, &[]).len(), 1);
}

#[test]
fn a_folder_is_no_prefix_of_a_name_and_the_nearest_entry_counts() {
    let folder = LONG.replace("/src/b.rs", "");
    let outside = [finding(Kind::LongFile, "crates/ab/src/b.rs", "")];
    assert_eq!(judged(&folder, Kind::LongFile, &outside).len(), 2);
    let both = format!("{folder}{LONG}");
    let one = [finding(Kind::LongFile, "crates/a/src/b.rs", "")];
    let wrong = judged(&both, Kind::LongFile, &one);
    assert_eq!(wrong, ["exceptions.toml: long-file crates/a is no longer needed: remove it"]);
}

#[test]
fn at_most_five_operations_stand_elsewhere_for_good() {
    let place = "crates/codespar-proto/src/x.rs";
    let entry = |number: usize| {
        format!(
            "[[exception]]\nkind = \"operation\"\nplace = \"{place}\"\n\
             name = \"a.o{number}\"\nreason = \"why\"\n"
        )
    };
    let judged = |count: usize, rest: &str| {
        let list: String = (0..count).map(entry).collect();
        let found: Vec<_> = (0..count)
            .map(|number| finding(Kind::Operation, place, &format!("a.o{number}")))
            .collect();
        judged(&format!("{list}{rest}"), Kind::Operation, &found)
    };
    assert!(judged(5, "").is_empty());
    let wrong = judged(6, "");
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].contains("at most 5"), "{wrong:?}");
    assert_eq!(
        judged(1, &entry(9)),
        [format!("exceptions.toml: operation {place} a.o9 is no longer needed: remove it")]
    );
}

#[test]
fn a_test_binary_of_its_own_says_what_it_changes() {
    let list = |reason: &str| {
        format!(
            "[[exception]]\nkind = \"test-binary\"\nplace = \"crates/a/tests/x.rs\"\n\
             reason = \"{reason}\"\n"
        )
    };
    let found = [finding(Kind::TestBinary, "crates/a/tests/x.rs", "")];
    assert!(
        judged(&list("allocator: counts what is allocated"), Kind::TestBinary, &found).is_empty()
    );
    assert_eq!(judged(&list("it was always so"), Kind::TestBinary, &found).len(), 1);
}

#[test]
fn an_entry_has_a_kind_a_place_and_a_reason() {
    assert_eq!(
        judged(
            &LONG.replace("a table", " "),
            Kind::LongFile,
            &[finding(Kind::LongFile, "crates/a/src/b.rs", "")]
        )
        .len(),
        1
    );
    assert!(Exceptions::parse(&LONG.replace("long-file", "tall-file")).is_err());
    assert!(Exceptions::parse(&LONG.replace("reason", "because")).is_err());
    for kind in Kind::ALL {
        let list = Exceptions::parse(&LONG.replace("long-file", kind.name())).unwrap();
        assert_eq!(list.exception[0].kind, *kind);
    }
}
