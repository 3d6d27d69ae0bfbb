//! Putting a response on the wire.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::sync::mpsc;

use crate::{
    server::{
        body::{BodyFaults, ResponseBody},
        faults::{FaultPlan, RawBody},
        response::{Payload, Response},
    },
    store::{Store, raw_json},
};

/// Does what an answer waits for, such as a webhook delivery.
pub(crate) async fn complete(store: &Arc<Store>, answer: Response) -> Response {
    match answer.payload {
        Payload::Deferred(task) => {
            let mut last = task(Arc::clone(store)).await;
            last.headers.extend(answer.headers);
            last
        }
        payload => Response { payload, ..answer },
    }
}

pub(crate) fn respond(
    store: &Arc<Store>,
    answer: Response,
    plan: &FaultPlan,
) -> http::Response<ResponseBody> {
    let (body, media_type) = match answer.payload {
        Payload::Json(value) => (
            ResponseBody::whole(raw_json::to_text(&value), plan.flaws),
            Some("application/json; charset=utf-8"),
        ),
        Payload::File(bytes, media_type) => {
            let body = ResponseBody::whole(bytes, plan.flaws);
            return with_headers(body, answer.status, Some(&media_type), answer.headers);
        }
        Payload::Frames(frames) => (ResponseBody::frames(queue(frames), plan.flaws), None),
        Payload::Stream(task) => {
            let (sender, receiver) = mpsc::channel(16);
            tokio::spawn(task(Arc::clone(store), sender, !plan.no_heartbeat));
            (ResponseBody::frames(receiver, plan.flaws), None)
        }
        Payload::Empty | Payload::Deferred(_) => {
            (ResponseBody::whole("", BodyFaults::default()), None)
        }
    };
    with_headers(body, answer.status, media_type, answer.headers)
}

fn with_headers(
    body: ResponseBody,
    status: StatusCode,
    media_type: Option<&str>,
    headers: Vec<(HeaderName, String)>,
) -> http::Response<ResponseBody> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    if let Some(media_type) = media_type.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A channel that already holds everything.
fn queue(frames: Vec<Bytes>) -> mpsc::Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel(frames.len().max(1));
    for frame in frames {
        // There is room for all of them.
        let _ = sender.try_send(frame);
    }
    receiver
}

/// Adds what a fault says about the head.
pub(crate) fn add_headers(response: &mut http::Response<ResponseBody>, plan: &FaultPlan) {
    if let Some(length) = plan.flaws.declared {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    for (name, value) in &plan.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// The answer that a fault gives in place of the handler's.
pub(crate) fn replacement(
    status: StatusCode,
    body: &RawBody,
    plan: &FaultPlan,
) -> http::Response<ResponseBody> {
    let mut response = http::Response::new(ResponseBody::whole(body.bytes.clone(), plan.flaws));
    *response.status_mut() = status;
    if let Some(media_type) = body.media_type {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response
}
