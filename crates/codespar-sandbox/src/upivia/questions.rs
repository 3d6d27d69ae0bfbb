//! Questions to people, for which a run of a workflow or a room waits.

use serde_json::Value;

use crate::{
    store::{
        context::Context,
        json::{set, text},
    },
    upivia::resource,
};

/// Asks people something for a run or a room, which `about` names.
pub(crate) fn ask(context: &mut Context<'_>, title: &str, prompt: &str, about: Value) {
    let mut row = about;
    set(&mut row, "id", context.state.ids.with("hi"));
    set(&mut row, "title", title);
    set(&mut row, "prompt_text", prompt);
    set(&mut row, "status", "pending");
    set(&mut row, "assignee_email", Value::Null);
    set(&mut row, "created_at", context.now.rfc3339());
    resource::insert(&mut context.state.upivia.human_inputs, context.project, row);
}

/// Takes back what a run asked, since it waits no more.
pub(crate) fn withdraw(context: &mut Context<'_>, run: &str) {
    let rows = context.state.upivia.human_inputs.list_mut(context.project);
    for row in rows.filter(|row| text(row, "run_id") == run && text(row, "status") == "pending") {
        set(row, "status", "withdrawn");
    }
}
