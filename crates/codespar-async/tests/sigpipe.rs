//! Writing to a closed connection, where a broken pipe is the end of the process.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "it/support/mod.rs"]
mod support;

use codespar_engine::driver::{AsyncTransport, TransportErrorKind};
use http::Method;
use tokio::io::AsyncReadExt;

use support::{BOUND, Server, bounded, direct, exchange, transport};

/// A piece that is worth putting together with others.
const PIECE: &str = "a piece of a body, of which there are many";

/// `writev` raises `SIGPIPE` where the server has closed, `send` does not.
#[tokio::test]
async fn a_server_that_closes_within_an_upload_is_not_the_end_of_the_process() {
    sigpipe::reset();
    let server = Server::start(|mut stream, _| async move {
        // Closing with bytes unread resets the connection.
        stream.read_exact(&mut [0; 100]).await.unwrap();
    })
    .await;
    let url = server.url("/");
    let transport = transport(&direct(), &url);
    bounded(async {
        for _ in 0..5 {
            let mut upload = exchange(Method::POST, &url, &vec![PIECE; 200_000]);
            upload.timeout = Some(BOUND);
            let error = transport.open(upload).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Io, "{error}");
            assert!(error.may_have_been_sent());
        }
    })
    .await;
}
