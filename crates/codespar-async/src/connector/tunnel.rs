//! Tunnels through a proxy.

use std::{
    future::poll_fn,
    io::{self, ErrorKind},
    pin::Pin,
    task::{Context, Poll},
};

use codespar_engine::driver::{ConnectAnswer, ProxyTarget, TunnelError};
use http::Uri;
use hyper::rt::{Read, ReadBuf, Write};
use tower_service::Service;

use super::{
    io::{BoxError, Connecting},
    tcp::{TcpConnection, TcpConnector},
};

/// Connects to a server by way of a proxy that passes everything on.
#[derive(Clone)]
pub(crate) struct TunnelConnector {
    pub(crate) tcp: TcpConnector,
    pub(crate) proxy: ProxyTarget,
}

impl Service<Uri> for TunnelConnector {
    type Response = TcpConnection;
    type Error = BoxError;
    type Future = Connecting<TcpConnection>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx)
    }

    fn call(&mut self, server: Uri) -> Connecting<TcpConnection> {
        let connecting = self.tcp.call(self.proxy.uri().clone());
        let request = ConnectAnswer::request(&server, &self.proxy);
        Box::pin(async move {
            let mut tcp = connecting.await?;
            open_tunnel(&mut tcp, &request).await?;
            Ok(tcp)
        })
    }
}

/// Has the proxy pass everything on from here on.
async fn open_tunnel(tcp: &mut TcpConnection, mut request: &[u8]) -> Result<(), BoxError> {
    while !request.is_empty() {
        let amount = poll_fn(|cx| Pin::new(&mut *tcp).poll_write(cx, request)).await?;
        if amount == 0 {
            return Err(io::Error::from(ErrorKind::WriteZero).into());
        }
        request = request.get(amount..).unwrap_or_default();
    }
    let mut answer = ConnectAnswer::default();
    loop {
        let byte = poll_fn(|cx| poll_byte(tcp, cx)).await?.ok_or(TunnelError::HungUp)?;
        if answer.push(byte)? {
            return Ok(());
        }
    }
}

/// The next byte alone; `None` at the end.
fn poll_byte(tcp: &mut TcpConnection, cx: &mut Context<'_>) -> Poll<io::Result<Option<u8>>> {
    let mut byte = [0];
    let mut buffer = ReadBuf::new(&mut byte);
    let read = Pin::new(tcp).poll_read(cx, buffer.unfilled());
    read.map_ok(|()| buffer.filled().first().copied())
}
