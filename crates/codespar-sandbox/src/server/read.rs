//! Reading a request to its end.

use std::io;

use bytes::Bytes;
use http_body_util::{BodyDataStream, BodyExt, Collected, Full, Limited};
use hyper::body::Incoming;

use crate::server::{log::ReceivedRequest, request::Part, service::Service};

/// Reads a request to its end; `None` when it is larger than anything the API takes. The body for a
/// route that is not there is read and forgotten.
pub(crate) async fn receive(
    request: http::Request<Incoming>,
    service: &dyn Service,
) -> Result<Option<ReceivedRequest>, io::Error> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let mut body = Limited::new(body, service.body_limit(path));
    let read = if service.has_route(head.method.as_str(), path) {
        body.collect().await.map(Collected::to_bytes)
    } else {
        drain(&mut body).await.map(|()| Bytes::new())
    };
    let body = match read {
        Ok(body) => body,
        Err(error) if error.is::<http_body_util::LengthLimitError>() => return Ok(None),
        Err(error) => return Err(io::Error::other(error)),
    };
    Ok(Some(ReceivedRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
    }))
}

/// Reads a body to its end without keeping it.
async fn drain(
    body: &mut Limited<Incoming>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(())
}

pub(crate) async fn read_parts(request: &ReceivedRequest) -> Vec<Part> {
    let content_type = request.header("content-type").unwrap_or_default();
    let Ok(boundary) = multer::parse_boundary(content_type) else { return Vec::new() };
    let body = BodyDataStream::new(Full::new(request.body.clone()));
    let mut form = multer::Multipart::new(body, boundary);
    let mut parts = Vec::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().map(str::to_owned);
        let file_name = field.file_name().map(str::to_owned);
        let media_type = field.content_type().map(ToString::to_string);
        let Ok(bytes) = field.bytes().await else { return Vec::new() };
        parts.push(Part { name, file_name, media_type, bytes });
    }
    parts
}
