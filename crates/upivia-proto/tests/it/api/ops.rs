//! How everything stands, questions to people, steps that are passed over, what would be decided.

use serde_json::json;
use upivia_proto::{human_input::HumanInputQuery, ops::OpsRunQuery, simulations::PolicyCheck};

use crate::support::told;

#[test]
fn how_everything_stands() {
    let text = told! { client;
        "ops.runs": 200 {"runs": [{
            "id": "run_1", "workflow_id": "wf_1", "workflow_name": "Digest", "status": "paused",
            "triggered_by_type": "schedule", "error": null, "attempt": 2,
        }]} => client.ops().runs(&OpsRunQuery::default().status("paused").limit(25));
        "ops.snapshot": 200 {
            "fleet": {"agents_active": 2, "agents_total": 3.0, "rooms_active": 1,
                      "workflow_runs_running": 1, "workflow_runs_paused": 0},
            "blockers": {"pending_approvals": 1, "pending_human_inputs": 2, "active_incidents": 0},
            "spend": {"balance_cents": 4999, "month_spend_cents": 12.5,
                      "forecast_month_cents": 40, "days_until_balance_exhausted": 120.5},
            "automation": {"scheduler_leases": [
                {"subsystem": "triggers", "healthy": false, "heartbeat_age_s": 90},
            ]},
        } => client.ops().snapshot();
        "ops.snapshot, of nothing": 200 {} => client.ops().snapshot();
        "workflows.runs.get": 200 {"run": {
            "id": "run_1", "status": "failed", "error": "no",
            "steps": [{"step_id": "s1", "label": "Send", "step_type": "service", "status": "failed",
                       "error": "no", "cost_cents": 1}],
        }} => client.workflows().runs().get("wf_1", "run_1");
        "workflows.runs.skip_step": 200 {"step": {"step_id": "s1", "status": "skipped"}} =>
            client.workflows().runs().skip_step("wf_1", "run_1", "s1");
        "platform.whoami": 200 {"email": "ana@example.com"} => client.platform().whoami();
        "agents.list, of a team": 200 {"agents": []} => client.agents().of_team("team_1");
    };
    insta::assert_snapshot!(text);
}

#[test]
fn questions_to_people() {
    let text = told! { client;
        "human_input.list": 200 {"requests": [{
            "id": "hi_1", "title": "Which account?", "prompt_text": "Of two", "source": "workflow",
            "workflow_name": "Digest", "room_id": null, "assignee_email": "ana@example.com",
            "status": "pending", "run_id": "run_1",
        }]} => client.human_input().list(&HumanInputQuery::default().status("pending"));
        "human_input.answer": 200 {"request": {"id": "hi_1", "title": "Which account?"}} =>
            client.human_input().answer("hi_1", "The second.");
        "human_input.answer, of nothing": 200 {"ok": true} =>
            client.human_input().answer("hi_1", "The second.");
        "agent_requests.reject": 200 {"ok": true} =>
            client.agent_requests().reject("ar_1", Some("Not this month."));
        "agent_requests.reject, without a word": 200 {"ok": true} =>
            client.agent_requests().reject("ar_1", None);
    };
    let read: Vec<_> = text.lines().filter(|line| line.starts_with("= ")).collect();
    assert!(read.iter().all(|line| !line.contains("ana@example.com")), "{read:?}");
    insta::assert_snapshot!(text);
}

#[test]
fn what_would_be_decided() {
    let payload = json!({"to": "ana@example.com"});
    let text = told! { client;
        "simulations.policy_check": 200 {
            "decision": "blocked", "reason_code": "budget_exceeded", "estimated_cost_cents": 1,
            "checks": [
                {"name": "service_enabled", "ok": true, "detail": "enabled"},
                {"name": "budget", "ok": false, "detail": "0 cents are left", "fix": "Raise it"},
            ],
        } => client.simulations().policy_check(
            &PolicyCheck::new("agt_1", "email", "send", &payload).unwrap(),
        );
        "simulations.policy_check, of nothing known": 200 {"decision": "maybe"} =>
            client.simulations().policy_check(
                &PolicyCheck::new("agt_1", "email", "send", &json!({})).unwrap(),
            );
    };
    insta::assert_snapshot!(text);
}
