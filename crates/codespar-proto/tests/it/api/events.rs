//! Events that have happened (`/v1/events`).

use codespar_proto::{testing::Recorded, webhook_endpoints::Window};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn events_are_counted() {
    let answer = json!({"window": "7d", "total": 3,
        "by_type": {"commerce.charge.paid": 2, "session.closed": 1}});
    let answer = Recorded::json(200, answer);
    let text = told(answer, |client| client.events().summary(Some(Window::Week)));
    assert_snapshot!("events_are_counted", text);
}

#[test]
fn what_would_not_have_an_event_is_counted() {
    let answer = json!({"event_id": "evt_1", "dispatched": 1, "rejected": 2, "trigger_id": null});
    let text = told(Recorded::json(202, answer), |client| client.events().replay("evt_1", None));
    assert!(text.contains("rejected: Some(2)"), "{text}");
}
