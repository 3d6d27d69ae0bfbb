//! What both quickstarts show on the terminal.

mod server;

use std::error::Error;

use codespar_proto::{Charge, ChatEvent, PaymentStatus};
use qrcode::{QrCode, render::unicode::Dense1x2};

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
    if let Some(code) = &charge.pix_copy_paste {
        println!("Copy and paste:\n{}\n", code.expose());
        // Light modules are drawn, dark ones left out: right on the usual dark terminal.
        let qr = QrCode::new(code.expose())?;
        let mut picture = qr.render::<Dense1x2>();
        let picture = picture.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        println!("{picture}\n");
    }
    Ok(())
}

pub(crate) fn show_status(status: &PaymentStatus) {
    println!("payment {}", status.payment_status);
}
