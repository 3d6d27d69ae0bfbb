//! What the Upivia side remembers.

use std::{collections::BTreeMap, time::Instant};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::store::{settings::Settings, table::Table, verdict::Verdict};

/// The agent that is there from the start.
pub(crate) const AGENT: &str = "agt_sandbox";
/// The workspace a user is in at first, and another one.
pub(crate) const WORKSPACE: &str = "org_sandbox";
pub(crate) const OTHER_WORKSPACE: &str = "org_second";
/// The team that every workspace has at first.
pub(crate) const TEAM: &str = "team_default";

/// Tables are kept per workspace.
#[derive(Default)]
pub(crate) struct UpiviaState {
    pub(crate) keys: Vec<AgentKey>,
    /// What each workspace has to spend, in cents.
    pub(crate) balances: BTreeMap<String, i64>,
    pub(crate) verdicts: BTreeMap<String, Verdict>,
    pub(crate) requests: Vec<ServiceRequest>,
    pub(crate) scheduled: Vec<ScheduledStep>,
    /// The content of stored objects, by their id.
    pub(crate) contents: BTreeMap<String, Bytes>,
    /// The secrets of triggers, by their id.
    pub(crate) secrets: BTreeMap<String, String>,
    pub(crate) agents: Table,
    pub(crate) agent_requests: Table,
    pub(crate) approvals: Table,
    pub(crate) bindings: Table,
    pub(crate) budget_requests: Table,
    pub(crate) chat_sessions: Table,
    pub(crate) collections: Table,
    pub(crate) commands: Table,
    pub(crate) devices: Table,
    pub(crate) documents: Table,
    pub(crate) grants: Table,
    pub(crate) human_inputs: Table,
    pub(crate) logs: Table,
    pub(crate) members: Table,
    pub(crate) memories: Table,
    pub(crate) messages: Table,
    pub(crate) objects: Table,
    pub(crate) publish_requests: Table,
    pub(crate) room_messages: Table,
    pub(crate) rooms: Table,
    pub(crate) runs: Table,
    pub(crate) scheduled_tasks: Table,
    pub(crate) tasks: Table,
    pub(crate) teams: Table,
    pub(crate) triggers: Table,
    pub(crate) usage: Table,
    pub(crate) versions: Table,
    pub(crate) workflows: Table,
}

/// A call of a service, as an agent asks for it.
pub(crate) struct ServiceCall {
    pub(crate) agent: String,
    /// Such as `email.send`.
    pub(crate) operation: String,
    pub(crate) payload: Value,
    pub(crate) metadata: Value,
    pub(crate) key: Option<String>,
    /// Whether a person has to approve it whatever the policy says.
    pub(crate) needs_approval: bool,
}

/// A service request that was taken.
pub(crate) struct ServiceRequest {
    pub(crate) id: String,
    pub(crate) workspace: String,
    pub(crate) call: ServiceCall,
    pub(crate) price_cents: i64,
    /// How it was answered at first, which a repetition gets again.
    pub(crate) first: Value,
    /// How it stands.
    pub(crate) outcome: Value,
}

/// Something that will have happened at this time.
pub(crate) struct ScheduledStep {
    pub(crate) due: Instant,
    pub(crate) workspace: String,
    pub(crate) id: String,
    pub(crate) step: Step,
}

/// The next step of a row, which it takes by itself.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// A running service request ends.
    RequestEnds,
    /// A workflow run begins, or ends.
    RunAdvances,
    /// A document is taken in.
    DocumentAdvances,
    /// A publish request is approved.
    VersionIsPublished,
    /// A delegated task ends.
    TaskEnds,
    /// A scheduled task runs.
    ScheduleRuns,
    /// The agents of a room answer a message.
    RoomAnswers,
    /// A swarm works for a round.
    SwarmRound,
}

/// A key, and the agent it speaks for.
pub(crate) struct AgentKey {
    pub(crate) key: String,
    pub(crate) agent: String,
    pub(crate) workspace: String,
}

impl UpiviaState {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut upivia = Self::default();
        upivia.balances.insert(WORKSPACE.to_owned(), settings.upivia.balance_cents);
        upivia.balances.insert(OTHER_WORKSPACE.to_owned(), 0);
        for workspace in [WORKSPACE, OTHER_WORKSPACE] {
            let team = json!({ "id": TEAM, "name": "Default", "pool_cents": 0 });
            upivia.teams.insert(workspace, TEAM, team);
            let member = json!({ "id": "mb_1", "team_id": TEAM, "role": "manager" });
            upivia.members.insert(workspace, "mb_1", member);
        }
        let second = json!({ "id": "team_second", "name": "Second", "pool_cents": 0 });
        upivia.teams.insert(WORKSPACE, "team_second", second);
        for (id, name) in [("agt_chat", "Chat"), (AGENT, "Sandbox")] {
            let agent = json!({
                "id": id,
                "name": name,
                "status": "active",
                "monthly_budget_cents": 1_000_000,
                "monthly_spent_cents": 0,
                "protected": id != AGENT,
            });
            upivia.agents.insert(WORKSPACE, id, agent);
        }
        let key = settings.upivia.agent_key.clone();
        upivia.keys.push(AgentKey {
            key,
            agent: AGENT.to_owned(),
            workspace: WORKSPACE.to_owned(),
        });
        upivia
    }
}
