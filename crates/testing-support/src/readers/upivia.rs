//! The answers of the Upivia API.

use super::{Reader, readers, round, shown};

/// The answers of the Upivia API.
pub fn upivia_answers() -> &'static [Reader] {
    readers! { round: upivia_proto;
        AgentList Activity ApprovalList Approval AuditLogs AuditLog Balance Budget ModelChosen
        TurnStatus TextPiece ToolPending TurnDone ChatSessionList ChatSession DelegatedTaskAnswer
        DelegatedTasks DelegatedTask CollectionList Collection CollectionAnswer Document
        DocumentAnswer Memories Executed Stopped Parked Running OtherOutcome ScheduledTask Catalogue
        CatalogueService CatalogueOperation Spawned SpawnedAgent SpawnEstimate StoredList
        StoredObject Stored Presigned Download TriggerList Trigger TriggerAnswer CreatedTrigger
        Fired Usage WorkflowAnswer Workflow WorkflowVersion RunAnswer Run
    }
}

/// The arguments of the Upivia API that are read from JSON.
pub fn upivia_arguments() -> &'static [Reader] {
    readers! { shown: upivia_proto;
        AgentRequestQuery CreateAgentRequest ActivityQuery AuditLogQuery ChatSessionQuery
        CreateChatSession Turn Continue DelegateTask DelegatedTaskQuery CollectionQuery MemorySearch
        OffsetQuery ScheduledTaskQuery ServiceRequest SpawnAgent StoredQuery
        ToolOperation CreateTrigger UpdateTrigger TriggerQuery UsageQuery RunWorkflow Outcome Object
    }
}
