//! The sandbox as a program.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_codespar-sandbox"))
}

fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// Ends the program whatever becomes of the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_prints_where_it_is_and_serves() {
    let arguments = [
        "--port",
        "0",
        "--dialect",
        "self-hosted",
        "--settle-after",
        "500ms",
        "--server",
        "nfe-io",
    ];
    let mut child = program().args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _running = Running(child);
    let lines: Vec<String> = lines.take(6).map(Result::unwrap).collect();
    let url = lines[0].strip_prefix("CODESPAR_BASE_URL=").unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert!(lines[1].starts_with("CODESPAR_API_KEY=csk_test_"), "{lines:?}");
    let names = ["UPIVIA_BASE_URL", "UPIVIA_API_KEY", "UPIVIA_PAT", "UPIVIA_COOKIE"];
    for (line, name) in lines.iter().skip(2).zip(names) {
        assert!(line.starts_with(&format!("{name}=")), "{line}");
    }
    let upivia = lines[2].strip_prefix("UPIVIA_BASE_URL=").unwrap();
    assert_eq!(upivia, format!("{url}/upivia"));
    let health = ureq::get(format!("{upivia}/api/v1/healthz")).call().unwrap();
    assert_eq!(health.status(), 200);
    let health = ureq::get(format!("{url}/health")).call().unwrap();
    assert_eq!(health.headers()["x-api-version"], "v1");
}

#[test]
fn bad_arguments_are_named() {
    let table: [(&[&str], &str); 5] = [
        (&["--port", "x"], "cannot parse"),
        (&["--dialect", "other"], "neither managed nor self-hosted"),
        (&["--settle-after", "-2s"], "cannot be negative"),
        (&["--host", "0.0.0.0"], "--host"),
        (&["extra"], "extra"),
    ];
    for (arguments, expected) in table {
        let output = output(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
}

#[test]
fn help_lists_the_options() {
    let output = output(&["--help"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("--settle-after TIME"));
}
