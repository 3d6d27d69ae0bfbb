//! The same server where HTTP/1.1 was agreed on: one request after the other, by the same script.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

use super::shared::Shared;
use crate::{Act, Request};

/// Requests come with the stream 0, which is none. Of what a script does it sends and waits;
/// anything else closes the connection.
pub(super) async fn converse(
    shared: &Arc<Shared>,
    tls: TlsStream<TcpStream>,
    number: usize,
) -> io::Result<()> {
    let mut tls = BufReader::new(tls);
    loop {
        let mut request = Request::receive(&mut tls).await?;
        request.connection = number;
        shared.take_down(&mut request);
        for act in (shared.script)(&request, 0) {
            match act {
                Act::Send(bytes) => {
                    tls.write_all(&bytes).await?;
                    tls.flush().await?;
                }
                Act::Until(gate) => gate.opened().await,
                _ => return tls.shutdown().await,
            }
        }
    }
}
