//! The agents that a caller may see.

use codespar_engine::{Answer, Describe, Extra};

use crate::types::object::Object;

/// The agents that the caller may see.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AgentList {
    /// The agents. Their members are documented where one is changed: see
    /// [`Agents::update`](super::Agents::update).
    #[wire(default)]
    #[wire(like = Vec<KnownAgent>)]
    pub agents: Vec<Object>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An agent, as far as its members are documented: for descriptions alone.
#[derive(Describe)]
#[wire(open)]
#[allow(dead_code, reason = "it is described, and never made")]
struct KnownAgent {
    /// Its id.
    id: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Whether it may act.
    status: Option<String>,
    /// What kind of agent it is.
    category: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// The model that it thinks with, unless another is named.
    #[serde(rename = "defaultModelId")]
    default_model_id: Option<String>,
    /// How it remembers.
    #[serde(rename = "memoryMode")]
    memory_mode: Option<String>,
    /// The picture that stands for it.
    icon: Option<String>,
}
