//! Agents as the service keeps them, and what came of changing one.

use codespar_engine::{Answer, Args, Extra, Timestamp, WireEnum};

use crate::api::projects::Environment;

/// How an agent stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AgentStatus {
    /// It may act.
    Active,
    /// It may not spend; only people let it go on.
    Suspended,
    /// It is no longer in use.
    Retired,
    /// It is ended for good, with all of its keys.
    Revoked,
    /// It is named by a mandate and was never registered.
    Unregistered,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What an agent runs on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AgentRuntimeKind {
    /// A program with an SDK.
    Sdk,
    /// A program that speaks MCP.
    Mcp,
    /// The service runs the agent.
    Hosted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What an agent to be registered runs on.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct AgentRuntime {
    /// What kind of program it is.
    pub kind: AgentRuntimeKind,
    /// More about the program, in words.
    pub detail: Option<String>,
}

/// An agent as the service keeps it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Agent {
    /// The id under which the agent is registered.
    pub agent_id: Option<String>,
    /// Its decentralized identifier.
    pub did: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The status of the agent.
    pub status: Option<AgentStatus>,
    /// Whether it acts for a principal who is known.
    pub has_principal: Option<bool>,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
    /// What the agent runs on.
    pub runtime: Option<AgentRuns>,
    /// The role of the agent, in words.
    pub role: Option<String>,
    /// Where its active mandates are funded; empty without one.
    #[wire(default)]
    pub projects: Vec<AgentProject>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What an agent runs on.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AgentRuns {
    /// What kind of program it is.
    pub kind: Option<AgentRuntimeKind>,
    /// More about the program, in words.
    pub detail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A project in which an agent may spend.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AgentProject {
    /// The id of the project.
    pub project_id: Option<String>,
    /// Whether money is real there.
    pub environment: Option<Environment>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An agent that was registered, with its first signing key.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RegisteredAgent {
    /// Its decentralized identifier.
    pub agent_did: Option<String>,
    /// The id of its key.
    pub kid: Option<String>,
    /// The public part of its key, in base64; the service keeps the other.
    pub pubkey: Option<String>,
    /// The status of the agent.
    pub status: Option<AgentStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An agent that was ended for good.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RevokedAgent {
    /// Its decentralized identifier.
    pub did: Option<String>,
    /// The status of the agent.
    pub status: Option<AgentStatus>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// The ids of its keys, oldest first.
    #[wire(default)]
    pub revoked_kids: Vec<String>,
    /// What this stops, and what it does not.
    pub limits: Option<RevocationLimits>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What revoking an agent stops, and what it does not.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RevocationLimits {
    /// What is refused from now on.
    #[wire(default)]
    pub stops: Vec<String>,
    /// What goes on all the same, in words.
    pub does_not_stop: Option<String>,
    /// The service's own reference to that.
    pub issue: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of suspending an agent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AgentSuspension {
    /// Whether anything changed; `false` where it was so before.
    pub changed: Option<bool>,
    /// The agent, in short.
    pub agent: Option<SuspendedAgent>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An agent that was suspended, in short.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SuspendedAgent {
    /// Its decentralized identifier.
    pub did: Option<String>,
    /// The id under which the agent is registered.
    pub agent_id: Option<String>,
    /// The status of the agent.
    pub status: Option<AgentStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The new signing key of an agent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RotatedAgentKey {
    /// Its decentralized identifier.
    pub agent_did: Option<String>,
    /// The id of the new key.
    pub kid: Option<String>,
    /// The public part of the new key, in base64.
    pub pubkey: Option<String>,
    /// The id of the key before; what it signed goes on to verify.
    pub retired_kid: Option<String>,
    /// The status of the new key.
    pub status: Option<AgentKeyStatus>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a signing key stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AgentKeyStatus {
    /// The agent signs with it.
    Active,
    /// Nothing new is signed; what was signed verifies.
    Retired,
    /// Nothing that it ever signed verifies.
    Revoked,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A signing key that was revoked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RevokedAgentKey {
    /// The id of the key.
    pub kid: Option<String>,
    /// The status of the key.
    pub status: Option<AgentKeyStatus>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
