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
        request::{Call, Outcome, Part},
        response::Answer,
    },
    store::{
        hex::hex,
        json::{part, set, text},
        upivia::{OTHER_WORKSPACE, WORKSPACE},
    },
    upivia::resource,
};

/// What a file sent in one piece may weigh.
const MOST: usize = 100 * 1024 * 1024;

/// How long an upload URL is good for.
const UPLOAD_TIME: Duration = Duration::from_secs(15 * 60);

/// `GET /storage/objects`: those that are live.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let objects = &call.state.upivia.objects;
    let objects = resource::some(objects, call.project, |row| text(row, "status") == "live");
    resource::paged(call, "objects", objects)
}

/// `POST /storage/objects`: a file, or as JSON the wish for a place to put one.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    if call.request.media_type().as_deref() == Some("application/json") {
        return presign(call);
    }
    let file = file(call)?;
    let (bytes, file_name) = (file.bytes.clone(), file.file_name.clone());
    if bytes.len() > MOST {
        return Err(error(413, "payload_too_large", "larger files have to be presigned").into());
    }
    let media_type = field(call, "contentType").or_else(|| file.media_type.clone());
    let digest = hex(&Sha256::digest(&bytes));
    let row = made(call, file_name, media_type, bytes.len() as u64);
    let id = text(&row, "id").to_owned();
    let books = &mut call.state.upivia;
    books.contents.insert(id.clone(), bytes);
    let row = resource::find_mut(&mut books.objects, call.project, &id)?;
    set(row, "status", "live");
    set(row, "sha256", digest);
    Ok(Answer::created(json!({ "object": row })))
}

/// The file of a multipart body.
pub(crate) fn file<'a>(call: &Call<'a>) -> Result<&'a Part, ApiError> {
    let parts = call.parts.iter();
    let named = |part: &&Part| part.name.as_deref() == Some("file");
    parts.into_iter().find(named).ok_or_else(|| {
        error(400, "invalid_request", "a part named file is missing").with("field", "file")
    })
}

/// The text of another part.
pub(crate) fn field(call: &Call<'_>, name: &str) -> Option<String> {
    let part = call.parts.iter().find(|part| part.name.as_deref() == Some(name))?;
    String::from_utf8(part.bytes.to_vec()).ok()
}

fn made(
    call: &mut Call<'_>,
    file_name: Option<String>,
    media_type: Option<String>,
    size: u64,
) -> Value {
    let row = json!({
        "id": call.state.ids.with("obj"),
        "filename": file_name,
        "content_type": media_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        "size_bytes": size,
        "status": "pending",
        "sha256": null,
        "created_at": call.now.text(),
    });
    resource::keep(&mut call.state.upivia.objects, call.project, row)
}

fn presign(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let file_name = body.text("filename")?.to_owned();
    let media_type = body.text("contentType")?.to_owned();
    let size = u64::try_from(body.integer("sizeBytes")?);
    let size = size.map_err(|_| issue("sizeBytes", "must not be negative"))?;
    let row = made(call, Some(file_name), Some(media_type), size);
    let url = signed_url(call, text(&row, "id"));
    let expires_at = call.now.text_after(UPLOAD_TIME);
    let body = json!({ "object": row, "upload_url": url, "expires_at": expires_at });
    Ok(Answer::ok(body))
}

/// Where the content of an object is written and read.
fn signed_url(call: &Call<'_>, id: &str) -> String {
    format!("{}/bucket/{id}?signature={}", resource::origin(call), signature(id))
}

fn signature(id: &str) -> String {
    hex(&Sha256::digest(format!("bucket {id}").as_bytes()))
}

/// The object that a request to the bucket is about, in whichever workspace.
fn signed<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    let headers = &call.request.headers;
    if headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE) {
        return Err(error(400, "invalid_request", "only one way to authorize is allowed"));
    }
    let id = call.id();
    let objects = &call.state.upivia.objects;
    let found =
        [WORKSPACE, OTHER_WORKSPACE].into_iter().find_map(|workspace| objects.find(workspace, id));
    let wrong = || error(403, "forbidden", "the signature does not match");
    found.filter(|_| call.query("signature") == Some(signature(id).as_str())).ok_or_else(wrong)
}

/// `PUT` to the bucket.
pub(crate) fn put(call: &mut Call<'_>) -> Outcome {
    let row = signed(call)?;
    let size = call.request.body.len();
    if part(row, "size_bytes").as_u64() != u64::try_from(size).ok() {
        return Err(error(400, "invalid_request", "this is not the size that was announced").into());
    }
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "the object is there already").into());
    }
    let (id, content) = (call.id().to_owned(), call.request.body.clone());
    call.state.upivia.contents.insert(id, content);
    Ok(Answer::file(Bytes::new(), "application/xml"))
}

/// `GET` from the bucket.
pub(crate) fn read(call: &mut Call<'_>) -> Outcome {
    let row = signed(call)?;
    let content = call.state.upivia.contents.get(call.id()).ok_or_else(resource::missing)?;
    Ok(Answer::file(content.clone(), text(row, "content_type")))
}

/// `POST /storage/objects/{id}/confirm`
pub(crate) fn confirm(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let expected = body.maybe_text("sha256")?;
    let id = call.id().to_owned();
    let books = &mut call.state.upivia;
    let row = resource::find_mut(&mut books.objects, call.project, &id)?;
    let Some(content) = books.contents.get(&id) else {
        return Err(error(409, "upload_missing", "nothing has been uploaded yet").into());
    };
    let digest = hex(&Sha256::digest(content));
    if expected.is_some_and(|expected| expected != digest) {
        let message = "what was uploaded has another SHA-256";
        return Err(error(422, "checksum_mismatch", message).into());
    }
    set(row, "status", "live");
    set(row, "sha256", digest);
    Ok(Answer::ok(json!({ "object": row })))
}

/// `GET /storage/objects/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let row = resource::find(&call.state.upivia.objects, call.project, call.id())?;
    if text(row, "status") == "deleted" {
        return Err(resource::missing().into());
    }
    Ok(Answer::ok(json!({ "object": row })))
}

/// `DELETE /storage/objects/{id}`, which can be taken back.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    turn_into(call, &["live", "pending"], "deleted")?;
    Ok(resource::fine())
}

/// `POST /storage/objects/{id}/restore`
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    let object = turn_into(call, &["deleted"], "live")?;
    Ok(Answer::ok(json!({ "object": object })))
}

fn turn_into(call: &mut Call<'_>, from: &[&str], to: &str) -> Result<Value, ApiError> {
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.objects, call.project, &id)?;
    if !from.contains(&text(row, "status")) {
        return Err(resource::missing());
    }
    set(row, "status", to);
    Ok(row.clone())
}

/// `GET /storage/objects/{id}/download`: a redirect that says in its body too where it leads.
pub(crate) fn download(call: &mut Call<'_>) -> Outcome {
    let seconds = call.query("expires_in").map_or(Ok(600), str::parse::<u64>);
    let seconds = seconds.ok().filter(|seconds| (1..=86_400).contains(seconds));
    let seconds = seconds.ok_or_else(|| issue("expires_in", "out of range"))?;
    live(call, call.id())?;
    let url = signed_url(call, call.id());
    let body = json!({
        "url": url,
        "expires_in_seconds": seconds,
        "expires_at": call.now.text_after(Duration::from_secs(seconds)),
    });
    Ok(Answer::json(StatusCode::FOUND, body).header(LOCATION, url))
}

/// An object whose content is there.
pub(crate) fn live<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Value, ApiError> {
    let row = resource::find(&call.state.upivia.objects, call.project, id)?;
    match text(row, "status") {
        "live" => Ok(row),
        "pending" => Err(error(409, "conflict", "nothing has been uploaded yet")),
        _ => Err(resource::missing()),
    }
}
