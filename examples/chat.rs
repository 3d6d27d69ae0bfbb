//! Talks to an agent that may only act when a person agrees, on tokio.
//!
//! `cargo run --example chat` runs on a sandbox of its own, or on the real API when
//! `UPIVIA_BASE_URL`, `UPIVIA_PAT` and, to approve, `UPIVIA_COOKIE` are set.

#[path = "shared/upivia.rs"]
mod shared;

use codespar_async::upivia::{
    Client,
    chat::{ApprovalAction, CreateChatSession, Turn, TurnEvent},
};
use futures_util::TryStreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (config, _sandbox) = shared::server()?;
    let client = Client::with_config(config)?;
    let chat = client.chat();
    let session = chat.sessions().create(&CreateChatSession::default().title("Greetings")).await?;

    let message = "Use email.send to greet ana@example.com.";
    println!("you    {message}");
    let turn = Turn::new(&session.id).message(message).require_approval_all(true);
    let mut answer = String::new();
    let mut events = chat.turn_with(&turn, |pending| {
        println!("you    approve {}", pending.approval_id.as_deref().unwrap_or_default());
        ApprovalAction::Approve
    });
    while let Some(event) = events.try_next().await? {
        match event {
            TurnEvent::MessageDelta(piece) => answer.push_str(piece.text()),
            TurnEvent::Error(error) => println!("failed {}", error.as_str()),
            TurnEvent::Done(_) => println!("agent  {}\n", std::mem::take(&mut answer)),
            event => println!("       [{}]", event.name()),
        }
    }
    chat.sessions().delete(&session.id).await?;
    Ok(())
}
