//! Putting an answer on the wire.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::sync::mpsc;

use crate::{
    server::{
        body::{AnswerBody, Flaws},
        faults::{Plan, Text},
        response::{Answer, Payload},
    },
    store::{Store, raw_json},
};

/// Does what an answer waits for, such as a webhook delivery.
pub(crate) async fn complete(store: &Arc<Store>, answer: Answer) -> Answer {
    match answer.payload {
        Payload::After(task) => {
            let mut last = task(Arc::clone(store)).await;
            last.headers.extend(answer.headers);
            last
        }
        payload => Answer { payload, ..answer },
    }
}

pub(crate) fn respond(store: &Arc<Store>, answer: Answer, plan: &Plan) -> Response<AnswerBody> {
    let (body, media_type) = match answer.payload {
        Payload::Json(value) => (
            AnswerBody::whole(raw_json::text(&value), plan.flaws),
            Some("application/json; charset=utf-8"),
        ),
        Payload::File(bytes, media_type) => {
            let body = AnswerBody::whole(bytes, plan.flaws);
            return with_headers(body, answer.status, Some(&media_type), answer.headers);
        }
        Payload::Frames(frames) => (AnswerBody::frames(queue(frames), plan.flaws), None),
        Payload::Stream(task) => {
            let (sender, receiver) = mpsc::channel(16);
            tokio::spawn(task(Arc::clone(store), sender, !plan.no_heartbeat));
            (AnswerBody::frames(receiver, plan.flaws), None)
        }
        Payload::Empty | Payload::After(_) => (AnswerBody::whole("", Flaws::default()), None),
    };
    with_headers(body, answer.status, media_type, answer.headers)
}

fn with_headers(
    body: AnswerBody,
    status: StatusCode,
    media_type: Option<&str>,
    headers: Vec<(HeaderName, String)>,
) -> Response<AnswerBody> {
    let mut response = Response::new(body);
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
pub(crate) fn add_headers(response: &mut Response<AnswerBody>, plan: &Plan) {
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
pub(crate) fn instead(status: StatusCode, text: &Text, plan: &Plan) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(text.bytes.clone(), plan.flaws));
    *response.status_mut() = status;
    if let Some(media_type) = text.media_type {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response
}
