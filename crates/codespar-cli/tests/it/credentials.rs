//! Credentials: where they come from, where they are kept, who can read them.

use std::fs;

use codespar_sandbox::{Fault, Sandbox};

use crate::program::{Home, end, end_with_input, program, run};

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

#[test]
fn the_official_programs_files_are_taken_over() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let import = |text: &str, arguments: &[&str]| {
        for folder in [".codespar", ".upivia"] {
            fs::create_dir_all(home.0.join(folder)).unwrap();
            fs::write(home.0.join(folder).join("config.json"), text).unwrap();
        }
        end(program(&home).args(arguments))
    };
    let (url, key) = (sandbox.base_url(), sandbox.api_key());
    let broken = import("{\"apiKey\": csk_hidden", &["login", "--import"]);
    assert_eq!(broken.code, 2, "{broken:?}");
    assert!(!format!("{broken:?}").contains("csk_hidden"));
    assert_eq!(import("{}", &["login", "--import"]).code, 2);
    // A key that the server does not take is not kept.
    let wrong =
        import(&format!(r#"{{"apiKey":"wrong","baseUrl":"{url}"}}"#), &["login", "--import"]);
    assert_eq!(wrong.code, 3, "{wrong:?}");
    assert_eq!(end(program(&home).arg("whoami")).code, 3);

    let file = format!(
        r#"{{"apiKey":"{key}","project":"prj_0123456789abcdef","baseUrl":"{url}",
            "didDomains":["a.example"]}}"#
    );
    let done = import(&file, &["login", "--import"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{done:?}").contains(key) && done.stderr.contains("didDomains"), "{done:?}");
    let me = end(program(&home).arg("whoami"));
    assert_eq!(me.code, 0, "{me:?}");
    assert!(me.stderr.contains(&format!("{url}, project prj_0123456789abcdef")), "{me:?}");

    let pat = sandbox.upivia_pat();
    let file =
        format!(r#"{{"pat":"{pat}","baseUrl":"{}","workspaceId":"ws_1"}}"#, sandbox.upivia_url());
    let done = import(&file, &["upivia", "login", "--import"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{done:?}").contains(pat) && done.stderr.contains("ws_1"), "{done:?}");
    let teams = end(program(&home).args(["upivia", "teams", "list"]));
    assert_eq!(teams.code, 0, "{teams:?}");
}

/// An address that was kept for another key is not where an imported key goes.
#[test]
fn an_imported_key_goes_to_its_own_server_only() {
    let (own, other) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    let home = Home::new();
    let key = format!("{}\n", other.api_key());
    let login = ["login", "--base-url", &other.base_url()];
    assert_eq!(end_with_input(program(&home).args(login), &key).code, 0);
    let before = other.request_count();
    let file = home.0.join("config.json");
    let text = format!(r#"{{"apiKey":"{}","baseUrl":"{}"}}"#, own.api_key(), own.base_url());
    fs::write(&file, text).unwrap();
    let done = end(program(&home).args(["login", "--import", file.to_str().unwrap()]));
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!((own.request_count(), other.request_count()), (1, before));
}

#[test]
fn credentials_of_upivia_are_tried_kept_shown_and_forgotten() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let url = sandbox.upivia_url();
    let login = |secret: &str, more: &[&str]| {
        let mut command = program(&home);
        command.args(["upivia", "login", "--base-url", &url]).args(more);
        end_with_input(&mut command, &format!("{secret}\n"))
    };
    let who = || end(program(&home).args(["upivia", "whoami", "--output", "jsonl"]));
    assert_eq!(who().code, 3);
    let unnamed = end_with_input(program(&home).args(["upivia", "login"]), "agent_key_1\n");
    assert_eq!(unnamed.code, 2, "{unnamed:?}");
    assert_eq!(login("agent_key_wrong", &[]).code, 3);
    assert_eq!(login("session=wrong", &["--kind", "cookie"]).code, 3);

    let (key, pat) = (sandbox.upivia_agent_key(), sandbox.upivia_pat());
    let cookie = sandbox.upivia_session_cookie();
    for (secret, more) in [(key, &[][..]), (pat, &[]), (cookie, &["--kind", "cookie"])] {
        let done = login(secret, more);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(!format!("{done:?}").contains(secret), "{done:?}");
    }
    let all = who();
    assert_eq!(all.code, 0, "{all:?}");
    let lines: Vec<serde_json::Value> =
        all.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = lines.iter().map(|it| it["credential"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["agent-key", "pat", "cookie"]);
    assert!(lines.iter().all(|it| it["accepted"] == true && it["from"] == "profile default"));
    assert!([key, pat, cookie].iter().all(|secret| !all.stdout.contains(secret)), "{all:?}");
    // What only the cookie is taken for.
    let got = end(program(&home).args(["upivia", "budget-requests", "list"]));
    assert_eq!(got.code, 0, "{got:?}");

    let mut command = program(&home);
    command.env("UPIVIA_PAT", "upivia_pat_wrong").args(["upivia", "whoami", "--output", "jsonl"]);
    let ended = end(&mut command);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stdout.contains("environment, UPIVIA_PAT"), "{ended:?}");

    assert_eq!(end(program(&home).args(["upivia", "logout", "--kind", "cookie"])).code, 0);
    assert_eq!(who().stdout.lines().count(), 2);
    assert_eq!(end(program(&home).args(["upivia", "logout"])).code, 0);
    assert_eq!(who().code, 3);
    let file = fs::read_to_string(home.0.join("config/credentials.json")).unwrap();
    assert!([key, pat, cookie].iter().all(|secret| !file.contains(secret)), "{file}");
}

#[test]
fn profiles_are_listed_without_their_keys() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    for name in ["default", "shop"] {
        let key = format!("{}\n", sandbox.api_key());
        let login = ["login", "--profile", name, "--base-url", &sandbox.base_url()];
        assert_eq!(end_with_input(program(&home).args(login), &key).code, 0);
    }
    let login = ["upivia", "login", "--profile", "shop", "--base-url", &sandbox.upivia_url()];
    let pat = format!("{}\n", sandbox.upivia_pat());
    assert_eq!(end_with_input(program(&home).args(login), &pat).code, 0);
    let list = ["profiles", "--profile", "shop", "--output", "jsonl"];
    let listed = end(program(&home).args(list));
    assert_eq!(listed.code, 0, "{listed:?}");
    assert_eq!(listed.stdout.lines().count(), 2, "{listed:?}");
    let shop = listed.last();
    assert_eq!((&shop["profile"], &shop["used"]), (&"shop".into(), &true.into()));
    assert_eq!((&shop["environment"], &shop["kept_in"]), (&"test".into(), &"file".into()));
    assert_eq!(shop["base_url"], sandbox.base_url());
    assert!(shop["upivia"][0].as_str().unwrap().starts_with("pat ("), "{shop}");
    let secrets = [sandbox.api_key(), sandbox.upivia_pat()];
    assert!(secrets.iter().all(|secret| !listed.stdout.contains(secret)), "{listed:?}");
    let table = end(program(&home).arg("profiles"));
    assert!(table.stdout.contains("shop") && table.stdout.contains("test"), "{table:?}");
}

/// This program was built without it, or has no keyring that keeps anything: a file in its place
/// would be a secret where nobody expects it.
#[test]
fn a_keyring_that_cannot_be_reached_is_no_file() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let key = format!("{}\n", sandbox.api_key());
    let login = ["login", "--keyring", "--base-url", &sandbox.base_url()];
    let ended = end_with_input(program(&home).args(login), &key);
    let expected = if cfg!(feature = "keyring") { 1 } else { 2 };
    assert_eq!(ended.code, expected, "{ended:?}");
    assert!(!home.0.join("config/credentials.json").exists());

    fs::create_dir_all(home.0.join("config")).unwrap();
    let text = r#"{"profiles":{"default":{"keyring":true}}}"#;
    fs::write(home.0.join("config/credentials.json"), text).unwrap();
    let ended = end(program(&home).arg("whoami"));
    assert_eq!(ended.code, expected, "{ended:?}");
    assert!(ended.stderr.contains("keyring") && ended.stderr.contains("log in again"), "{ended:?}");
    // What the environment has is not looked for there.
    let mut command = program(&home);
    let ended = end(crate::program::at(&mut command, &sandbox).arg("whoami"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let all = end(program(&home).args(["profiles", "--output", "jsonl"]));
    assert_eq!(all.last()["kept_in"], "keyring", "{all:?}");
}

/// Some servers repeat the key that they refuse.
#[test]
fn a_key_that_a_server_repeats_is_not_shown() {
    let sandbox = Sandbox::start().unwrap();
    let key = sandbox.api_key().to_owned();
    let answer = serde_json::json!({ "error": { "message": format!("Invalid API key: {key}") } });
    sandbox.inject(Fault::on("GET", "/v1/whoami").always().answer(403, answer));
    let ended = run(&sandbox, &["whoami", "--output", "json"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for text in [&ended.stdout, &ended.stderr] {
        assert!(text.contains("Invalid API key: [redacted]") && !text.contains(&key), "{text}");
    }
}
