//! The floor of asynchronous calls: hyper's connections, and a pool that does nothing more than
//! keep them, the last used first. No SDK, no limits, no TLS, one server.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Outcome;

pub(crate) struct Pool {
    server: SocketAddr,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Pool {
    pub(crate) const fn new(server: SocketAddr) -> Self {
        Self { server, idle: Mutex::new(Vec::new()) }
    }

    /// The body of the answer.
    pub(crate) async fn request(&self, request: Request<Full<Bytes>>) -> Outcome<Bytes> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.dial().await?,
        };
        connection.ready().await?;
        let answer = connection.send_request(request).await?.into_body().collect().await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(answer.to_bytes())
    }

    async fn dial(&self) -> Outcome<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.server).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // What goes wrong is told to whoever has the sender.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
        Ok(sender)
    }
}
