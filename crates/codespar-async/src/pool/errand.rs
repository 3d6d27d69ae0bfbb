//! A request on its way out, and what came of it.

use std::mem;

use http::{Request, Response};
use hyper::{body::Incoming, client::conn::TrySendError};

use super::{failure::Failure, state::Purpose};
use crate::request_body::RequestBody;

/// A request, and then its answer.
///
/// It lies in the outermost future and is lent to those within: either is some two hundred bytes,
/// and each future that it is handed to by value would have one place more for it, and copy it.
pub(crate) struct Errand {
    pub(crate) purpose: Purpose,
    stage: Stage,
}

enum Stage {
    /// It is to be sent, or came back as it was not.
    Unsent(Request<RequestBody>),
    Sent,
    /// The head of the answer is there.
    Answered(Response<Incoming>),
}

impl Errand {
    pub(crate) const fn new(request: Request<RequestBody>, purpose: Purpose) -> Self {
        Self { purpose, stage: Stage::Unsent(request) }
    }

    /// The request, to be addressed.
    pub(super) fn request(&mut self) -> Result<&mut Request<RequestBody>, Failure> {
        match &mut self.stage {
            Stage::Unsent(request) => Ok(request),
            Stage::Sent | Stage::Answered(_) => Err(no_request()),
        }
    }

    /// The request, to be sent.
    pub(super) fn take_request(&mut self) -> Result<Request<RequestBody>, Failure> {
        match mem::replace(&mut self.stage, Stage::Sent) {
            Stage::Unsent(request) => Ok(request),
            Stage::Sent | Stage::Answered(_) => Err(no_request()),
        }
    }

    /// The answer, as long as it is there.
    pub(super) const fn answer(&self) -> Option<&Response<Incoming>> {
        match &self.stage {
            Stage::Answered(answer) => Some(answer),
            Stage::Unsent(_) | Stage::Sent => None,
        }
    }

    pub(crate) fn into_answer(self) -> Option<Response<Incoming>> {
        match self.stage {
            Stage::Answered(answer) => Some(answer),
            Stage::Unsent(_) | Stage::Sent => None,
        }
    }

    /// Takes in how it ended. A request that comes back whole was never sent.
    pub(super) fn ends(
        &mut self,
        answer: Result<Response<Incoming>, TrySendError<Request<RequestBody>>>,
    ) -> Result<(), Failure> {
        match answer {
            Ok(answer) => {
                self.stage = Stage::Answered(answer);
                Ok(())
            }
            Err(error) => Err(self.comes_back(error)),
        }
    }

    #[cold]
    fn comes_back(&mut self, mut error: TrySendError<Request<RequestBody>>) -> Failure {
        match error.take_message() {
            Some(request) => {
                self.stage = Stage::Unsent(request);
                Failure::Unsent(error.into_error())
            }
            None => Failure::Sent(error.into_error()),
        }
    }
}

const fn no_request() -> Failure {
    Failure::Request("expected a request")
}
