//! What a service answers its own client when a call that it made has failed.

use http::StatusCode;

use crate::{
    error::{Error, ErrorKind},
    verdict::Verdict,
};

impl Error {
    /// The HTTP status that a service of yours answers its own client with, when a call that it
    /// made for it ended like this.
    ///
    /// It goes by what happened to the money, so that nobody repeats by rule what may have been
    /// done. [`status`](Self::status) is what the API answered.
    ///
    /// It is not for the sender of a webhook, whom a 202 would tell that the event was dealt with:
    /// answer 500 in its place, so that the event comes again.
    ///
    #[doc = include_str!("status_to_answer.md")]
    ///
    /// ```
    /// use codespar_engine::Error;
    ///
    /// assert_eq!(Error::config("amount", "expected more than 0").status_to_answer(), 500);
    /// ```
    #[doc(alias = "http_status")]
    #[doc(alias = "status_code")]
    #[doc(alias = "into_response")]
    pub fn status_to_answer(&self) -> StatusCode {
        match self.verdict() {
            Verdict::Held | Verdict::Done(_) => StatusCode::ACCEPTED,
            Verdict::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            Verdict::NothingSent | Verdict::Refused => self.status_if_nothing_was_done(),
        }
    }

    fn status_if_nothing_was_done(&self) -> StatusCode {
        let status = self.status();
        match (self.kind(), status) {
            (ErrorKind::Config, _) => StatusCode::INTERNAL_SERVER_ERROR,
            (ErrorKind::Api, Some(StatusCode::UNAUTHORIZED)) => StatusCode::INTERNAL_SERVER_ERROR,
            (ErrorKind::Api, Some(said @ (StatusCode::NOT_FOUND | StatusCode::CONFLICT))) => said,
            _ if self.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            (ErrorKind::Api, Some(said)) if said.is_server_error() => StatusCode::BAD_GATEWAY,
            (ErrorKind::Api, _) => StatusCode::UNPROCESSABLE_ENTITY,
            (ErrorKind::Decode | ErrorKind::Stream, _) => StatusCode::BAD_GATEWAY,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
