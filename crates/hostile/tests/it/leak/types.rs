//! Every type that is read from JSON, shown with secrets in it.

use hostile::around;
use testing_support::readers::{
    Reader, codespar_answers, codespar_arguments, upivia_answers, upivia_arguments,
};

use super::planted::{SESAME, objects};

/// All of them, by API.
pub(crate) fn lists() -> [(&'static str, &'static [Reader]); 4] {
    [
        ("codespar-proto", codespar_answers()),
        ("codespar-proto", codespar_arguments()),
        ("upivia-proto", upivia_answers()),
        ("upivia-proto", upivia_arguments()),
    ]
}

/// The types that show the secret, and those that nothing was read as.
fn leaks(readers: &[Reader], objects: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, read) in readers {
        let shown: Vec<String> = objects.iter().filter_map(|json| read(json)).collect();
        if shown.is_empty() {
            found.push(format!("{name}: nothing was read as one"));
        }
        let shown = shown.into_iter();
        let leak = shown.filter(|shown| shown.contains(SESAME)).min_by_key(String::len);
        found.extend(leak.map(|shown| format!("{name}: {}", around(&shown, SESAME))));
    }
    found
}

#[test]
fn no_type_leaks_a_secret_when_it_is_shown() {
    let objects = objects();
    assert!(objects.len() > 50, "{}", objects.len());
    let found: Vec<_> = lists().iter().flat_map(|(_, readers)| leaks(readers, &objects)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
