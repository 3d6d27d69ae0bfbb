//! What policies say about a call of an agent.

use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, policies::in_order},
    store::{
        clock::Now,
        json::{member, set, text},
        state::State,
    },
};

/// A rule by its id and its name.
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What becomes of a call.
pub(crate) enum Ruling {
    Allow,
    Deny(Rule),
    /// A person has to approve it.
    Hold(Rule),
}

/// A call that is to be judged.
pub(crate) struct Asked<'a> {
    pub(crate) project: &'a str,
    pub(crate) agent: &'a str,
    pub(crate) tool: &'a str,
}

/// Asks the policies in their order: the first for this agent and tool that allows, denies or wants
/// an approval decides. Budgets, rates and times of day are kept and not judged: what their
/// configuration says is not public.
pub(crate) fn judge(state: &mut State, asked: &Asked<'_>, now: Now) -> Ruling {
    let deciding = ["allow", "deny", "approval-required"];
    let policies = in_order(state);
    if policies.is_empty() {
        return Ruling::Allow;
    }
    let found = policies.into_iter().find(|row| {
        *member(row, "enabled") == json!(true)
            && deciding.contains(&text(row, "type"))
            && covers(row, "agents", asked.agent)
            && covers(row, "tools", asked.tool)
    });
    let kind = found.map_or("allow", |row| text(row, "type")).to_owned();
    let rule = found
        .map(|row| Rule { id: text(row, "id").to_owned(), name: text(row, "name").to_owned() });
    match (&*kind, rule) {
        ("deny", Some(rule)) => {
            let denied = ("deny", Some("a policy denies it"));
            record(state, asked, Some(&rule), denied, None, now);
            Ruling::Deny(rule)
        }
        // Written down once it has an approval.
        ("approval-required", Some(rule)) => Ruling::Hold(rule),
        (_, rule) => {
            record(state, asked, rule.as_ref(), ("allow", None), None, now);
            Ruling::Allow
        }
    }
}

/// Whether a list of names has this one, or is for all of them.
fn covers(row: &Value, list: &str, name: &str) -> bool {
    let names = member(row, list).as_array().map(Vec::as_slice).unwrap_or_default();
    names.is_empty() || names.iter().any(|known| *known == name || *known == "*")
}

/// Writes down that a call waits for the approval that a policy wants, or is stopped for want of
/// one where none is opened; other rules are none.
pub(crate) fn held(
    state: &mut State,
    asked: &Asked<'_>,
    rule: &Rule,
    approval: Option<&str>,
    now: Now,
) {
    if state.policies.find(ORGANIZATION, &rule.id).is_none() {
        return;
    }
    record(state, asked, Some(rule), ("approval_required", None), approval, now);
}

/// Writes down who has decided about an approval.
pub(crate) fn decided(state: &mut State, project: &str, approval: &str, by: &str, now: Now) {
    let mut rows = state.policy_evaluations.list_mut(project);
    if let Some(row) = rows.find(|row| text(row, "approvalId") == approval) {
        set(row, "decidedAt", now.rfc3339());
        set(row, "decidedBy", by);
    }
}

fn record(
    state: &mut State,
    asked: &Asked<'_>,
    rule: Option<&Rule>,
    (decision, reason): (&str, Option<&str>),
    approval: Option<&str>,
    now: Now,
) {
    let id = state.ids.with("pev");
    let row = json!({
        "id": id,
        "projectId": asked.project,
        "timestamp": now.rfc3339(),
        "agentId": asked.agent,
        "toolName": asked.tool,
        "ruleName": rule.map(|rule| &*rule.name),
        "ruleId": rule.map(|rule| &*rule.id),
        "decision": decision,
        "denialReason": reason,
        "approvalId": approval,
        "decidedAt": null,
        "decidedBy": null,
    });
    state.policy_evaluations.insert(asked.project, &id, row);
}
