//! Agents, their tasks and memories.

use crate::{
    api::{
        agent_requests::{AgentRequestQuery, CreateAgentRequest},
        agents::activity::ActivityQuery,
        delegate::{DelegateTask, DelegatedTaskQuery, Direction},
        memory::MemorySearch,
        spawn::{ServiceNames, SpawnAgent},
    },
    types::{
        money::{Cents, Dollars},
        object::Object,
    },
};

operations! {
    client;

    "agents.list" {} => client.agents().list();
    "agents.create" { input: Object } => client.agents().create(&input);
    "agents.get" { agent_id: String } => client.agents().get(&agent_id);
    "agents.update" { agent_id: String, patch: Object } =>
        client.agents().update(&agent_id, &patch);
    "agents.delete" { agent_id: String } => client.agents().delete(&agent_id);
    "agents.reset_key" { agent_id: String } => client.agents().reset_key(&agent_id);
    "agents.clone" { agent_id: String, #[serde(default)] input: Object } =>
        client.agents().clone_agent(&agent_id, &input);
    "agents.transfer" { agent_id: String, body: Object } =>
        client.agents().transfer(&agent_id, &body);
    "agents.set_budget" { agent_id: String, body: Object } =>
        client.agents().set_budget(&agent_id, &body);
    "agents.enable_service" { agent_id: String, input: Object } =>
        client.agents().enable_service(&agent_id, &input);
    "agents.disable_service" { agent_id: String, service_id: String } =>
        client.agents().disable_service(&agent_id, &service_id);
    "agents.health" { agent_id: String } => client.agents().health(&agent_id);
    "agents.fleet_health" {} => client.agents().fleet_health();
    "agents.activity" {
        agent_id: String, limit: Option<u32>, cursor: Option<String>, r#type: Option<String>,
        verify: Option<bool>,
    } => client.agents().activity_page(&agent_id, &ActivityQuery { limit, cursor, r#type, verify });
    "agents.activity_iter" {
        agent_id: String, limit: Option<u32>, r#type: Option<String>, verify: Option<bool>,
    } => client.agents().activity(
        &agent_id,
        &ActivityQuery { limit, cursor: None, r#type, verify },
    );
    "agents.skills" { agent_id: String } => client.agents().skills(&agent_id);
    "agents.remove_skill" { agent_id: String, workflow_id: String } =>
        client.agents().remove_skill(&agent_id, &workflow_id);

    "spawn.create" (child: SpawnAgent) => client.spawn().create(&child);
    "spawn.estimate" { operations: ServiceNames } => client.spawn().estimate(operations.as_slice());

    "delegate.create" {
        agent_id: String, objective: String, child_agent_id: Option<String>,
        budget_cap_cents: Option<Cents>, budget_dollars: Option<Dollars>,
        permissions: Option<Vec<String>>, model_id: Option<String>, execute_now: Option<bool>,
    } => client.delegate().create(&agent_id, &DelegateTask {
        objective, child_agent_id, budget_cap_cents, budget_dollars, permissions, model_id,
        execute_now,
    });
    "delegate.list" {
        agent_id: String, direction: Option<Direction>, status: Option<String>,
    } => client.delegate().list(&agent_id, &DelegatedTaskQuery { direction, status });
    "delegate.get_task" { agent_id: String, task_id: String } =>
        client.delegate().get_task(&agent_id, &task_id);
    "delegate.update_task" { agent_id: String, task_id: String, body: Object } =>
        client.delegate().update_task(&agent_id, &task_id, &body);
    "delegate.reattach" { task_id: String, since: Option<u64> } =>
        client.delegate().reattach(&task_id, since);

    "memory.list" { agent_id: String } => client.memory().list(&agent_id);
    "memory.search" { agent_id: String, q: String, semantic: Option<bool> } =>
        client.memory().search(&agent_id, &MemorySearch { q, semantic });
    "memory.create" { agent_id: String, input: Object } =>
        client.memory().create(&agent_id, &input);
    "memory.update" { agent_id: String, memory_id: String, patch: Object } =>
        client.memory().update(&agent_id, &memory_id, &patch);
    "memory.delete" { agent_id: String, memory_id: String } =>
        client.memory().delete(&agent_id, &memory_id);
    "memory.graph" { agent_id: String } => client.memory().graph(&agent_id);

    "agent_requests.list" (query: AgentRequestQuery) => client.agent_requests().list(&query);
    "agent_requests.create" (request: CreateAgentRequest) =>
        client.agent_requests().create(&request);
    "agent_requests.resolve" { request_id: String, response: Option<String> } =>
        client.agent_requests().resolve(&request_id, response.as_deref());
}
