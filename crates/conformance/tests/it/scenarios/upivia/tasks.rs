//! Tasks handed on, memories, tasks by the clock, requests to people.

use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    agent_requests::{AgentRequestQuery, AgentRequestType, CreateAgentRequest},
    delegate::{DelegateTask, DelegatedTaskQuery, Direction},
    memory::MemorySearch,
    scheduled_tasks::{OffsetQuery, ScheduledTaskQuery},
};

use crate::support::codespar::refused;
use crate::support::upivia::{count, quick, still, text, until, upivia_of, value};

testing_support::with_both_drivers! {
    tasks_are_handed_on_and_taken_up_again
    memories_are_kept_found_and_put_away
    tasks_run_by_the_clock
    people_are_asked_and_answer
}

fn tasks_are_handed_on_and_taken_up_again<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agent = sandbox.upivia_agent_id();
    let begun = DelegateTask::new("Research").execute_now(true).budget_dollars("0.25".parse()?);
    let begun = D::finish(client.delegate().create(agent, &begun))?.task.unwrap();
    assert_eq!(begun.extra.get("budget_cap_cents").unwrap().read::<i64>()?, 25);
    let id = begun.id.clone().unwrap();
    let done = until::<D, _>(
        || client.delegate().reattach(&id, None),
        |seen| seen.task.as_ref().unwrap().status.as_deref() == Some("completed"),
    )?;
    let events = |answer: &upivia_proto::delegate::DelegatedTaskAnswer| {
        answer.extra.get("events").unwrap().to_value().as_array().unwrap().len()
    };
    assert_eq!(events(&done), 1);
    assert_eq!(events(&D::finish(client.delegate().reattach(&id, Some(1)))?), 0);

    let later =
        D::finish(client.delegate().create(agent, &DelegateTask::new("Later")))?.task.unwrap();
    assert_eq!(later.status.as_deref(), Some("pending"));
    let id = later.id.unwrap();
    let body = json!({"status": "cancelled"});
    D::finish(client.delegate().update_task(agent, &id, &body))?;
    let seen = D::finish(client.delegate().get_task(agent, &id))?.task.unwrap();
    assert_eq!(seen.status.as_deref(), Some("cancelled"));
    let query = DelegatedTaskQuery::default().direction(Direction::Created).status("cancelled");
    let listed = D::finish(client.delegate().list(agent, &query))?;
    assert_eq!(listed.tasks.len(), 1);
    let received = DelegatedTaskQuery::default().direction(Direction::Received);
    assert!(D::finish(client.delegate().list(agent, &received))?.tasks.is_empty());
    let error =
        D::finish(client.delegate().create("agt_chat", &DelegateTask::new("x"))).unwrap_err();
    assert_eq!(refused(&error), (403, "forbidden"));
    Ok(())
}

fn memories_are_kept_found_and_put_away<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let agent = sandbox.upivia_agent_id();
    let made = D::finish(client.memory().create(agent, &json!({"content": "prefers Pix"})))?;
    D::finish(client.memory().create(agent, &json!({"content": "speaks Portuguese"})))?;
    assert_eq!(D::finish(client.memory().list(agent))?.memories.len(), 2);
    let found = D::finish(client.memory().search(agent, &MemorySearch::new("PIX").semantic(true)))?;
    assert_eq!(found.semantic, Some(true));
    assert_eq!(found.memories[0].get("content")?, Some("prefers Pix".to_owned()));
    assert_eq!(found.memories.len(), 1);
    let id = text(&made, "/memory/id");
    D::finish(client.memory().update(agent, &id, &json!({"archived": true})))?;
    assert_eq!(D::finish(client.memory().list(agent))?.memories.len(), 1);
    let graph = value(&D::finish(client.memory().graph(agent))?);
    assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(1));
    D::finish(client.memory().delete(agent, &id))?;
    let error = D::finish(client.memory().delete(agent, &id)).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    Ok(())
}

fn tasks_run_by_the_clock<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let tasks = client.scheduled_tasks();
    let input = json!({"category": "digest", "schedule_expr": "0 9 * * *"});
    let task = D::finish(tasks.create(&input))?.task.unwrap();
    let id: String = task.get("id")?.unwrap();
    let page = OffsetQuery::default().limit(1).offset(0);
    let runs = until::<D, _>(|| tasks.runs(&id, &page), |seen| count(seen, "runs") == 1)?;
    assert_eq!(value(&runs)["runs"][0]["task_id"], id.as_str());
    assert_eq!(count(&D::finish(tasks.runs(&id, &OffsetQuery::default().offset(1)))?, "runs"), 0);
    assert_eq!(count(&D::finish(tasks.get(&id))?, "runs"), 1);
    let paused = D::finish(tasks.update(&id, &json!({"status": "paused"})))?;
    assert_eq!(text(&paused, "/task/status"), "paused");
    let query = ScheduledTaskQuery::default().status("paused").category("digest").limit(5);
    assert_eq!(count(&D::finish(tasks.list_page(&query))?, "tasks"), 1);
    let none = ScheduledTaskQuery::default().status("active");
    assert_eq!(count(&D::finish(tasks.list_page(&none))?, "tasks"), 0);
    D::finish(tasks.delete(&id))?;
    assert_eq!(refused(&D::finish(tasks.get(&id)).unwrap_err()), (404, "not_found"));
    Ok(())
}

fn people_are_asked_and_answer<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let ask = CreateAgentRequest::new(AgentRequestType::SecretNeeded, "Which key?").title("Key");
    let id = text(&D::finish(client.agent_requests().create(&ask))?, "/request/id");
    let other = CreateAgentRequest::new(AgentRequestType::Blocked, "I am stuck.");
    D::finish(client.agent_requests().create(&other))?;
    let all = AgentRequestQuery::default();
    assert_eq!(count(&D::finish(client.agent_requests().list(&all))?, "requests"), 2);
    let secrets = AgentRequestQuery::default().r#type(AgentRequestType::SecretNeeded);
    let listed = D::finish(client.agent_requests().list(&secrets))?;
    assert_eq!(count(&listed, "requests"), 1);
    assert_eq!(text(&listed, "/requests/0/title"), "Key");

    D::finish(client.agent_requests().resolve(&id, Some("The second.")))?;
    assert_eq!(count(&D::finish(client.agent_requests().list(&secrets))?, "requests"), 0);
    let resolved = D::finish(client.agent_requests().list(&secrets.status("resolved")))?;
    assert_eq!(text(&resolved, "/requests/0/response"), "The second.");
    let error = D::finish(client.agent_requests().resolve(&id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "conflict"));
    Ok(())
}
