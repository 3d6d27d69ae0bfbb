//! Serving over byte streams, and over standard input and output.

use codespar_async::Error;
use rmcp::{ServiceExt as _, transport::stdio_pipes};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{input::Input, server::Server};

/// Serves one client over standard input and output, until the input ends or `until` does. Nothing
/// else may write to standard output meanwhile. The session is closed at the end.
///
/// # Errors
/// `Config`, if what comes is no such protocol; else why the session could not be closed.
pub async fn serve_stdio(server: Server, until: impl Future<Output = ()>) -> Result<(), Error> {
    let (input, output) = stdio_pipes();
    serve(server, input, output, until).await
}

/// Serves one client over two byte streams, until the input ends or `until` does. The session is
/// closed at the end.
///
/// # Errors
/// `Config`, if what comes is no such protocol; else why the session could not be closed.
pub async fn serve(
    server: Server,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    until: impl Future<Output = ()>,
) -> Result<(), Error> {
    let served = conversation(server.clone(), input, output, until).await;
    let closed = server.close().await;
    served.and(closed)
}

async fn conversation(
    server: Server,
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    until: impl Future<Output = ()>,
) -> Result<(), Error> {
    let work = async {
        let (input, end) = Input::new(input);
        let running = match (Server { end, ..server }).serve((input, output)).await {
            Ok(running) => running,
            // It left before it said anything.
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(Error::config("mcp", error.to_string())),
        };
        running.waiting().await.map(|_| ()).map_err(|error| Error::config("mcp", error.to_string()))
    };
    tokio::select! {
        ended = work => ended,
        () = until => Ok(()),
    }
}
