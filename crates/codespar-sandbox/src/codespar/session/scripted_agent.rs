//! The scripted agent behind `send`: no model, it only looks at the words.

use serde_json::{Value, json};

use crate::{server::json_object::JsonObject, store::money};

/// What the script decides to do with a message.
pub(crate) enum Plan {
    Tool { tool: String, input: JsonObject, before: &'static str, after: &'static str },
    Echo(String),
}

/// Reads a message.
///
/// A word of the form `server/tool` calls that tool; a request to charge or to pay an amount calls
/// `codespar_charge` or `codespar_pay`; anything else is echoed.
pub(crate) fn plan(message: &str) -> Plan {
    let lower = message.to_lowercase();
    if let Some(tool) = named_tool(message) {
        return tool_call(tool, json!({}), "Calling the tool.", "The tool has answered.");
    }
    let amount = money::first_amount(message);
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match amount {
        Some(amount) if says(&["charge", "cobr", "receb"]) => tool_call(
            "codespar_charge".to_owned(),
            json!({
                "amount": amount.major(),
                "currency": "BRL",
                "method": method(&lower),
                "description": message.trim(),
                "buyer": { "name": "Maria Silva" },
            }),
            "Creating the charge.",
            "The charge is there and waits for its payment.",
        ),
        Some(amount) if says(&["pay ", "pague", "pagar", "transf", "send "]) => tool_call(
            "codespar_pay".to_owned(),
            json!({
                "action": "pay",
                "amount": amount.minor(),
                "currency": "BRL",
                "method": "pix",
                "description": message.trim(),
                "recipient": "maria@example.com",
            }),
            "Sending the payment.",
            "The payment is on its way.",
        ),
        _ => Plan::Echo(format!("You said: {}", message.trim())),
    }
}

fn tool_call(tool: String, input: Value, before: &'static str, after: &'static str) -> Plan {
    Plan::Tool { tool, input: JsonObject::of(&input), before, after }
}

fn method(lower: &str) -> &'static str {
    ["boleto", "card", "wallet"].into_iter().find(|word| lower.contains(word)).unwrap_or("pix")
}

/// The first word that is a name like `asaas/create_payment`.
fn named_tool(message: &str) -> Option<String> {
    let edge = |c: char| !c.is_ascii_alphanumeric();
    message.split_whitespace().map(|word| word.trim_matches(edge)).find_map(|word| {
        let (server, tool) = word.split_once('/')?;
        let plain = |text: &str| {
            text.len() > 1
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
        };
        (plain(server) && plain(tool)).then(|| word.to_owned())
    })
}
