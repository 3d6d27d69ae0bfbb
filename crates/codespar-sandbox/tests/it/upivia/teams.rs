//! Teams, workspaces and their money.

use serde_json::{Value, json};

use crate::support::upivia::{As, id, refused, upivia};

#[test]
fn teams_and_workspaces_are_switched_by_cookie() {
    let upivia = upivia();
    let cookie = |path: &str, body: Value| {
        let reply = upivia.post(As::Session, path, body);
        assert_eq!(reply.body, json!({ "ok": true }));
        let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
        cookie.split(';').next().unwrap().to_owned()
    };
    let team = cookie("/teams/switch", json!({ "team_id": "team_second" }));
    assert_eq!(team, "active_team=team_second");
    let teams = |who| upivia.read(who, "/teams")["teams"].as_array().unwrap().len();
    assert_eq!((teams(As::Session), teams(As::Switched(&team))), (2, 1));
    let all = cookie("/teams/switch", json!({ "team_id": null }));
    assert_eq!((all.as_str(), teams(As::Switched(&all))), ("active_team=", 2));
    let other = cookie("/workspaces/switch", json!({ "orgId": "org_second" }));
    assert_eq!(upivia.read(As::Switched(&other), "/balance")["amount_cents"], 0);
    assert_eq!(upivia.read(As::Switched(&other), "/workspaces")["workspaces"][1]["active"], true);
    assert_eq!(
        upivia.post(As::Session, "/workspaces/switch", json!({ "orgId": "no" })).status,
        404
    );

    let budget = "/teams/team_default/budget";
    let given =
        upivia.made(As::Session, &format!("{budget}/allocate"), json!({ "amount_cents": 100 }));
    assert_eq!(given, json!({ "pool_cents": 100 }));
    let wish = json!({ "team_id": "team_default", "amount_cents": 50 });
    let wish = upivia.made(As::Session, "/budget-requests", wish);
    let path = format!("/budget-requests/{}", id(&wish, "request"));
    let decided =
        upivia.patch(As::Session, &path, json!({ "action": "approve", "amount_cents": 20 }));
    assert_eq!(decided.body["request"]["status"], "approved");
    assert_eq!(upivia.read(As::Session, "/budget-requests")["requests"], json!([]));
    assert_eq!(upivia.read(As::Session, budget)["pool_cents"], 120);
    assert_eq!(upivia.read(As::Token, "/balance?team_id=team_default")["amount_cents"], 120);
    let much = json!({ "amount_cents": 1_000_000 });
    let poor = upivia.post(As::Session, &format!("{budget}/allocate"), much);
    assert_eq!(refused(&poor), (402, "insufficient_balance"));
    let members = "/teams/team_default/members";
    let member = upivia.read(As::Session, members)["members"][0]["id"].clone();
    let path = format!("{members}/{}", member.as_str().unwrap());
    assert_eq!(upivia.patch(As::Session, &path, json!({ "role": "worker" })).status, 200);
    assert_eq!(upivia.read(As::Session, members)["members"][0]["role"], "worker");
}
