//! A request on its way out, and what came of it.

use http::{Request, Response};
use hyper::{body::Incoming, client::conn::TrySendError};

use super::{failure::Failure, lease::Retire, state::Purpose};
use crate::request_body::RequestBody;

/// A request, and its answer.
///
/// It lies in the outermost future and is lent to those within: either is some two hundred bytes,
/// and each future that it is handed to by value would have one place more for it, and copy it.
pub(crate) struct Errand {
    pub(crate) purpose: Purpose,
    /// Until it is sent, and again if it was not.
    pub(crate) request: Option<Request<RequestBody>>,
    /// The head of the answer, once it is there.
    pub(crate) answer: Option<Response<Incoming>>,
    /// What it went over, where others share it: for those who give up.
    pub(crate) over: Option<Retire>,
}

impl Errand {
    pub(crate) const fn new(request: Request<RequestBody>, purpose: Purpose) -> Self {
        Self { purpose, request: Some(request), answer: None, over: None }
    }

    /// Takes in how it ended. A request that comes back whole was never sent.
    pub(super) fn ends(
        &mut self,
        answer: Result<Response<Incoming>, TrySendError<Request<RequestBody>>>,
    ) -> Result<(), Failure> {
        match answer {
            Ok(answer) => {
                self.answer = Some(answer);
                Ok(())
            }
            Err(error) => Err(self.comes_back(error)),
        }
    }

    #[cold]
    fn comes_back(&mut self, mut error: TrySendError<Request<RequestBody>>) -> Failure {
        self.request = error.take_message();
        match self.request {
            Some(_) => Failure::Unsent(error.into_error()),
            None => Failure::Sent(error.into_error()),
        }
    }
}
