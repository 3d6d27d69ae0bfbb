//! `POST /v1/payables/files`: a document with something to pay in it.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{Refusal, error},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{hex::hex, json::member},
};

const MOST_BYTES: usize = 10 * 1024 * 1024;
const MOST_ROWS: usize = 500;

/// The line of the boleto that every PDF and image shows: R$ 189,90.
const BOLETO: &str = "23793381286000000000300000000401184340000018990";

/// Takes one part named `file`. Of a table every row is an item `key,amount`; of anything else the
/// sandbox reads one and the same boleto.
pub(crate) fn upload(req: &mut Request<'_>) -> HandlerResult {
    let [part] = req.parts else {
        return Err(issue("file", "exactly one part").into());
    };
    if part.name.as_deref() != Some("file") {
        return Err(issue("file", "the part must be named file").into());
    }
    let bytes = part.bytes.clone();
    if bytes.is_empty() {
        return Err(error(400, "payable_file_empty", "the file is empty").into());
    }
    if bytes.len() > MOST_BYTES {
        return Err(error(413, "payable_file_too_large", "at most 10 MB").into());
    }
    let Some(kind) = kind(&bytes) else {
        return Err(error(415, "payable_file_type_unsupported", "no PDF, image or table").into());
    };
    let id = req.state.ids.with("pfile");
    let items = items(&id, kind, &bytes)?;
    let unresolved = items.iter().filter(|item| is_unresolved(item)).count();
    let answer = json!({
        "file_id": id,
        "kind": kind,
        "sha256": hex(&Sha256::digest(&bytes)),
        "size_bytes": bytes.len(),
        "items_found": items.len(),
        "unresolved": unresolved,
        "expires_at": req.now.rfc3339_after(Duration::from_secs(24 * 60 * 60)),
    });
    req.state.files.insert(req.project, &id, json!({ "items": items }));
    Ok(Response::created(answer))
}

/// What a file is, by its first bytes.
fn kind(bytes: &Bytes) -> Option<&'static str> {
    let images: [&[u8]; 3] = [b"\x89PNG", b"\xff\xd8\xff", b"RIFF"];
    if bytes.starts_with(b"%PDF") {
        Some("pdf")
    } else if images.iter().any(|magic| bytes.starts_with(magic)) {
        Some("image")
    } else if bytes.starts_with(b"PK\x03\x04") {
        Some("xlsx")
    } else {
        let text = std::str::from_utf8(bytes).ok()?;
        text.lines().next()?.contains([',', ';']).then_some("csv")
    }
}

/// Whether nobody knows where the money would go.
fn is_unresolved(item: &Value) -> bool {
    let names = ["pix_key", "boleto_line"];
    names.iter().all(|name| member(item, "carrier")[*name].is_null())
}

fn items(file: &str, kind: &str, bytes: &Bytes) -> Result<Vec<Value>, Refusal> {
    if kind != "csv" {
        let origin = json!({ "file_id": file, "page": 1, "row": null, "kind": "boleto_line" });
        return Ok(vec![json!({ "origin": origin, "carrier": { "boleto_line": BOLETO } })]);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let rows: Vec<&str> = text.lines().skip(1).filter(|line| !line.trim().is_empty()).collect();
    if rows.len() > MOST_ROWS {
        return Err(error(400, "payable_file_too_many_rows", "at most 500 rows").into());
    }
    let item = |(index, line): (usize, &&str)| {
        let mut cells = line.split([',', ';']).map(str::trim);
        let key = cells.next().filter(|key| !key.is_empty());
        let amount = cells.next().and_then(|cell| cell.parse::<i64>().ok());
        let origin = json!({ "file_id": file, "page": null, "row": index + 2, "kind": "csv_row" });
        json!({ "origin": origin, "carrier": { "pix_key": key, "amount_minor": amount } })
    };
    Ok(rows.iter().enumerate().map(item).collect())
}
