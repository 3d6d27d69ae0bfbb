//! Chat and triggers.

use crate::{
    api::triggers::args::{CreateTrigger, TriggerQuery, UpdateTrigger},
    chat::{
        sessions::{ChatSessionQuery, CreateChatSession},
        turn::{ApprovalAction, Turn},
    },
    types::object::Object,
};

operations! {
    client;

    "chat.turn" (turn: Turn) => client.chat().turn(&turn);
    "chat.resolve_approval" { approval_id: String, action: ApprovalAction } =>
        client.chat().resolve_approval(&approval_id, action);
    "chat.sessions.list" (query: ChatSessionQuery) => client.chat().sessions().list(&query);
    "chat.sessions.create" (session: CreateChatSession) =>
        client.chat().sessions().create(&session);
    "chat.sessions.get" { session_id: String } => client.chat().sessions().get(&session_id);
    "chat.sessions.delete" { session_id: String } => client.chat().sessions().delete(&session_id);
    "chat.sessions.delete_all" {} => client.chat().sessions().delete_all();
    "triggers.list" (query: TriggerQuery) => client.triggers().list_page(&query);
    "triggers.iter" (query: TriggerQuery) => client.triggers().list(&query);
    "triggers.create" { body: CreateTrigger } => client.triggers().create(&body);
    "triggers.get" { trigger_id: String } => client.triggers().get(&trigger_id);
    "triggers.update" { trigger_id: String, patch: UpdateTrigger } =>
        client.triggers().update(&trigger_id, &patch);
    "triggers.delete" { trigger_id: String, purge: Option<bool> } =>
        if purge == Some(true) {
            client.triggers().purge(&trigger_id)
        } else {
            client.triggers().delete(&trigger_id)
        };
    "triggers.fire" { trigger_id: String, secret: String, payload: Option<Object> } =>
        client.triggers().fire(&trigger_id, &secret, &payload.unwrap_or_default());
}
