//! `session.invoice`: its request and its answer.

use codespar_proto::{
    Json,
    meta_tools::{InvoiceArgs, InvoiceKind},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn an_invoice() {
    let answer =
        tool(json!({"id": "nf_1", "status": "autorizada", "pdf_url": "https://nf.test/1"}));
    let item = Json::from(json!({"description": "Plano", "unit_price": 49900}));
    let recipient = json!({"name": "Padaria Sol"});
    let args = InvoiceArgs::issue(InvoiceKind::Nfse, recipient, vec![item]).due_date("2026-12-31");
    assert_snapshot!(told(answer, |client| session(client).invoice(&args)));
    let args = InvoiceArgs::amend(InvoiceKind::Nfe, "nf_1", "the address").reason("typo");
    assert_snapshot!(told(tool(json!({"id": "nf_1"})), |client| session(client).invoice(&args)));
}
