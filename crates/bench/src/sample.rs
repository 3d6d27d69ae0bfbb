//! What is asked and answered in all measurements, like what the API sends.

use std::fmt::Write as _;

use bytes::Bytes;
use serde::Serialize;

pub(crate) const KEY: &str = "csk_test_0123456789abcdef";
pub(crate) const TOOL: &str = "asaas/create_payment";

/// The input of a tool.
#[derive(Serialize)]
pub(crate) struct Payment {
    value: f64,
    #[serde(rename = "billingType")]
    billing_type: &'static str,
    customer: &'static str,
    description: &'static str,
}

pub(crate) const PAYMENT: Payment = Payment {
    value: 150.0,
    billing_type: "PIX",
    customer: "cus_000005219613",
    description: "Pedido 056984",
};

/// The body of `execute`, for contenders that write it themselves.
#[derive(Serialize)]
pub(crate) struct Execute<'a> {
    tool: &'a str,
    input: &'a Payment,
}

pub(crate) const EXECUTE: Execute<'static> = Execute { tool: TOOL, input: &PAYMENT };

/// The answer of `execute`: 400 bytes.
pub(crate) const RESULT: &str = concat!(
    r#"{"success":true,"data":{"id":"pay_080225913252","status":"PENDING","value":150,"#,
    r#""netValue":149.01,"billingType":"PIX","customer":"cus_000005219613","#,
    r#""dueDate":"2026-12-01","#,
    r#""pixCopyPaste":"00020126360014br.gov.bcb.pix0114+55119999999995204000053039865406150.00"},"#,
    r#""error":null,"duration":412,"server":"asaas","tool":"asaas/create_payment","#,
    r#""tool_call_id":"tc_01hxyz81f","called_at":"2026-10-02T13:05:11.204Z"}"#
);

/// A piece of what the agent says, as the managed service sends it.
fn delta(out: &mut String, count: usize) {
    const WORDS: [&str; 8] =
        ["Claro", "! Vou", " gerar a", " cobrança de R$ 150,00", " por", " Pix", " agora", "."];
    let word = WORDS.get(count % WORDS.len()).copied().unwrap_or_default();
    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "event: assistant_text\ndata: {{\"type\":\"assistant_text\",\"content\":\"{word}\",\
         \"iteration\":{}}}\n\n",
        count % 7
    );
}

const TOOL_USE: &str = concat!(
    "event: tool_use\n",
    r#"data: {"type":"tool_use","id":"toolu_01A","name":"asaas__create_payment","#,
    r#""input":{"value":150,"billingType":"PIX"},"iteration":1}"#,
    "\n\n",
);

fn tool_result(out: &mut String) {
    let _ = write!(
        out,
        "event: tool_result\ndata: {{\"type\":\"tool_result\",\"tool_call\":{{\"id\":\"tc_01\",\
         \"tool_name\":\"asaas/create_payment\",\"server_id\":\"asaas\",\"status\":\"success\",\
         \"duration_ms\":412,\"input\":{{\"value\":150}},\"output\":{RESULT},\
         \"error_code\":null}}}}\n\n",
    );
}

pub(crate) const DONE: &str = concat!(
    "event: done\n",
    r#"data: {"type":"done","result":{"message":"Pronto.","tool_calls":[],"iterations":2}}"#,
    "\n\n",
);

/// Small deltas only.
pub(crate) fn deltas(bytes: usize) -> String {
    let mut text = String::new();
    for count in 0.. {
        if text.len() >= bytes {
            break;
        }
        delta(&mut text, count);
    }
    text
}

/// A turn of the agent: fifty deltas to each tool call, `done` at the end.
pub(crate) fn turn(events: usize) -> String {
    let mut text = String::new();
    for count in 0..events {
        match count % 52 {
            50 => text.push_str(TOOL_USE),
            51 => tool_result(&mut text),
            _ => delta(&mut text, count),
        }
    }
    text + DONE
}

/// One frame of this many bytes of data.
pub(crate) fn large(bytes: usize) -> String {
    format!("event: tool_result\ndata: {{\"output\":\"{}\"}}\n\n", "x".repeat(bytes))
}

/// The text cut into chunks of one size.
pub(crate) fn chunks(text: String, size: usize) -> Vec<Bytes> {
    let mut rest = Bytes::from(text);
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        chunks.push(rest.split_to(size.min(rest.len())));
    }
    chunks
}
