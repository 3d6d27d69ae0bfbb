//! What the program says of itself: help, manual, schemas, completions.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use codespar_blocking::operations::untyped;
use serde_json::Value;

use crate::program::{Ended, Home, end, program};

fn told(arguments: &[&str]) -> Ended {
    let home = Home::new();
    let ended = end(program(&home).args(arguments));
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
    ended
}

fn schema(arguments: &[&str]) -> Value {
    told(&[&["schema", "--output", "jsonl"], arguments].concat()).last()
}

/// The words of every command, as `schema` lists them.
fn commands() -> Vec<String> {
    let schema = schema(&[]);
    let all = ["operations", "commands"].iter().flat_map(|list| schema[list].as_array().unwrap());
    all.map(|it| it["command"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn help_manual_schema_and_code_share_the_exit_codes() {
    let (help, manual) = (told(&["--help"]).stdout, told(&["man"]).stdout);
    let manual = manual.replace("\\-", "-");
    let codes = schema(&[])["exit_codes"].clone();
    let codes = codes.as_array().unwrap();
    assert_eq!(codes.len(), 22);
    // Those of one command stand with it.
    let of_receipts = told(&["receipt", "verify", "--help"]).stdout;
    let is_of_receipts = |row: &Value| (21..=30).contains(&row["code"].as_u64().unwrap());
    let (receipts, rest): (Vec<&Value>, Vec<_>) = codes.iter().partition(|row| is_of_receipts(row));
    assert_eq!(receipts.len(), 9);
    for row in receipts {
        let line = format!("{:>3}  {}", row["code"], row["about"].as_str().unwrap());
        assert!(of_receipts.contains(&line), "{line}");
        assert!(!help.contains(&line), "{line}");
    }
    for row in rest {
        let about = row["about"].as_str().unwrap();
        let line = format!("{:>3}  {about}", row["code"]);
        assert!(help.contains(&line), "{line}");
        let entry = format!(".TP\n\\fB{}\\fR\n{about}", row["code"]);
        assert!(manual.contains(&entry), "{entry}");
    }
    for one in [&["charges.create"][..], &["login"]] {
        assert_eq!(schema(one)["exit_codes"].as_array(), Some(codes));
    }
    let charge = told(&["charges", "create", "--help"]).stdout;
    assert!(charge.contains("  7  unknown"), "{charge}");
}

/// What stands beside a command is told, whatever is named behind the question.
#[test]
fn help_is_whole_whatever_is_named_behind_it() {
    for command in ["charges", "sessions", "upivia"] {
        assert!(told(&["--help", "charges"]).stdout.contains(&format!("\n  {command} ")));
    }
    for command in ["create", "list", "cancel"] {
        let help = told(&["charges", "--help", "create"]).stdout;
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}

#[test]
fn an_operation_is_described_in_full() {
    let one = schema(&["charges.create"]);
    assert_eq!(one, schema(&["charges", "create"]));
    assert_eq!(
        (&one["effect"], &one["route"]),
        (&"moves money".into(), &"POST /v1/charges".into())
    );
    let option = |one: &Value, name: &str| {
        let options = one["options"].as_array().unwrap();
        options.iter().find(|it| it["option"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    let method = option(&one, "--method");
    assert_eq!((&method["values"][0], &method["required"]), (&"pix".into(), &true.into()));
    assert_eq!(option(&one, "--amount")["unit"], "major");
    assert_eq!(one["result"]["type"], "object");
    assert!(one["key"].as_str().unwrap().starts_with("--key"));
    let mut call = one["options_of_the_call"].as_array().unwrap().iter();
    assert!(call.any(|it| it["option"] == "--max-amount"));
    let listed = schema(&["upivia.agents.list"]);
    assert_eq!(
        (&listed["effect"], &listed["repeated"]),
        (&"reads".into(), &"where it may have arrived too".into())
    );
    let unknown = end(program(&Home::new()).args(["schema", "charges.creat"]));
    assert_eq!(unknown.code, 2, "{unknown:?}");
}

#[test]
fn the_programs_own_commands_are_described_too() {
    for command in schema(&[])["commands"].as_array().unwrap() {
        let words = command["command"].as_str().unwrap();
        let words: Vec<&str> = words.split(' ').skip(1).collect();
        let one = schema(&words);
        assert_eq!(one["about"], command["about"], "{words:?}");
        assert!(one["exit_codes"].is_array(), "{words:?}");
        let abouts = one["options"].as_array().unwrap().iter().map(|it| &it["about"]);
        assert!(abouts.clone().all(Value::is_string), "{words:?}: an option without a sentence");
    }
    let login = schema(&["upivia", "login"]);
    let kind = login["options"].as_array().unwrap().iter().find(|it| it["option"] == "--kind");
    assert_eq!(kind.unwrap()["values"], serde_json::json!(["agent-key", "pat", "cookie"]));
    assert_eq!(schema(&["request"])["effect"], "moves money");
}

/// Shrinks as operations are added.
#[test]
fn routes_without_a_command_are_listed_with_their_reason() {
    let listed = schema(&["--untyped"]);
    let routes = listed["untyped"].as_array().unwrap();
    assert_eq!(routes.len(), untyped().count());
    let commands: BTreeSet<_> = commands().into_iter().collect();
    for route in routes {
        assert!(route["reason"].is_string(), "{route}");
        let command = route["command"].as_str().unwrap();
        let is_request = command.starts_with("codespar request ");
        assert_eq!(is_request, route["operation"].is_null(), "{route}");
        assert!(is_request || commands.contains(command), "{route}");
    }
    let old = routes.iter().find(|it| it["route"] == "GET /v1/triggers").unwrap();
    assert_eq!(old["successor"], "GET /v1/webhook-endpoints");
    assert_eq!(old["command"], "codespar webhook-endpoints list");
}

#[test]
fn every_command_has_its_page() {
    let home = Home::new();
    let folder = home.0.join("man");
    let ended = end(program(&home).arg("man").arg("--dir").arg(&folder));
    assert_eq!(ended.code, 0, "{ended:?}");
    let files = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name());
    let files: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
    for command in commands() {
        let name = format!("{}.1", command.replace(' ', "-"));
        assert!(files.contains(&name), "{name}");
        let page = fs::read_to_string(folder.join(name)).unwrap();
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH \"EXIT STATUS\""] {
            assert!(page.contains(section), "{command}: {section}");
        }
    }
    assert!(files.contains("codespar.1") && files.contains("codespar-charges.1"));
    let one = told(&["man", "charges", "create"]).stdout;
    assert_eq!(one, fs::read_to_string(folder.join("codespar-charges-create.1")).unwrap());
    assert!(one.replace("\\-", "-").contains("--due-date"), "{one}");
    assert_eq!(end(program(&home).args(["man", "nothing"])).code, 2);
}

#[test]
fn shells_are_told_of_every_command_and_understand_it() {
    let home = Home::new();
    for (shell, checks) in [
        ("bash", Some("bash -n")),
        ("zsh", Some("zsh -n")),
        ("fish", Some("fish --no-execute")),
        ("powershell", None),
    ] {
        let script = told(&["completions", shell]).stdout;
        for word in ["due-date", "service-requests", "max-amount"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        for command in commands() {
            // What is written for fish knows names of three words.
            let words: Vec<&str> = command.split(' ').skip(1).collect();
            let [.., last] = words[..] else { panic!("{command}") };
            if shell == "fish" && words.len() > 3 {
                continue;
            }
            assert!(script.contains(last), "{shell}: {command}");
        }
        let file = home.0.join(shell);
        fs::write(&file, &script).unwrap();
        if let Some(checked) = checks.and_then(|checks| check(checks, &file)) {
            assert!(checked, "{shell} does not understand its completions");
        }
    }
    if let Some(words) = completed_by_bash(&home.0.join("bash")) {
        assert!(words.contains("charges") && !words.contains("wallets"), "{words}");
    }
}

/// Whether a shell understands a script; `None` where there is no such shell.
fn check(command: &str, script: &Path) -> Option<bool> {
    let mut words = command.split(' ');
    let output = Command::new(words.next()?).args(words).arg(script).output().ok()?;
    Some(output.status.success() && output.stderr.is_empty())
}

/// What bash completes `codespar cha` to, where it is there.
fn completed_by_bash(script: &Path) -> Option<String> {
    let asked = "source \"$0\"; COMP_WORDS=(codespar cha); COMP_CWORD=1; \
                 _codespar codespar cha codespar; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", asked]).arg(script).output().ok()?;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).ok()
}
