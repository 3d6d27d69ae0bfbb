//! HTTP/2 over a TLS connection, with a limit on streams where one is wanted.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_TYPE, HeaderValue},
};
use http_body_util::BodyExt as _;
use hyper::{
    body::{Body, Frame, Incoming},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    answers::{Answer, first_event},
    counters::{self, OpenStream},
};
use crate::sample;

/// Answers requests, until the client hangs up. Without a limit any number of streams is allowed.
pub(super) async fn serve<S>(stream: S, limit: Option<u32>) -> hyper::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(limit)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await
}

async fn answer(request: Request<Incoming>) -> hyper::Result<Response<Content>> {
    counters::request();
    let answer = Answer::at(request.uri().path());
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    let (kind, content) = match answer {
        Answer::Json(body) => ("application/json", Content::of(body)),
        Answer::Late(after, body) => {
            tokio::time::sleep(after).await;
            ("application/json", Content::of(body))
        }
        Answer::Held => {
            let first = Some(first_event().into());
            ("text/event-stream", Content { next: first, open: Some(OpenStream::new()) })
        }
        Answer::Events(events) => ("text/event-stream", Content::of(sample::turn(events))),
        Answer::Bytes(bytes) => {
            let bytes = vec![b'x'; usize::try_from(bytes).unwrap_or_default()];
            ("application/octet-stream", Content::of(bytes))
        }
    };
    let mut response = Response::new(content);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}

/// A body of one piece.
struct Content {
    next: Option<Bytes>,
    /// Where there is one, the body does not end.
    open: Option<OpenStream>,
}

impl Content {
    fn of(bytes: impl Into<Bytes>) -> Self {
        Self { next: Some(bytes.into()), open: None }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match (self.next.take(), &self.open) {
            (Some(bytes), _) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            // Whoever polls it sees when the client ends the stream.
            (None, Some(_)) => Poll::Pending,
            (None, None) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.next.is_none() && self.open.is_none()
    }
}
