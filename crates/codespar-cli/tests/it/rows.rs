//! Every row of both registries, run.

use codespar_sandbox::Sandbox;

use crate::program::{Home, at, end, program};

/// Grows with the API: each command is there, and says what it lacks before anything is sent.
#[test]
fn every_row_runs_and_asks_for_what_it_requires() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let codespar = codespar_blocking::registry::operations().map(|it| (it.name.to_owned(), it));
    let upivia = codespar_blocking::upivia::registry::operations();
    let upivia = upivia.map(|it| (format!("upivia.{}", it.name), it));
    let mut count = 0;
    for (name, operation) in codespar.chain(upivia) {
        let words: Vec<String> = name.split('.').map(|word| word.replace('_', "-")).collect();
        let mut command = program(&home);
        at(&mut command, &sandbox).args(&words).args(["--dry-run", "--session", "ses_1"]);
        let is_session = name.starts_with("session.");
        if !is_session {
            command = program(&home);
            at(&mut command, &sandbox).args(&words).arg("--dry-run");
        }
        let ended = end(&mut command);
        let path = operation.path.iter().find(|it| !is_session || **it != "session_id");
        match path {
            Some(_) => assert_eq!(ended.code, 2, "{name}: {ended:?}"),
            None => assert!([0, 2].contains(&ended.code), "{name}: {ended:?}"),
        }
        if ended.code == 2 {
            assert!(ended.stderr.contains("expected"), "{name}: {ended:?}");
        }
        count += 1;
    }
    assert!(count > 250, "{count}");
    assert_eq!(sandbox.request_count(), 0);
}
