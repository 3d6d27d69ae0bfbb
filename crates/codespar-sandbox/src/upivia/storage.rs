//! Stored files. A presigned upload and a download go to a bucket on this very server, which knows
//! no credentials and refuses them.

use std::time::Duration;

use bytes::Bytes;
use http::{
    StatusCode,
    header::{AUTHORIZATION, COOKIE, LOCATION},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::issue,
        request::{HandlerResult, Part, Request},
        response::Response,
    },
    store::{
        hex::hex,
        json::{member, set, text},
        upivia::{OTHER_WORKSPACE, WORKSPACE},
    },
    upivia::resource,
};

/// What a file sent in one piece may weigh.
const MOST: usize = 100 * 1024 * 1024;

/// How long an upload URL is good for.
const UPLOAD_TIME: Duration = Duration::from_secs(15 * 60);

/// `GET /storage/objects`: those that are live.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let objects = &req.state.upivia.objects;
    let objects = resource::filter(objects, req.project, |row| text(row, "status") == "live");
    resource::paged(req, "objects", objects)
}

/// `POST /storage/objects`: a file, or as JSON the request for a place to put one.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    if req.received.media_type().as_deref() == Some("application/json") {
        return presign(req);
    }
    let file = file(req)?;
    let (bytes, file_name) = (file.bytes.clone(), file.file_name.clone());
    if bytes.len() > MOST {
        return Err(error(413, "payload_too_large", "larger files have to be presigned").into());
    }
    let media_type = field(req, "contentType").or_else(|| file.media_type.clone());
    let digest = hex(&Sha256::digest(&bytes));
    let row = new_object(req, file_name, media_type, bytes.len() as u64);
    let id = text(&row, "id").to_owned();
    let upivia = &mut req.state.upivia;
    upivia.contents.insert(id.clone(), bytes);
    let row = resource::find_mut(&mut upivia.objects, req.project, &id)?;
    set(row, "status", "live");
    set(row, "sha256", digest);
    Ok(Response::created(json!({ "object": row })))
}

/// The file of a multipart body.
pub(crate) fn file<'a>(req: &Request<'a>) -> Result<&'a Part, ApiError> {
    let parts = req.parts.iter();
    let named = |part: &&Part| part.name.as_deref() == Some("file");
    parts.into_iter().find(named).ok_or_else(|| {
        error(400, "invalid_request", "a part named file is missing").with("field", "file")
    })
}

/// The text of another part.
pub(crate) fn field(req: &Request<'_>, name: &str) -> Option<String> {
    let part = req.parts.iter().find(|part| part.name.as_deref() == Some(name))?;
    String::from_utf8(part.bytes.to_vec()).ok()
}

fn new_object(
    req: &mut Request<'_>,
    file_name: Option<String>,
    media_type: Option<String>,
    size: u64,
) -> Value {
    let row = json!({
        "id": req.state.ids.with("obj"),
        "filename": file_name,
        "content_type": media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        "size_bytes": size,
        "status": "pending",
        "sha256": null,
        "created_at": req.now.rfc3339(),
    });
    resource::insert(&mut req.state.upivia.objects, req.project, row)
}

fn presign(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let file_name = body.text("filename")?.to_owned();
    let media_type = body.text("contentType")?.to_owned();
    let size = u64::try_from(body.integer("sizeBytes")?);
    let size = size.map_err(|_| issue("sizeBytes", "must not be negative"))?;
    let row = new_object(req, Some(file_name), Some(media_type), size);
    let url = signed_url(req, text(&row, "id"));
    let expires_at = req.now.rfc3339_after(UPLOAD_TIME);
    let body = json!({ "object": row, "upload_url": url, "expires_at": expires_at });
    Ok(Response::ok(body))
}

/// Where the content of an object is written and read.
fn signed_url(req: &Request<'_>, id: &str) -> String {
    format!("{}/bucket/{id}?signature={}", resource::origin(req), signature(id))
}

fn signature(id: &str) -> String {
    hex(&Sha256::digest(format!("bucket {id}").as_bytes()))
}

/// The object that a request to the bucket is about, in whichever workspace.
fn signed<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    let headers = &req.received.headers;
    if headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE) {
        return Err(error(400, "invalid_request", "only one way to authorize is allowed"));
    }
    let id = req.id();
    let objects = &req.state.upivia.objects;
    let found =
        [WORKSPACE, OTHER_WORKSPACE].into_iter().find_map(|workspace| objects.find(workspace, id));
    let wrong = || error(403, "forbidden", "the signature does not match");
    found.filter(|_| req.query("signature") == Some(signature(id).as_str())).ok_or_else(wrong)
}

/// `PUT` to the bucket.
pub(crate) fn put(req: &mut Request<'_>) -> HandlerResult {
    let row = signed(req)?;
    let size = req.received.body.len();
    if member(row, "size_bytes").as_u64() != u64::try_from(size).ok() {
        return Err(error(400, "invalid_request", "this is not the size that was announced").into());
    }
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "the object is there already").into());
    }
    let (id, content) = (req.id().to_owned(), req.received.body.clone());
    req.state.upivia.contents.insert(id, content);
    Ok(Response::file(Bytes::new(), "application/xml"))
}

/// `GET` from the bucket.
pub(crate) fn read(req: &mut Request<'_>) -> HandlerResult {
    let row = signed(req)?;
    let content = req.state.upivia.contents.get(req.id()).ok_or_else(resource::missing)?;
    Ok(Response::file(content.clone(), text(row, "content_type")))
}

/// `POST /storage/objects/{id}/confirm`
pub(crate) fn confirm(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let expected = body.maybe_text("sha256")?;
    let id = req.id().to_owned();
    let upivia = &mut req.state.upivia;
    let row = resource::find_mut(&mut upivia.objects, req.project, &id)?;
    let Some(content) = upivia.contents.get(&id) else {
        return Err(error(409, "upload_missing", "nothing has been uploaded yet").into());
    };
    let digest = hex(&Sha256::digest(content));
    if expected.is_some_and(|expected| expected != digest) {
        let message = "what was uploaded has another SHA-256";
        return Err(error(422, "checksum_mismatch", message).into());
    }
    set(row, "status", "live");
    set(row, "sha256", digest);
    Ok(Response::ok(json!({ "object": row })))
}

/// `GET /storage/objects/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = resource::find(&req.state.upivia.objects, req.project, req.id())?;
    if text(row, "status") == "deleted" {
        return Err(resource::missing().into());
    }
    Ok(Response::ok(json!({ "object": row })))
}

/// `DELETE /storage/objects/{id}`, which can be taken back.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    change_status(req, &["live", "pending"], "deleted")?;
    Ok(resource::ok())
}

/// `POST /storage/objects/{id}/restore`
pub(crate) fn restore(req: &mut Request<'_>) -> HandlerResult {
    let object = change_status(req, &["deleted"], "live")?;
    Ok(Response::ok(json!({ "object": object })))
}

fn change_status(req: &mut Request<'_>, from: &[&str], to: &str) -> Result<Value, ApiError> {
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.objects, req.project, &id)?;
    if !from.contains(&text(row, "status")) {
        return Err(resource::missing());
    }
    set(row, "status", to);
    Ok(row.clone())
}

/// `GET /storage/objects/{id}/download`: a redirect that says in its body too where it leads.
pub(crate) fn download(req: &mut Request<'_>) -> HandlerResult {
    let seconds = req.query("expires_in").map_or(Ok(600), str::parse::<u64>);
    let seconds = seconds.ok().filter(|seconds| (1..=86_400).contains(seconds));
    let seconds = seconds.ok_or_else(|| issue("expires_in", "out of range"))?;
    live(req, req.id())?;
    let url = signed_url(req, req.id());
    let body = json!({
        "url": url,
        "expires_in_seconds": seconds,
        "expires_at": req.now.rfc3339_after(Duration::from_secs(seconds)),
    });
    Ok(Response::json(StatusCode::FOUND, body).header(LOCATION, url))
}

/// An object whose content is there.
pub(crate) fn live<'a>(req: &'a Request<'_>, id: &str) -> Result<&'a Value, ApiError> {
    let row = resource::find(&req.state.upivia.objects, req.project, id)?;
    match text(row, "status") {
        "live" => Ok(row),
        "pending" => Err(error(409, "conflict", "nothing has been uploaded yet")),
        _ => Err(resource::missing()),
    }
}
