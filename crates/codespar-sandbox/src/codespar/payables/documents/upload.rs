//! `POST /v1/payables/documents`: a bill as a PDF or an image, which a made-up model reads.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::payables::documents::{input::KEY, keep, replay},
    server::{
        errors::error,
        request::{HandlerResult, Request},
    },
    store::{hex::hex, json::set_in},
};

const MOST_BYTES: usize = 10 * 1024 * 1024;

/// Every document says that R$ 189,90 are due to one supplier; its boleto is another for each.
const AMOUNT: i64 = 18_990;

/// Takes a part named `document`, and the person who uploads it as `actor`.
pub(crate) fn upload(req: &mut Request<'_>) -> HandlerResult {
    let part = |name: &str| req.parts.iter().find(|part| part.name.as_deref() == Some(name));
    let Some(document) = part("document") else {
        return Err(error(400, "payable_document_required", "a part named document").into());
    };
    let bytes = document.bytes.clone();
    let actor = part("actor").map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
    if bytes.len() > MOST_BYTES {
        return Err(error(413, "payable_document_too_large", "at most 10 MB").into());
    }
    let known: [&[u8]; 4] = [b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RIFF"];
    if !known.iter().any(|magic| bytes.starts_with(magic)) {
        let code = "payable_document_type_unsupported";
        return Err(error(415, code, "no PDF and no image").into());
    }
    let hash = hex(&Sha256::digest(&bytes));
    let request = json!({ "document_hash": hash, "actor": actor });
    if let Some(known) = replay(req, &request)? {
        return Ok(known);
    }
    let bill = read(&hash, actor.as_deref());
    keep(req, bill, request)
}

/// What the model reads in a document.
fn read(hash: &str, actor: Option<&str>) -> Value {
    let said = |value: Value, excerpt: &str| {
        let evidence = json!({ "page": 1, "excerpt": excerpt, "verification": "verified" });
        json!({ "value": value, "from": "modelo", "evidence": evidence, "confidence": 0.98 })
    };
    // 25 digits that go with the document, so that no two have the same boleto.
    let digits: String = hash.bytes().map(|byte| char::from(b'0' + byte % 10)).take(25).collect();
    let barcode = format!("237918434{AMOUNT:010}{digits}");
    let mut bill = json!({
        "schema_version": "payable.v1",
        "doc_type": "boleto",
        "attribution": { "channel": "upload", "credential_id": KEY },
        "document_hash": hash,
        "supplier": {
            "name": said("Papelaria Sol".into(), "Papelaria Sol"),
            "document": said("12345678000195".into(), "12.345.678/0001-95"),
        },
        "totals": {
            "grand_total_minor": said(AMOUNT.into(), "R$ 189,90"),
            "currency": said("BRL".into(), "R$"),
        },
        "carriers": { "boleto": barcode },
        "extraction": {
            "model": "sandbox",
            "model_version": "1",
            "input_tokens": 1_000,
            "output_tokens": 100,
        },
    });
    if let Some(actor) = actor {
        set_in(&mut bill, "attribution", "actor", actor);
    }
    bill
}
