//! Tasks that run by the clock, and requests to people.

use serde_json::json;

use crate::support::upivia::{As, id, upivia};

#[test]
fn tasks_by_the_clock_and_requests_to_people() {
    let upivia = upivia();
    let made =
        upivia.made(As::Session, "/scheduled-tasks", json!({ "schedule_expr": "0 9 * * *" }));
    let path = format!("/scheduled-tasks/{}", id(&made, "task"));
    let runs = format!("{path}/runs");
    upivia.read_until(As::Session, &runs, |body| body["runs"][0]["status"] == "executed");
    assert_eq!(upivia.read(As::Session, &format!("{runs}?offset=1"))["runs"], json!([]));
    let paused = upivia.patch(As::Session, &path, json!({ "status": "paused" }));
    assert_eq!(paused.body["task"]["status"], "paused");
    assert_eq!(upivia.read(As::Session, "/scheduled-tasks?status=active")["tasks"], json!([]));
    assert_eq!(upivia.delete(As::Session, &path).status, 204);
    assert_eq!(upivia.get(As::Session, &path).status, 404);

    let asked = json!({ "request_type": "clarification", "body": "Which account?", "title": null });
    let asked = upivia.made(As::Token, "/agent-requests", asked);
    let resolve =
        json!({ "request_id": id(&asked, "request"), "action": "resolve", "response": "B" });
    assert_eq!(upivia.patch(As::Token, "/agent-requests", resolve).body, json!({ "ok": true }));
    assert_eq!(upivia.read(As::Token, "/agent-requests")["requests"], json!([]));
    let all = upivia.read(As::Token, "/agent-requests?status=all");
    assert_eq!(all["requests"][0]["response"], "B");
}
