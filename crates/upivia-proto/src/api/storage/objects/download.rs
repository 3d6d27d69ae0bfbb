//! Where a file can be read.

use codespar_engine::{
    Answer, Extra, Json, Sensitive, Timestamp,
    kit::{Error, Response},
};
use http::header::LOCATION;

/// Where a file can be read, without credentials, for a while.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Download {
    /// The URL. Whoever has it can read the file.
    pub url: Sensitive,
    /// For how many seconds.
    #[wire(seconds)]
    pub expires_in_seconds: Option<u64>,
    /// Until when the file can be read there.
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The URL that a redirect names: in its body, else in its `Location`, as it stands there.
pub(super) fn download_answer(answer: Response) -> Result<Download, Error> {
    if !answer.is_success() && !answer.status.is_redirection() {
        return Err(answer.refusal());
    }
    let body = Json::from_slice(&answer.body).ok();
    let has_url = |body: &Json| body.member("url").is_some_and(|url| url.read::<String>().is_ok());
    if let Some(body) = body.filter(has_url) {
        return body.read().map_err(|error| answer.decorate(error));
    }
    let location = answer.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    match location {
        Some(location) => Ok(Download {
            url: location.into(),
            expires_in_seconds: None,
            expires_at: None,
            extra: Default::default(),
        }),
        None => {
            let error = Error::decode("the answer has neither a url nor a Location");
            Err(answer.decorate(error))
        }
    }
}
