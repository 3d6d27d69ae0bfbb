//! Pays a list under a mandate, a payment a line, until it is known of each what became of it.
//!
//! `cargo run --example governed` runs on a sandbox of its own, which loses an answer, holds one
//! payment for a person and refuses another, and checks that nothing is paid twice.

#[path = "shared/governed.rs"]
mod shared;

use codespar_blocking::{
    Client, KeyUse, Minor,
    proto::mandates::{GovernedSpend, SpendArgs, SpendOutcome, SpendQuote},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (bank, config) = shared::Bank::open()?;
    let client = Client::with_config(config)?;
    let mandate = shared::Bank::mandate(&client)?;
    for (line, minor) in [18_500, 25_000, 666].into_iter().enumerate() {
        let (mut generation, mut was_sent) = (0, false);
        loop {
            // Made of the line: a machine that was restarted, or another one, makes the same.
            let attempt = format!("rent-2026-12-{line}-{generation}");
            let (amount, payee) = (Minor::new(minor), "landlord@pix.test");
            let quote = SpendQuote::new("Landlord", attempt.clone(), amount, payee);
            let args = SpendArgs::new(attempt.clone(), amount, payee).quote(quote);
            let payment = GovernedSpend::new(&mandate, args).honours_attempts(true);
            // A real program writes this down before the call: see the guide, and the outbox.
            let outcome = match std::mem::replace(&mut was_sent, true) {
                false => client.mandates().pay(&payment).send()?,
                true => client.mandates().look_up(&payment).send()?,
            };
            println!("{attempt}: {}", outcome.verdict());
            match &outcome {
                SpendOutcome::Settled(_) | SpendOutcome::Replayed(_) => break,
                SpendOutcome::Held(held) => {
                    held.approval().into_iter().for_each(|it| bank.approve(&it.id));
                }
                used_up if used_up.key_use() == KeyUse::Spent => {
                    (generation, was_sent) = (generation + 1, false);
                }
                // The same id once more tells what became of it.
                _ => {}
            }
            if generation == 2 {
                println!("{attempt}: left to a person");
                break;
            }
        }
    }
    assert_eq!(bank.payments(), 2);
    Ok(())
}
