//! What is written, where, and by which code it ends.

use std::{fs, io::Read as _, net::TcpListener, process::Stdio};

use codespar_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::program::{Home, at, end, program, run};

const GET: &[&str] = &["charges", "list", "--output", "jsonl"];

#[test]
fn failures_have_their_codes_and_documents() {
    let sandbox = Sandbox::start().unwrap();
    for (status, code, exit) in [
        (401, 3, "not_logged_in"),
        (429, 9, "rate_limited"),
        (404, 1, "failed"),
        (500, 1, "failed"),
    ] {
        sandbox.clear_faults();
        let fault = Fault::on("GET", "/v1/charges").always();
        sandbox.inject(fault.answer(status, json!({ "error": "no" })));
        let ended = run(&sandbox, &[GET, &["--retries", "0"]].concat());
        assert_eq!(ended.code, code, "{status}: {ended:?}");
        assert_eq!(ended.error()["exit"], exit, "{ended:?}");
        assert_eq!(ended.error()["status"], status, "{ended:?}");
        assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{ended:?}");
    }
    for (status, code) in [(401, 3), (429, 9), (403, 4), (400, 4)] {
        sandbox.clear_faults();
        let fault = Fault::on("POST", "/v1/charges").always();
        sandbox.inject(fault.answer(status, json!({ "error": "policy_denied" })));
        let cancel = ["charges", "cancel", "chg_1", "--retries", "0"];
        let ended = run(&sandbox, &cancel);
        assert_eq!(ended.code, code, "{status}: {ended:?}");
    }
}

#[test]
fn what_never_left_is_told_from_what_did() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let home = Home::new();
    let mut command = program(&home);
    command.env("CODESPAR_API_KEY", ["csk", "test", "1"].join("_"));
    command.args(["charges", "cancel", "chg_1", "--output", "jsonl", "--retries", "0"]);
    let ended = end(command.args(["--base-url", &format!("http://{free}")]));
    assert_eq!(ended.code, 8, "{ended:?}");
    assert_eq!(ended.error()["verdict"], "nothing_sent");
    assert_eq!(ended.error()["next"], "the same command");
}

#[test]
fn without_a_key_it_is_not_logged_in() {
    let home = Home::new();
    let ended = end(program(&home).args(GET));
    assert_eq!(ended.code, 3, "{ended:?}");
    assert_eq!(ended.error()["exit"], "not_logged_in");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_quiet_unless_something_was_done() {
    let sandbox = Sandbox::start().unwrap();
    let ended = |arguments: &[&str]| {
        let home = Home::new();
        let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
        drop(reader);
        let mut command = program(&home);
        at(&mut command, &sandbox)
            .args(arguments)
            .stdout(std::os::fd::OwnedFd::from(writer))
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (child.wait().unwrap().code().unwrap(), stderr)
    };
    assert_eq!(ended(&["whoami", "--output", "json"]).0, 0);
    let (code, stderr) = ended(&["schema"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let pix = ["charges", "create", "--amount", "1.00BRL", "--method", "pix", "--buyer.name", "A"];
    let (code, stderr) = ended(&pix);
    assert_eq!(code, 7, "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn an_output_file_is_private_whole_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let file = home.0.join("charge.json");
    let file = file.to_str().unwrap();
    let pix = [
        "charges",
        "create",
        "--amount",
        "1.00BRL",
        "--method",
        "pix",
        "--buyer.name",
        "A",
        "--output-file",
        file,
    ];
    let done = run(&sandbox, &pix);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("br.gov.bcb"), "{text}");
    assert!(!done.stdout.contains("br.gov.bcb"), "{done:?}");
    let before = sandbox.request_count();
    let again = run(&sandbox, &pix);
    assert_eq!(again.code, 2, "{again:?}");
    assert_eq!((sandbox.request_count(), fs::read_to_string(file).unwrap()), (before, text));
}

#[test]
fn wrong_usage_is_one_line_with_the_nearest_name() {
    let home = Home::new();
    let wrong = end(program(&home).args(["chrages", "--output", "jsonl"]));
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("'charges'") && !wrong.stderr.contains("Usage"), "{wrong:?}");
    assert_eq!(wrong.stderr.lines().count(), 1, "{wrong:?}");
    assert_eq!(wrong.error()["exit"], "usage");
    let group = end(program(&home).arg("charges"));
    assert_eq!(group.code, 2, "{group:?}");
    assert!(group.stderr.lines().any(|line| line.trim_start().starts_with("create")), "{group:?}");
    assert_eq!(group.stdout, "");
}

#[test]
fn a_list_that_breaks_off_is_partly_done() {
    let sandbox = Sandbox::start().unwrap();
    two_boletos(&sandbox);
    let list = ["charges", "list", "--limit", "1", "--retries", "0", "--output", "jsonl"];
    let whole = run(&sandbox, &list);
    assert_eq!((whole.code, whole.stdout.lines().count()), (0, 2), "{whole:?}");
    let fault = Fault::on("GET", "/v1/charges").skip(1);
    sandbox.inject(fault.answer(500, json!({ "error": "no" })));
    let part = run(&sandbox, &list);
    assert_eq!(part.code, 10, "{part:?}");
    assert_eq!(part.stdout.lines().count(), 2, "{part:?}");
    assert_eq!(part.error()["exit"], "partly_done");
}

/// Two boletos, which are the charges that are listed.
fn two_boletos(sandbox: &Sandbox) {
    for _ in 0..2 {
        let boleto = "charges create --amount 1.00BRL --method boleto --consumer-id con_1 \
                      --due-date 2030-12-31 --buyer.name A --buyer.document 11144477735";
        let boleto: Vec<&str> = boleto.split(' ').filter(|word| !word.is_empty()).collect();
        assert_eq!(run(sandbox, &boleto).code, 0);
    }
}

#[test]
fn items_are_written_as_they_come() {
    let sandbox = Sandbox::start().unwrap();
    two_boletos(&sandbox);
    let list = ["charges", "list", "--limit", "1", "--retries", "0", "--output", "json"];
    let whole = run(&sandbox, &list);
    let items: Vec<serde_json::Value> = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!((whole.code, items.len()), (0, 2), "{whole:?}");
    // The second page does not come: the first is there, then the error.
    sandbox.inject(Fault::on("GET", "/v1/charges").skip(1).answer(500, json!({ "error": "no" })));
    let part = run(&sandbox, &list);
    assert_eq!(part.code, 10, "{part:?}");
    let (items, error) = part.stdout.rsplit_once("]\n").unwrap();
    let items: Vec<serde_json::Value> = serde_json::from_str(&format!("{items}]")).unwrap();
    assert_eq!(items.len(), 1, "{part:?}");
    assert!(error.contains("partly_done"), "{part:?}");

    // While the second page is waited for, the first has been written.
    for format in ["json", "jsonl"] {
        sandbox.clear_faults();
        let late = Fault::on("GET", "/v1/charges").skip(1);
        sandbox.inject(late.delay(std::time::Duration::from_secs(60)));
        let home = Home::new();
        let mut command = program(&home);
        at(&mut command, &sandbox).args(["charges", "list", "--limit", "1", "--output", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = Vec::new();
        let mut stdout = child.stdout.take().unwrap();
        while !first.ends_with(b"}") {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            first.extend(byte);
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn tables_show_what_tells_most_and_json_shows_all() {
    let sandbox = Sandbox::start().unwrap();
    two_boletos(&sandbox);
    let table = run(&sandbox, &["charges", "list"]);
    let head = table.stdout.lines().next().unwrap();
    assert!(head.starts_with("ID ") && head.contains("STATUS"), "{table:?}");
    let asked = run(&sandbox, &["charges", "list", "--fields", "status,id"]);
    let head: Vec<&str> = asked.stdout.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(head, ["STATUS", "ID"], "{asked:?}");
    let agents = run(&sandbox, &["upivia", "agents", "list"]);
    assert!(agents.stdout.contains("ID ") && agents.stdout.contains("NAME"), "{agents:?}");
    assert!(!agents.stdout.contains('\u{1b}'), "{agents:?}");
    let whole = run(&sandbox, &["upivia", "agents", "list", "--output", "jsonl"]);
    let agent = whole.last()["agents"][0].clone();
    assert!(agent["id"].is_string() && agent["id"] != "[redacted]", "{agent}");
}
