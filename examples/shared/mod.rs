//! What both quickstarts show on the terminal.

mod server;

use std::error::Error;

use codespar_proto::{Charge, ChatEvent, PaymentStatus};

pub(crate) use self::server::server;

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
