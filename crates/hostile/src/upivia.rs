//! The answers of the Upivia API.

use crate::{
    Reader,
    answers::{readers, round},
};

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
