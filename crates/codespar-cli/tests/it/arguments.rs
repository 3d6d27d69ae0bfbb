//! `--input`, options over it, and secrets that are no arguments.

use std::fs;

use codespar_sandbox::Sandbox;

use crate::program::{Home, at, end, end_with_input, program, run};

#[test]
fn options_win_over_input_from_everywhere() {
    let sandbox = Sandbox::start().unwrap();
    let input =
        r#"{"amount":1.50,"currency":"BRL","method":"pix","buyer":{"name":"A","email":"a@b.c"}}"#;
    let common = [
        "charges",
        "create",
        "--dry-run",
        "--show-secrets",
        "--output",
        "jsonl",
        "--buyer.name",
        "B",
    ];
    let home = Home::new();
    let file = home.0.join("input.json");
    fs::write(&file, input).unwrap();
    let file = format!("@{}", file.display());
    let mut command = program(&home);
    let piped =
        end_with_input(at(&mut command, &sandbox).args(common).args(["--input", "-"]), input);
    let inline = run(&sandbox, &[&common[..], &["--input", input]].concat());
    let of_file = run(&sandbox, &[&common[..], &["--input", &file]].concat());
    for ended in [piped, inline, of_file] {
        assert_eq!(ended.code, 0, "{ended:?}");
        let body = &ended.last()["request"]["body"];
        assert_eq!(body["buyer"]["name"], "B", "{ended:?}");
        assert_eq!(body["buyer"]["email"], "a@b.c", "{ended:?}");
    }
    let unknown = run(&sandbox, &[&common[..], &["--input", r#"{"total":1}"#]].concat());
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert_eq!(sandbox.request_count(), 0);
}

#[test]
fn a_secret_comes_by_file_or_pipe_only() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let fire =
        ["upivia", "triggers", "fire", "--trigger-id", "t1", "--dry-run", "--output", "jsonl"];
    let input = r#"{"secret":"whsec_hidden"}"#;
    let inline = run(&sandbox, &[&fire[..], &["--input", input]].concat());
    assert_eq!(inline.code, 2, "{inline:?}");
    assert!(!inline.stderr.contains("whsec_hidden"), "{inline:?}");
    let option = run(&sandbox, &[&fire[..], &["--secret", "whsec_hidden"]].concat());
    assert_eq!(option.code, 2, "{option:?}");
    let mut command = program(&home);
    let piped = end_with_input(at(&mut command, &sandbox).args(fire).args(["--input", "-"]), input);
    assert_eq!(piped.code, 0, "{piped:?}");
    assert!(!piped.stdout.contains("whsec_hidden"), "{piped:?}");
    let missing = end(at(&mut program(&home), &sandbox).args(fire));
    assert_eq!(missing.code, 2, "{missing:?}");
    assert!(missing.stderr.contains("--input"), "{missing:?}");
}

#[test]
fn a_secret_in_a_list_comes_by_file_or_pipe_only() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let create = ["payables", "batches", "create", "--dry-run", "--output", "jsonl"];
    let input =
        r#"{"items":[{"pix_key":"a@b.co","amount_minor":1},{"boleto_line":"23793381286"}]}"#;
    let inline = run(&sandbox, &[&create[..], &["--input", input]].concat());
    assert_eq!(inline.code, 2, "{inline:?}");
    assert!(inline.stderr.contains("boleto_line") && !inline.stderr.contains("23793"));
    let mut command = program(&home);
    let piped =
        end_with_input(at(&mut command, &sandbox).args(create).args(["--input", "-"]), input);
    assert_eq!(piped.code, 0, "{piped:?}");
}

#[test]
fn an_input_that_says_something_twice_is_none() {
    let sandbox = Sandbox::start().unwrap();
    let pay = ["pay", "--description", "x", "--recipient", "k", "--output", "jsonl", "--input"];
    for twice in [
        r#"{"amount":1,"amount":99999,"currency":"BRL"}"#,
        r#"{"amount":1,"currency":"BRL","curr\u0065ncy":"USD"}"#,
    ] {
        let ended = run(&sandbox, &[&pay[..], &[twice]].concat());
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.stderr.contains("once"), "{ended:?}");
    }
    assert_eq!(sandbox.request_count(), 0);
}
