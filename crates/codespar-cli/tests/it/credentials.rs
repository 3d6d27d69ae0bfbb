//! Credentials: where they come from, where they are kept, who can read them.

use std::fs;

use codespar_sandbox::Sandbox;

use crate::program::{Home, end, end_with_input, program};

#[cfg(unix)]
#[test]
fn a_key_is_tried_and_then_kept_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let file = home.0.join("config/credentials.json");
    let login = ["login", "--base-url", &sandbox.base_url()];
    let wrong = ["csk", "test", "wrong\n"].join("_");
    let refused = end_with_input(program(&home).args(login), &wrong);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(!file.exists());

    let key = format!("{}\n", sandbox.api_key());
    let done = end_with_input(program(&home).args(login), &key);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{done:?}").contains(sandbox.api_key()));
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));

    let me = end(program(&home).args(["whoami", "--output", "jsonl"]));
    assert_eq!(me.code, 0, "{me:?}");
    assert!(me.stderr.contains("environment: test"), "{me:?}");

    // The environment comes before the profile, an option before both.
    let mut command = program(&home);
    command.env("CODESPAR_BASE_URL", "http://127.0.0.1:1").args(["whoami", "--retries", "0"]);
    assert_eq!(end(&mut command).code, 8);
    let chosen = end(command.args(["--base-url", &sandbox.base_url()]));
    assert_eq!(chosen.code, 0, "{chosen:?}");
    // What is set to nothing is not set.
    let empty = end(program(&home).env("CODESPAR_BASE_URL", "").arg("whoami"));
    assert_eq!(empty.code, 0, "{empty:?}");
    // Another profile has no key.
    assert_eq!(end(program(&home).args(["whoami", "--profile", "other"])).code, 3);

    assert_eq!(end(program(&home).arg("logout")).code, 0);
    assert_eq!(end(program(&home).arg("whoami")).code, 3);
    assert!(!fs::read_to_string(&file).unwrap().contains("csk_"));
}

#[test]
fn a_broken_file_is_no_empty_one() {
    let home = Home::new();
    fs::create_dir_all(home.0.join("config")).unwrap();
    fs::write(home.0.join("config/credentials.json"), "{\"profiles\": csk_secret").unwrap();
    let ended = end(program(&home).arg("whoami"));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("credentials.json") && !ended.stderr.contains("csk_secret"));
}

#[test]
fn a_key_is_no_argument() {
    let home = Home::new();
    for option in ["--api-key", "--key"] {
        let ended = end(program(&home).args(["login", option, "csk_test_1"]));
        assert_eq!(ended.code, 2, "{ended:?}");
    }
}
