//! An answer on its way in.

use std::mem;

use bytes::{Bytes, BytesMut};
use http::{header::CONTENT_LENGTH, response::Parts};

use crate::{
    error::Error,
    flow::tick::Tick,
    http::{
        response::{RequestFacts, Response},
        retry::retry_after,
        service::Service,
    },
};

/// How many times what is there of a body is made room for at once, if its declared length says so.
const BELIEVED: usize = 16;

/// The head of an answer and what has come of its body.
pub(crate) struct ResponseReader {
    head: Box<Parts>,
    body: Body,
    limit: u64,
}

impl ResponseReader {
    /// An answer of which the head is there.
    pub(crate) fn new(head: Box<Parts>, limit: u64) -> Self {
        Self { head, body: Body::default(), limit }
    }

    /// Refuses a body that says of itself that it is too long.
    pub(crate) fn check_declared(&self) -> Result<(), Error> {
        match self.declared() {
            Some(length) if length > self.limit => Err(self.too_long()),
            _ => Ok(()),
        }
    }

    /// How long the body says it is.
    pub(crate) fn declared(&self) -> Option<u64> {
        let declared = self.head.headers.get(CONTENT_LENGTH)?;
        declared.to_str().ok()?.trim_ascii().parse().ok()
    }

    /// Takes in a piece of the body.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Result<(), Error> {
        if (self.body.len() + chunk.len()) as u64 > self.limit {
            return Err(self.too_long());
        }
        if self.body.is_full(chunk.len()) {
            self.body.expect(self.declared());
        }
        self.body.push(chunk);
        Ok(())
    }

    /// The answer, now that it is whole.
    pub(crate) fn answer(
        mut self,
        asked: RequestFacts,
        service: &Service,
        tick: Tick<'_>,
    ) -> Response {
        Response {
            operation: asked.operation,
            asked,
            status: self.head.status,
            retry_after: match self.head.status.is_success() {
                true => None,
                false => retry_after(&self.head.headers, || tick.wall()),
            },
            headers: mem::take(&mut self.head.headers),
            body: self.body.take(),
            dialect: service.dialect,
            json_depth: service.limits.json_depth,
        }
    }

    /// Adds what has come to the error that ends the reading.
    pub(crate) fn cut_off(mut self, error: Error) -> Error {
        error.with_answer(self.head.status, self.head.headers, self.body.take())
    }

    fn too_long(&self) -> Error {
        Error::decode(format!("the answer is longer than {} bytes", self.limit))
    }
}

/// A body that is not copied while it is one piece.
#[derive(Default)]
pub(crate) struct Body {
    first: Bytes,
    rest: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    /// Whether so many bytes more would make it grow.
    pub(crate) fn is_full(&self, more: usize) -> bool {
        !self.rest.is_empty() && self.rest.capacity() - self.rest.len() < more
    }

    /// Makes room for what is said to come: otherwise a long body may be copied as it grows, half
    /// of it within one poll. That is only said, so the room is a multiple of what is there.
    pub(crate) fn expect(&mut self, declared: Option<u64>) {
        let declared = usize::try_from(declared.unwrap_or_default()).unwrap_or_default();
        let length = declared.min(self.len().saturating_mul(BELIEVED));
        self.rest.reserve(length.saturating_sub(self.rest.len()));
    }

    pub(crate) fn push(&mut self, chunk: Bytes) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if self.rest.is_empty() {
            self.rest.reserve(2 * (self.first.len() + chunk.len()));
            self.rest.extend_from_slice(&mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&chunk);
    }

    pub(crate) fn take(&mut self) -> Bytes {
        if self.rest.is_empty() {
            return mem::take(&mut self.first);
        }
        mem::take(&mut self.rest).freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_declared_length_grows_in_few_steps() {
        const LENGTH: usize = 8 << 20;
        let grown = |declared: Option<&str>| {
            let mut head = http::Response::new(()).into_parts().0;
            if let Some(declared) = declared {
                head.headers.insert(CONTENT_LENGTH, declared.parse().unwrap());
            }
            let mut incoming = ResponseReader::new(Box::new(head), u64::MAX);
            let (mut steps, mut last) = (0, 0);
            for _ in 0..LENGTH / 8192 {
                incoming.push(Bytes::from_static(&[0; 8192])).unwrap();
                let room = incoming.body.rest.capacity();
                // What a server says is believed to an extent.
                assert!(room <= 2 * BELIEVED * incoming.body.len(), "{room}");
                steps += usize::from(room != last);
                last = room;
            }
            (steps, last)
        };
        let (steps, room) = grown(Some(&LENGTH.to_string()));
        assert!(steps <= 5 && room < LENGTH + LENGTH / 4, "{steps} {room}");
        assert!(grown(None).0 > steps);
        assert!(grown(Some("18446744073709551615")).0 <= steps);
    }

    #[test]
    fn a_body_in_one_piece_is_not_copied() {
        let chunk = Bytes::from_static(b"whole");
        let mut body = Body::default();
        body.push(chunk.clone());
        assert_eq!(body.take().as_ptr(), chunk.as_ptr());
        body.push(Bytes::from_static(b"ab"));
        body.push(Bytes::from_static(b"cde"));
        body.push(Bytes::from_static(b"f"));
        assert_eq!(&body.take()[..], b"abcdef");
    }
}
