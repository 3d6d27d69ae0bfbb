//! Handles: the operations of one subject, reached from a client (`client.agents()`).
//!
//! A handle owns a client, so it can be kept and sent to other threads; cloning it is cheap.
//! Their names are seldom written out.

pub use crate::{
    agent_requests::AgentRequests,
    agents::Agents,
    approvals::Approvals,
    audit_logs::AuditLogEntries,
    balance::Balances,
    budget_check::BudgetCheck,
    budget_requests::BudgetRequests,
    chat::{Chat, ChatSessions},
    delegate::Delegate,
    devices::{DeviceCommands, DeviceSessions, Devices},
    knowledge::{Knowledge, KnowledgeCollections, KnowledgeDocuments},
    memory::Memory,
    platform::Platform,
    scheduled_tasks::ScheduledTasks,
    service_requests::ServiceRequests,
    services::Services,
    spawn::Spawn,
    storage::{Storage, StorageObjects},
    teams::{TeamMembers, Teams},
    triggers::Triggers,
    usage::UsageRecords,
    workflows::{WorkflowAgents, WorkflowRuns, WorkflowTemplates, Workflows},
    workspaces::Workspaces,
};
