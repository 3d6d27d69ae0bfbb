//! Workflows, their runs and who may start them.

use serde_json::{Value, json};

use crate::support::upivia::{As, Upivia, id, refused, upivia};

/// A workflow of two steps with a published version: its path and the version's id.
fn workflow(upivia: &Upivia) -> (String, String) {
    let made = upivia.made(As::Session, "/workflows", json!({ "name": "Digest" }));
    let path = format!("/workflows/{}", id(&made, "workflow"));
    let steps = json!({ "steps": [{ "id": "s1" }, { "id": "s2" }], "edges": [] });
    let version = upivia.made(As::Session, &format!("{path}/versions"), steps);
    let version = id(&version, "version").to_owned();
    let draft = json!({ "workflow_version_id": version, "input": {} });
    let early = upivia.post(As::Session, &format!("{path}/runs"), draft);
    assert_eq!(refused(&early), (409, "version_not_published"));
    let publish = format!("{path}/versions/{version}/publish");
    let asked = upivia.made(As::Session, &publish, json!({}));
    assert_eq!(asked["publish_request"]["status"], "pending");
    upivia.read_until(As::Session, &path, |body| body["versions"][0]["status"] == "published");
    (path, version)
}

#[test]
fn workflows_run_wait_fail_and_are_repeated() {
    let upivia = upivia();
    let (path, version) = workflow(&upivia);
    let runs = format!("{path}/runs");
    let start = |input: Value| {
        let run = json!({ "workflow_version_id": version, "input": input, "budget_cents": 10 });
        let run = upivia.made(As::Session, &runs, run);
        assert_eq!(run["run"]["status"], "pending");
        format!("{runs}/{}", id(&run, "run"))
    };
    let until = |run: &str, status: &str| {
        upivia.read_until(As::Session, run, |body| body["run"]["status"] == status)
    };
    until(&start(json!({})), "completed");

    let waiting = start(json!({ "sandbox": "waiting_approval" }));
    until(&waiting, "waiting_approval");
    let approvals = upivia.read(As::Session, "/approvals?status=pending");
    let approval = approvals["approvals"][0]["id"].as_str().unwrap();
    upivia.made(As::Session, &format!("/approvals/{approval}/approve"), json!({}));
    until(&waiting, "completed");

    let failing = start(json!({ "sandbox": "failed" }));
    let failed = until(&failing, "failed");
    let steps = &failed["run"]["steps"];
    assert_eq!((&steps[0]["step_id"], &steps[0]["status"]), (&json!("s1"), &json!("completed")));
    assert_eq!((&steps[1]["step_id"], &steps[1]["status"]), (&json!("s2"), &json!("failed")));
    let retried = upivia.made(As::Session, &format!("{failing}/steps/s2/retry"), json!({}));
    assert_eq!(retried["step"]["id"], "s2");
    until(&failing, "completed");
    let none = upivia.made(As::Session, &format!("{failing}/rerun-failed"), json!({}));
    assert_eq!(none, json!({ "retried": 0 }));
    let over = upivia.post(As::Session, &format!("{failing}/cancel"), json!({}));
    assert_eq!(refused(&over), (409, "conflict"));
    assert_eq!(upivia.read(As::Session, &runs)["runs"].as_array().unwrap().len(), 3);
}

#[test]
fn workflows_are_granted_shared_and_taken_back() {
    let upivia = upivia();
    let (path, version) = workflow(&upivia);
    let agent = upivia.sandbox().upivia_agent_id();
    let grants = format!("{path}/agents");
    assert_eq!(upivia.post(As::Session, &grants, json!({ "agent_id": agent })).status, 201);
    assert_eq!(upivia.read(As::Session, &grants)["agents"][0]["id"], agent);
    let skills = format!("/agents/{agent}/skills");
    let skill = upivia.read(As::Token, &skills)["skills"][0].clone();
    assert_eq!(skill["kind"], "workflow");
    let workflow = skill["id"].as_str().unwrap();
    assert_eq!(upivia.delete(As::Session, &format!("{skills}?workflow_id={workflow}")).status, 200);
    assert_eq!(upivia.delete(As::Session, &format!("{grants}?agent_id={agent}")).status, 404);
    upivia.made(As::Session, &grants, json!({ "agent_id": agent }));
    assert_eq!(upivia.delete(As::Session, &format!("{grants}?agent_id={agent}")).status, 204);

    upivia.made(As::Session, &format!("{path}/share"), json!({ "scope": "team" }));
    assert_eq!(upivia.read(As::Session, &format!("{path}/export"))["manifest"]["version"], 1);
    let back = format!("{path}/versions/{version}/unpublish");
    assert_eq!(upivia.made(As::Session, &back, json!({}))["version"]["status"], "draft");
    let renamed = upivia.patch(As::Session, &path, json!({ "category": "ops" }));
    assert_eq!(renamed.body["workflow"]["category"], "ops");
    let template =
        upivia.read(As::Session, "/workflows/from-template")["templates"][0]["id"].clone();
    let wish = json!({ "template_id": template, "agent_id": agent });
    let made = upivia.made(As::Session, "/workflows/from-template", wish);
    let versions = upivia.read(As::Session, &format!("/workflows/{}", id(&made, "workflow")));
    assert_eq!(versions["versions"][0]["status"], "published");
    let ops = upivia.read(As::Session, "/workflows?category=ops");
    assert_eq!(ops["workflows"].as_array().unwrap().len(), 1);
    assert_eq!(upivia.delete(As::Session, &path).status, 204);
}
