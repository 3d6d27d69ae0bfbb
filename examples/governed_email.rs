//! An agent sends an email that a person has to approve first.
//!
//! `cargo run --example governed_email` runs on a sandbox of its own, or on the real API when
//! `UPIVIA_BASE_URL`, `UPIVIA_API_KEY` and, to approve, `UPIVIA_COOKIE` are set.

#[path = "shared/upivia.rs"]
mod shared;

use codespar_blocking::upivia::{Cents, Client, Outcome, ServiceRequest, Wait};
use codespar_sandbox::Verdict;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (config, sandbox) = shared::server()?;
    if let Some(sandbox) = &sandbox {
        sandbox.upivia_decide("email.send", Verdict::ApprovalRequired);
    }
    let client = Client::with_config(config)?;

    let email = ServiceRequest::new(
        "email",
        "send",
        &serde_json::json!({
            "to": "ana@example.com",
            "subject": "Your order has left",
            "body": "Olá Ana, it will be with you tomorrow.",
        }),
    )?;
    // The key names the effect: however often this runs, Ana gets one email for order 42.
    let call = client.service_requests().create_and_wait(&email, Wait::default());
    let made = call.idempotency_key("order-42-has-left").send()?;
    show(&made.outcome);

    if let Outcome::ApprovalRequired(parked) = &made.outcome {
        let approval = parked.approval_id.as_deref().ok_or("an approval without an id")?;
        println!("A person looks at {approval} and approves it.");
        client.approvals().approve(approval).send()?;
        let request = made.request_id().ok_or("a request without an id")?;
        show(&client.service_requests().get(request).send()?);
    }
    let balance = client.balance().get().send()?;
    println!("Left on the account: {} cents.", shown(balance.amount_cents));
    Ok(())
}

/// Whatever comes of a request is an outcome, not an error.
fn show(outcome: &Outcome) {
    match outcome {
        Outcome::Executed(done) => println!("Sent, for {} cents.", shown(done.cost_cents)),
        Outcome::ApprovalRequired(parked) => {
            let cost = shown(parked.estimated_cost_cents);
            println!("Waits for a person; it would cost {cost} cents.");
        }
        Outcome::Blocked(stopped) | Outcome::Failed(stopped) => {
            println!("Not sent: {:?} {:?}", stopped.reason_code, stopped.message);
        }
        other => println!("It is {}.", other.status()),
    }
}

fn shown(cents: Option<Cents>) -> String {
    cents.map_or_else(|| "unknown".to_owned(), |cents| cents.to_string())
}
