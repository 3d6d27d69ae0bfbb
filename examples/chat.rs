//! Talks to an agent that may only act when a person agrees, on tokio.
//!
//! `cargo run --example chat` runs on a sandbox of its own, or on the real API when
//! `UPIVIA_BASE_URL`, `UPIVIA_PAT` and, to approve, `UPIVIA_COOKIE` are set.

#[path = "shared/upivia.rs"]
mod shared;

use codespar_async::upivia::{
    Client, Error,
    chat::{ApprovalAction, Continue, CreateChatSession, ToolPending, Turn, TurnEvent},
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
    let mut turn = Turn::new(&session.id).message(message).require_approval_all(true);
    while let Some(pending) = follow(&client, &turn).await? {
        let approval = pending.approval_id.ok_or("a tool that waits, without an approval")?;
        let request = pending.request_id.ok_or("a tool that waits, without a request")?;
        println!("you    approve {approval}");
        chat.resolve_approval(&approval, ApprovalAction::Approve).await?;
        let decided = Continue::new(request, ApprovalAction::Approve);
        turn = Turn::new(&session.id).continue_from(decided);
    }
    chat.sessions().delete(&session.id).await?;
    Ok(())
}

/// Follows a turn to its end; gives the tool call that waits for a person, if one does.
async fn follow(client: &Client, turn: &Turn) -> Result<Option<ToolPending>, Error> {
    let mut pending = None;
    let mut answer = String::new();
    let mut events = client.chat().turn(turn);
    while let Some(event) = events.try_next().await? {
        match event {
            TurnEvent::MessageDelta(piece) => answer.push_str(piece.text()),
            TurnEvent::ToolPending(tool) => pending = Some(tool),
            TurnEvent::Error(error) => println!("failed {}", error.as_str()),
            TurnEvent::Done(_) => println!("agent  {answer}\n"),
            event => println!("       [{}]", event.name()),
        }
    }
    Ok(pending)
}
