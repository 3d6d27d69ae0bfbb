//! An agent under governance: budget, a request that a person approves, chat, a file, a trigger.
//!
//! `cargo run --example upivia` runs on a sandbox of its own, twice, or on the real API when
//! `UPIVIA_BASE_URL`, `UPIVIA_API_KEY`, `UPIVIA_PAT`, `UPIVIA_COOKIE` and `UPIVIA_AGENT` are set.

#[path = "shared/upivia_agent.rs"]
mod shared;

use std::{error::Error, time::Duration};

use codespar_blocking::upivia::{
    Client, Outcome, ServiceRequest, Wait,
    chat::{ApprovalAction, CreateChatSession, Turn, TurnEvent},
    storage::Upload,
    triggers::CreateTrigger,
};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let place = shared::Place::of_environment()?;
    let client = Client::with_config(place.config.clone())?;
    place.check(|| work(&client, &place.agent))
}

/// What the agent does. Begun again, it sends no second email of order 42; the rest is done anew.
fn work(client: &Client, agent: &str) -> Result<(), Box<dyn Error>> {
    let budget = client.budget_check().check(agent).send()?;
    println!("The agent has {:?} dollars left.", budget.remaining_dollars);

    // The key names the effect: however often this runs, Ana gets one email for order 42.
    let email = json!({ "to": "ana@example.com", "subject": "Olá", "body": "It has left." });
    let email = ServiceRequest::new("email", "send", &email)?;
    let call = client.service_requests().create_and_wait(&email, Wait::default());
    let made = call.idempotency_key("order-42-has-left").send()?;
    if let Outcome::ApprovalRequired(parked) = &made.outcome {
        let approval = parked.approval_id.as_deref().ok_or("an approval without an id")?;
        let request = made.request_id().ok_or("a request without an id")?;
        // A key gives the first answer again: an earlier run may have seen to the approval.
        let seen = client.service_requests().get(request).send()?;
        if matches!(seen, Outcome::ApprovalRequired(_)) {
            client.approvals().approve(approval).send()?;
        }
        let wait = Wait::default().at_most(Duration::from_secs(600));
        let outcome = client.service_requests().decided(request, wait).send()?;
        println!("A person approved {approval}: {}.", outcome.status());
    }

    let chat = client.chat();
    let session = chat.sessions().create(&CreateChatSession::default()).send()?;
    let turn = Turn::new(&session.id).message("Use email.send to greet ana@example.com.");
    for event in chat.turn_with(&turn.require_approval_all(true), |_| ApprovalAction::Approve) {
        match event? {
            TurnEvent::MessageDelta(piece) => print!("{}", piece.text()),
            TurnEvent::Done(_) => println!(),
            _ => {}
        }
    }

    let menu = Upload::new("menu.txt", "1 feijoada").content_type("text/plain");
    println!("Stored as {}.", client.storage().objects().upload(&menu).send()?.object.id);

    let template = json!({ "to": "ana@example.com", "subject": "Olá", "body": "{{message}}" });
    let trigger = CreateTrigger::webhook(agent, "email.send", &template)?;
    let trigger = client.triggers().create(&trigger).send()?;
    let secret = trigger.secret.ok_or("a trigger without a secret")?;
    let order = json!({ "message": "Order 43 has left." });
    let fired = client.triggers().fire(&trigger.trigger.id, secret.expose(), &order).send()?;
    println!("Fired: {}.", fired.dispatch_status.unwrap_or_default());
    Ok(())
}
