//! What both quickstarts show on the terminal.

use std::{error::Error, time::Duration};

use codespar_proto::{Charge, ChatEvent, Config, PaymentStatus};
use codespar_sandbox::Sandbox;

/// Where the API is: as the environment says when it names a key, else a sandbox of our own.
pub(crate) fn server() -> Result<(Config, Option<Sandbox>), Box<dyn Error>> {
    if std::env::var_os("CODESPAR_API_KEY").is_some() {
        println!("On the API that the environment names.\n");
        return Ok((Config::from_vars(|name| std::env::var(name).ok())?, None));
    }
    let sandbox = Sandbox::builder().settle_after(Duration::from_millis(1500)).start()?;
    println!("On a sandbox at {} (set CODESPAR_API_KEY for the real API).\n", sandbox.base_url());
    Ok((Config::new(sandbox.api_key()).base_url(sandbox.base_url()), Some(sandbox)))
}

pub(crate) fn show_event(event: &ChatEvent) {
    match event {
        ChatEvent::UserMessage(message) => println!("you    {}", message.content),
        ChatEvent::AssistantText(text) => println!("agent  {}", text.content),
        ChatEvent::ToolUse(tool) => println!("tool   {} …", tool.name),
        ChatEvent::ToolResult(call) => println!("tool   {} is done", call.tool_name),
        ChatEvent::Done(turn) => println!("done   after {} rounds\n", turn.iterations),
        ChatEvent::Error(error) => println!("failed {}", error.message.as_deref().unwrap_or("?")),
        _ => {}
    }
}

/// Shows the code to the person who is to pay; nothing else does.
pub(crate) fn show_charge(charge: &Charge) -> Result<(), Box<dyn Error>> {
    let status = charge.status.as_deref().unwrap_or("made");
    println!("Charge {} is {status}.", charge.id.as_deref().unwrap_or("without id"));
    println!("Copy and paste:\n{}\n", charge.pix_code()?.expose());
    println!("{}\n", charge.qr()?.text());
    Ok(())
}

pub(crate) fn show_status(status: &PaymentStatus) {
    println!("payment {}", status.payment_status);
}
