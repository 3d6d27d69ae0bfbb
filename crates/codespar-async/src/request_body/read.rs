//! A body that is read while it is sent: on a thread for blocking work, or polled.

use std::{
    fmt,
    future::poll_fn,
    io, mem,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use codespar_engine::{
    Payload,
    driver::{ContentError, Next, Outgoing, TransportError},
};
use tokio::{runtime::Handle, task::JoinHandle};

/// The body of one request. One task at a time looks at it.
pub(crate) struct ReadBody {
    state: Mutex<State>,
    is_empty: bool,
}

enum State {
    Here(Box<Outgoing>),
    /// A thread reads.
    Away(Reading),
    Failed(Option<ContentError>),
}

type Reading = JoinHandle<(Box<Outgoing>, Result<(), ContentError>)>;

/// What hyper is told: why, is said by the state of the request.
#[derive(Debug)]
pub(crate) struct NotRead;

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body could not be read to its end")
    }
}

impl std::error::Error for NotRead {}

impl ReadBody {
    pub(super) fn new(payload: &Payload) -> Self {
        let state = State::Here(Box::new(Outgoing::new(payload)));
        Self { state: Mutex::new(state), is_empty: payload.is_empty() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens what can be opened again.
    pub(super) async fn open(&self) -> Result<(), TransportError> {
        let taken = mem::replace(&mut *self.state(), State::Failed(None));
        let State::Here(outgoing) = taken else { return Ok(()) };
        let (outgoing, opened) = if outgoing.has_to_open() {
            work(outgoing, Outgoing::open).await.map_err(|error| unsent(lost(error)))?
        } else {
            (outgoing, Ok(()))
        };
        *self.state() = State::Here(outgoing);
        opened.map_err(unsent)?;
        // hyper does not ask what is empty whether it is.
        if self.is_empty && poll_fn(|cx| self.poll(cx)).await.is_err() {
            return Err(self.error().map_or_else(TransportError::canceled_unsent, unsent));
        }
        Ok(())
    }

    /// The next slice; none at the end.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Bytes, NotRead>> {
        let mut state = self.state();
        loop {
            let read = match &mut *state {
                State::Failed(_) => return Poll::Ready(Err(NotRead)),
                State::Away(reading) => match ready!(Pin::new(reading).poll(cx)) {
                    Ok((outgoing, read)) => {
                        *state = State::Here(outgoing);
                        read
                    }
                    Err(error) => Err(lost(error.into())),
                },
                State::Here(outgoing) => match outgoing.advance() {
                    Next::Piece(slice) => return Poll::Ready(Ok(slice)),
                    Next::End => return Poll::Ready(Ok(Bytes::new())),
                    Next::Poll => ready!(outgoing.poll_read(cx)),
                    Next::Read => {
                        let taken = mem::replace(&mut *state, State::Failed(None));
                        if let State::Here(outgoing) = taken {
                            match begin(outgoing, Outgoing::read) {
                                Ok(reading) => *state = State::Away(reading),
                                Err(error) => *state = State::Failed(Some(lost(error))),
                            }
                        }
                        continue;
                    }
                },
            };
            if let Err(error) = read {
                *state = State::Failed(Some(error));
            }
        }
    }

    fn error(&self) -> Option<ContentError> {
        match &mut *self.state() {
            State::Failed(error) => error.take(),
            _ => None,
        }
    }

    /// Why it could not be read, of a request that was begun: its body was asked for.
    pub(crate) fn failure(&self) -> Option<TransportError> {
        self.error().map(|error| TransportError::content(error, true))
    }
}

fn unsent(error: ContentError) -> TransportError {
    TransportError::content(error, false)
}

/// The thread has not come back: the reader panicked, or the runtime is at its end.
fn lost(error: io::Error) -> ContentError {
    ContentError::failed(error, 0, None)
}

type Work = fn(&mut Outgoing) -> Result<(), ContentError>;

/// Begins what may block, on a thread for it.
fn begin(mut outgoing: Box<Outgoing>, work: Work) -> io::Result<Reading> {
    let runtime = Handle::try_current().map_err(io::Error::other)?;
    Ok(runtime.spawn_blocking(move || {
        let done = work(&mut outgoing);
        (outgoing, done)
    }))
}

async fn work(
    outgoing: Box<Outgoing>,
    work: Work,
) -> io::Result<(Box<Outgoing>, Result<(), ContentError>)> {
    Ok(begin(outgoing, work)?.await?)
}
