//! Swarms: agents that work on one objective, round after round, in a room of their own.

use serde_json::{Value, json};

use crate::{
    server::{
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{member, set, text},
        upivia::Step,
    },
    upivia::{resource, rooms, schedule},
};

/// How many agents and rounds there may be.
const AGENTS: std::ops::RangeInclusive<usize> = 2..=6;
const ROUNDS: std::ops::RangeInclusive<i64> = 1..=10;

/// `POST /swarms`: begins at once, and goes on after the answer.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let objective = body.text("objective")?;
    if !AGENTS.contains(&body.texts("agent_ids")?.len()) {
        return Err(issue("agent_ids", "must be two to six agents").into());
    }
    let rounds = body.maybe_integer("rounds")?.unwrap_or(2);
    if !ROUNDS.contains(&rounds) {
        return Err(issue("rounds", "must be one to ten").into());
    }
    if let Some(moderator) = body.maybe_text("moderator_agent_id")? {
        resource::find(&req.state.upivia.agents, req.project, moderator)?;
    }
    let room = rooms::insert(req, &body, json!({ "title": objective, "rounds_left": rounds }))?;
    let wait = req.settings.settle_after;
    schedule::after(&mut req.context(), wait, Step::SwarmRound, text(&room, "id"));
    Ok(Response::created(json!({ "room": rooms::public(&room) })))
}

/// A round: every agent says something, as long as the cap lets it. After the last one the
/// moderator sums up.
pub(crate) fn round(context: &mut Context<'_>, room: &str) {
    let Some(row) = context.state.upivia.rooms.find(context.project, room) else { return };
    let left = member(row, "rounds_left").as_i64().unwrap_or_default();
    let moderator = member(row, "moderator_agent_id").as_str().map(str::to_owned);
    for (agent, _) in rooms::agents_of(context, room) {
        if !rooms::speak(context, room, &agent, &format!("{left} rounds are left.")) {
            return;
        }
    }
    set_member(context, room, "rounds_left", (left - 1).into());
    if left > 1 {
        let wait = context.settings.settle_after;
        schedule::after(context, wait, Step::SwarmRound, room);
        return;
    }
    let may_end = moderator.is_none_or(|agent| rooms::speak(context, room, &agent, "Summed up."));
    if may_end {
        set_member(context, room, "status", "completed".into());
    }
}

fn set_member(context: &mut Context<'_>, room: &str, name: &str, value: Value) {
    if let Some(row) = context.state.upivia.rooms.find_mut(context.project, room) {
        set(row, name, value);
    }
}
