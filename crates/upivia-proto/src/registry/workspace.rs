//! Teams, workspaces, budgets, terminals.

use crate::{api::devices::commands::CommandStatus, types::object::Object};

operations! {
    client;

    "teams.list" {} => client.teams().list();
    "teams.switch" { team_id: Option<String> } => client.teams().switch(team_id.as_deref());
    "teams.budget" { team_id: String } => client.teams().budget(&team_id);
    "teams.allocate_budget" { team_id: String, body: Object } =>
        client.teams().allocate_budget(&team_id, &body);
    "teams.members.list" { team_id: String } => client.teams().members().list(&team_id);
    "teams.members.update" { team_id: String, membership_id: String, body: Object } =>
        client.teams().members().update(&team_id, &membership_id, &body);

    "workspaces.list" {} => client.workspaces().list();
    "workspaces.switch" { org_id: String } => client.workspaces().switch(&org_id);

    "budget_requests.create" { body: Object } => client.budget_requests().create(&body);
    "budget_requests.list" {} => client.budget_requests().list();
    "budget_requests.resolve" { request_id: String, body: Object } =>
        client.budget_requests().resolve(&request_id, &body);

    "devices.heartbeat" { session_id: String } => client.devices().heartbeat(&session_id);
    "devices.sessions.list" {} => client.devices().sessions().list();
    "devices.sessions.update" { session_id: String, body: Object } =>
        client.devices().sessions().update(&session_id, &body);
    "devices.sessions.command" { session_id: String, content: String } =>
        client.devices().sessions().command(&session_id, &content);
    "devices.sessions.delete" { session_id: String } =>
        client.devices().sessions().delete(&session_id);
    "devices.sessions.cwd" { session_id: String, body: Object } =>
        client.devices().sessions().cwd(&session_id, &body);
    "devices.commands.update" { command_id: String, status: CommandStatus } =>
        client.devices().commands().update(&command_id, &status);
    // Another name for the same.
    "devices.commands_update" { command_id: String, status: CommandStatus } =>
        client.devices().commands().update(&command_id, &status);
}
