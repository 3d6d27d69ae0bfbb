//! Lists of which some lines went well and others did not.

use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::json;

use crate::program::{Ended, run};

/// A batch of payments to a Pix key, in centavos, and what paying it came to.
fn pay(sandbox: &Sandbox, minor: &[i64]) -> Ended {
    let items: Vec<_> =
        minor.iter().map(|it| json!({ "pix_key": "a@b.test", "amount_minor": it })).collect();
    let items = json!(items).to_string();
    let create = ["payables", "batches", "create", "--items", &items, "--output", "jsonl"];
    let made = run(sandbox, &create);
    assert_eq!(made.code, 0, "{made:?}");
    let made = made.last();
    let (id, version) = (made["batch_id"].as_str().unwrap(), made["version"].to_string());
    let pay = ["payables", "batches", "pay", id, "--version", &version];
    let hash = ["--list-hash", made["list_hash"].as_str().unwrap(), "--output", "jsonl"];
    run(sandbox, &[&pay[..], &hash, &["--pause-ms", "1"]].concat())
}

/// R$ 6,66 is refused by the made-up rail, and of R$ 6,67 nobody hears again.
#[test]
fn a_batch_is_as_its_worst_bill() {
    let sandbox = Sandbox::start().unwrap();
    for (bills, code, exit) in
        [(&[100, 200, 300][..], 0, ""), (&[100, 666], 10, "partly_done"), (&[666], 4, "refused")]
    {
        let ended = pay(&sandbox, bills);
        assert_eq!(ended.code, code, "{bills:?}: {ended:?}");
        // The bills are shown, whatever became of them.
        assert!(ended.stdout.contains("\"batch_id\""), "{ended:?}");
        if code != 0 {
            assert_eq!(ended.error()["exit"], exit, "{ended:?}");
            assert_eq!(ended.error()["key"], ended.key().as_str(), "{ended:?}");
        }
    }
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 4);
}

/// Answers with bills that stand like this, in this order.
fn bills(sandbox: &Sandbox, path: &str, states: &[&str]) {
    let item =
        |(at, state): (usize, &&str)| json!({ "item_id": "i", "position": at, "state": state });
    let items: Vec<_> = states.iter().enumerate().map(item).collect();
    let batch = json!({ "batch_id": "pb_1", "status": "completed", "items": items });
    sandbox.clear_faults();
    sandbox.inject(Fault::on("POST", path).always().answer(200, batch));
}

#[test]
fn one_bill_that_may_be_paid_is_worse_than_all_that_are_not() {
    let sandbox = Sandbox::start().unwrap();
    let pay = ["payables", "batches", "pay", "pb_1", "--version", "1", "--list-hash", "h"];
    for (states, code) in [
        (&["executed", "refused", "uncertain", "executed"][..], 7),
        (&["executed", "dispatching"], 7),
        (&["executed", "something_new"], 7),
        (&["executed", "rejected"], 10),
        (&["executed", "excluded"], 0),
    ] {
        bills(&sandbox, "/v1/payables/batches/pb_1/pay", states);
        let ended = run(&sandbox, &pay);
        assert_eq!(ended.code, code, "{states:?}: {ended:?}");
        assert!(ended.stderr.contains("next: the same command with --key ") == (code == 7));
    }
}

/// Of a list that is added to, what was there before does not count.
#[test]
fn bills_that_are_rejected_are_lines_too() {
    let sandbox = Sandbox::start().unwrap();
    let items =
        r#"[{"pix_key":"a@b.test","amount_minor":1},{"pix_key":"c@d.test","amount_minor":2}]"#;
    let create = ["payables", "batches", "create", "--items", items];
    let add = ["payables", "batches", "add-items", "pb_1", "--items", items];
    let add = [&add[..], &["--expected-version", "1"]].concat();
    let path = "/v1/payables/batches";
    for (command, states, code) in [
        (&create[..], &["ready", "needs_complement"][..], 0),
        (&create, &["ready", "rejected"], 10),
        (&create, &["rejected", "rejected"], 4),
        (&add, &["rejected", "ready", "ready"], 0),
        (&add, &["ready", "ready", "rejected"], 10),
    ] {
        bills(&sandbox, path, states);
        let ended = run(&sandbox, command);
        assert_eq!(ended.code, code, "{command:?} {states:?}: {ended:?}");
    }
}

/// What an agent did in a turn are lines, too.
#[test]
fn a_turn_is_as_its_worst_tool_call() {
    let sandbox = Sandbox::start().unwrap();
    let open = ["client", "create", "--user-id", "u1", "--output", "jsonl", "--fields", "id"];
    let session = run(&sandbox, &open).last()["id"].as_str().unwrap().to_owned();
    let call = |name: &str, status: &str, output| {
        json!({ "id": "tc_1", "tool_name": name, "server_id": "s", "status": status,
                "output": output })
    };
    let done = call("codespar_charge", "success", json!({ "id": "ch_1" }));
    let refused = call("codespar_pay", "error", json!({ "error": "policy_denied" }));
    let lost = call("codespar_pay", "error", json!({ "error": "timeout" }));
    for (calls, code) in [
        (vec![done.clone()], 0),
        (vec![refused.clone()], 4),
        (vec![done.clone(), refused], 10),
        (vec![done, lost], 7),
    ] {
        sandbox.clear_faults();
        let answer = json!({ "message": "", "tool_calls": calls, "iterations": 1 });
        sandbox.inject(Fault::on("POST", "/v1/sessions/").always().answer(200, answer));
        let send = ["session", "send", "--session", &session, "--message", "m"];
        let ended = run(&sandbox, &[&send[..], &["--output", "jsonl"]].concat());
        assert_eq!(ended.code, code, "{ended:?}");
    }
}
