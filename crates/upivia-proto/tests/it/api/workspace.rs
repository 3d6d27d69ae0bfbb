//! Teams, workspaces, budgets, terminals.

use serde_json::json;
use upivia_proto::devices::CommandStatus;

use crate::support::shown;

#[test]
fn teams() {
    let text = shown! { client;
        "teams.list/typical" => client.teams().list();
        "teams.switch/typical" => client.teams().switch(Some("team_1"));
        "teams.switch/clear" => client.teams().switch(None);
        "teams.budget/typical" => client.teams().budget("team_1");
        "teams.allocate_budget/typical" => client.teams()
            .allocate_budget("team_1", &json!({"amount_cents": 100, "note": "april"}));
        "teams.members.list/typical" => client.teams().members().list("team_1");
        "teams.members.update/role" => client.teams().members()
            .update("team_1", "mb_1", &json!({"role": "manager"}));
    };
    insta::assert_snapshot!(text, @r#"
    ## teams.list/typical
    > GET /api/v1/teams (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"teams": [{"id": "team_1"}]}
    = Ok(Object(Json(object, 29 bytes)))
    ## teams.switch/typical
    > POST /api/v1/teams/switch (timeout 60s)
      authorization: Bearer [redacted]
      {
        "team_id": "team_1"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## teams.switch/clear
    > POST /api/v1/teams/switch (timeout 60s)
      authorization: Bearer [redacted]
      {
        "team_id": null
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## teams.budget/typical
    > GET /api/v1/teams/team_1/budget (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"pool_cents": 1000, "allocations": []}
    = Ok(Object(Json(object, 39 bytes)))
    ## teams.allocate_budget/typical
    > POST /api/v1/teams/team_1/budget/allocate (timeout 60s)
      authorization: Bearer [redacted]
      {
        "amount_cents": 100,
        "note": "april"
      }
    < 200
      {"pool_cents": 1100}
    = Ok(Object(Json(object, 20 bytes)))
    ## teams.members.list/typical
    > GET /api/v1/teams/team_1/members (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"members": []}
    = Ok(Object(Json(object, 15 bytes)))
    ## teams.members.update/role
    > PATCH /api/v1/teams/team_1/members/mb_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "role": "manager"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
}

#[test]
fn workspaces_and_budgets() {
    let text = shown! { client;
        "workspaces.list/typical" => client.workspaces().list();
        "workspaces.switch/typical" => client.workspaces().switch("org_1");
        "budget_requests.create/typical" => client.budget_requests()
            .create(&json!({"team_id": "team_1", "amount_cents": 2500, "reason": "ads"}));
        "budget_requests.list/typical" => client.budget_requests().list();
        "budget_requests.resolve/typical" => client.budget_requests()
            .resolve("br_1", &json!({"action": "approve", "amount_cents": 2000}));
    };
    insta::assert_snapshot!(text, @r#"
    ## workspaces.list/typical
    > GET /api/v1/workspaces (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"workspaces": []}
    = Ok(Object(Json(object, 18 bytes)))
    ## workspaces.switch/typical
    > POST /api/v1/workspaces/switch (timeout 60s)
      authorization: Bearer [redacted]
      {
        "orgId": "org_1"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## budget_requests.create/typical
    > POST /api/v1/budget-requests (timeout 60s)
      authorization: Bearer [redacted]
      {
        "amount_cents": 2500,
        "reason": "ads",
        "team_id": "team_1"
      }
    < 201
      {"request": {"id": "br_1"}}
    = Ok(Object(Json(object, 27 bytes)))
    ## budget_requests.list/typical
    > GET /api/v1/budget-requests (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"requests": []}
    = Ok(Object(Json(object, 16 bytes)))
    ## budget_requests.resolve/typical
    > PATCH /api/v1/budget-requests/br_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "action": "approve",
        "amount_cents": 2000
      }
    < 200
      {"request": {"id": "br_1"}}
    = Ok(Object(Json(object, 27 bytes)))
    "#);
}

#[test]
fn devices() {
    let text = shown! { client;
        "devices.heartbeat/typical" => client.devices().heartbeat("ds_1");
        "devices.sessions.list/typical" => client.devices().sessions().list();
        "devices.sessions.update/rename" => client.devices().sessions()
            .update("ds_1", &json!({"action": "rename", "title": "laptop"}));
        "devices.sessions.command/typical" =>
            client.devices().sessions().command("ds_1", "run tests");
        "devices.sessions.delete/typical" => client.devices().sessions().delete("ds_1");
        "devices.sessions.cwd/409-no-device" => client.devices().sessions()
            .cwd("ds_1", &json!({"action": "get"}));
        "devices.commands.update/typical" => client.devices().commands()
            .update("cmd_1", &CommandStatus::Done);
    };
    insta::assert_snapshot!(text, @r#"
    ## devices.heartbeat/typical
    > POST /api/v1/devices/heartbeat (timeout 60s)
      authorization: Bearer [redacted]
      {
        "session_id": "ds_1"
      }
    < 200
      {"commands": [{"id": "cmd_1", "content": "ls"}]}
    = Ok(Object(Json(object, 48 bytes)))
    ## devices.sessions.list/typical
    > GET /api/v1/devices/sessions (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"sessions": []}
    = Ok(Object(Json(object, 16 bytes)))
    ## devices.sessions.update/rename
    > PATCH /api/v1/devices/sessions/ds_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "action": "rename",
        "title": "laptop"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## devices.sessions.command/typical
    > POST /api/v1/devices/sessions/ds_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "content": "run tests"
      }
    < 201
      {"command": {"id": "cmd_1"}}
    = Ok(Object(Json(object, 28 bytes)))
    ## devices.sessions.delete/typical
    > DELETE /api/v1/devices/sessions/ds_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## devices.sessions.cwd/409-no-device
    > POST /api/v1/devices/sessions/ds_1/cwd (timeout 60s)
      authorization: Bearer [redacted]
      {
        "action": "get"
      }
    < 409
      {"error": {"code": "device_offline", "message": "no live device"}}
    = Err(api) devices.sessions.cwd: no live device (status 409, code device_offline)
    ## devices.commands.update/typical
    > PATCH /api/v1/devices/commands/cmd_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "status": "done"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
}
