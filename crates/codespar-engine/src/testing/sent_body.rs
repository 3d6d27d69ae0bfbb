//! The body of a request as a server would get it, for transports of tests.

use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};

use crate::{
    http::payload::{
        Payload,
        outgoing::{Next, Outgoing},
    },
    transport::TransportError,
};

/// Reads a body to its end, on this thread. A stream has to be ready whenever it is asked.
pub(super) fn sent_body(payload: &Payload) -> Result<Bytes, TransportError> {
    if !payload.is_read() {
        return payload.to_bytes();
    }
    let mut outgoing = Outgoing::new(payload);
    outgoing.open().map_err(|error| TransportError::content(error, false))?;
    let mut body = BytesMut::new();
    loop {
        let read = match outgoing.advance() {
            Next::Piece(piece) => {
                body.extend_from_slice(&piece);
                Ok(())
            }
            Next::Read => outgoing.read(),
            Next::Poll => match outgoing.poll_read(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(read) => read,
                Poll::Pending => Err(outgoing.refuse()),
            },
            Next::End => return Ok(body.freeze()),
        };
        read.map_err(|error| TransportError::content(error, true))?;
    }
}
