//! The answers of the Upivia API.

use super::{Reader, readers, round, shown};

/// All types in one place, whatever subject they belong to.
mod all {
    pub(super) use upivia_proto::{
        Object, Outcome, agent_requests::*, agents::*, approvals::*, audit_logs::*, balance::*,
        budget_check::*, chat::*, delegate::*, human_input::*, knowledge::*, memory::*, ops::*,
        outcome::*, rooms::*, scheduled_tasks::*, service_requests::*, services::*, simulations::*,
        spawn::*, storage::*, swarms::*, toolkit::*, triggers::*, usage::*, workflows::*,
    };
}

/// The answers of the Upivia API.
pub fn upivia_answers() -> &'static [Reader] {
    readers! { round: self::all;
        AgentList Activity ApprovalList Approval AuditLogs AuditLog Balance Budget ModelChosen
        TurnStatus TextPiece ToolPending TurnDone ChatSessionList ChatSession DelegatedTaskAnswer
        DelegatedTasks DelegatedTask CollectionList Collection CollectionAnswer Document
        DocumentAnswer Memories Executed Stopped Parked Running OtherOutcome ScheduledTask Catalogue
        CatalogueService CatalogueOperation Spawned SpawnedAgent SpawnEstimate StoredList
        StoredObject Stored Presigned Download TriggerList Trigger TriggerAnswer CreatedTrigger
        Fired Usage WorkflowAnswer Workflow WorkflowVersion RunAnswer Run
        RunStep RoomList RoomAnswer Room Participant RoomMessage MessageDetails OpsRuns OpsRun
        OpsSnapshot OpsFleet OpsBlockers OpsSpend OpsAutomation SchedulerLease HumanInputList
        HumanInputAnswer HumanInputRequest PolicyDecision PolicyFinding
    }
}

/// The arguments of the Upivia API that are read from JSON.
pub fn upivia_arguments() -> &'static [Reader] {
    readers! { shown: self::all;
        AgentRequestQuery CreateAgentRequest ActivityQuery AuditLogQuery ChatSessionQuery
        CreateChatSession Turn Continue DelegateTask DelegatedTaskQuery CollectionQuery MemorySearch
        OffsetQuery ScheduledTaskQuery ServiceRequest SpawnAgent StoredQuery
        ToolOperation CreateTrigger UpdateTrigger TriggerQuery UsageQuery RunWorkflow Outcome Object
        RoomQuery CreateRoom PostMessage CreateSwarm OpsRunQuery HumanInputQuery PolicyCheck
    }
}
