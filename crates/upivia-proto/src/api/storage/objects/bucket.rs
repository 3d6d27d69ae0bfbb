//! The store behind a presigned URL, and what it says when it takes nothing: S3's way, which others
//! follow.

use std::sync::Arc;

use codespar_engine::{
    Call, Content, Payload,
    driver::Transport,
    kit::{Error, RequestBuilder, Response, Retry, Service, Unary, is_transient, no_answer},
};
use http::Method;

use crate::{
    api::storage::objects::{StorageObjects, upload::check_media_type},
    client::auth::NOBODY,
};

/// Codes that say: not now. They may come with any status, as the store answers before it is done.
const NOT_NOW: [&str; 5] =
    ["InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown"];
/// How long a code may be.
const LONGEST_CODE: usize = 100;

impl<T: Transport> StorageObjects<T> {
    /// Puts the content of a file where [`presign`](Self::presign) says (`PUT` to
    /// [`Presigned::upload_url`](crate::storage::Presigned::upload_url)). The content is not
    /// copied. It goes to another server, which gets none of the client's credentials, cookies and
    /// headers, only those of the call, which must not be credentials (`Authorization`, `Cookie`,
    /// `X-Api-Key` and the like).
    /// `content_type` is the one the place was asked for with.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `upload_url`, when it is no `http` or `https` URL, or an `http` one where
    /// the client's own is `https`; `content_type`; `header`; or `content`, when its length is not
    /// known. `Api` as the other server says. `Content`, when a file or stream cannot be read, or
    /// is not as long as was said.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>, video: bytes::Bytes) -> Result {
    /// let objects = client.storage().objects();
    /// let place = objects.presign("tour.mp4", "video/mp4", video.len() as u64).send()?;
    /// objects.put(place.upload_url.expose(), "video/mp4", video).send()?;
    /// objects.confirm(&place.object.id, None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn put(
        &self,
        upload_url: &str,
        content_type: &str,
        content: impl Into<Content>,
    ) -> Call<T, ()> {
        let flow = put(self.client().api.service(), upload_url, content_type, content.into());
        self.client().api.checked("storage.objects.put", flow)
    }
}

/// Puts content at a URL, with nothing of the client's about it.
pub(super) fn put(
    service: &Arc<Service>,
    url: &str,
    content_type: &str,
    content: Content,
) -> Result<Unary<()>, Error> {
    let kind = check_media_type(content_type)?;
    let builder = RequestBuilder::elsewhere(
        "storage.objects.put",
        Method::PUT,
        Retry::Safe,
        "upload_url",
        url,
    );
    Ok(builder
        .auth(NOBODY)
        .content(kind, Payload::of_content(content)?)
        .unary(service, read_put_answer))
}

/// Nothing, unless the store says that something went wrong: then that, also where the status says
/// the opposite. S3 begins to answer before it has stored everything.
fn read_put_answer(answer: Response) -> Result<(), Error> {
    let Some(error_body) = StoreError::read(&answer.body) else { return no_answer(answer) };
    let not_now = error_body.code.as_deref().is_some_and(|code| NOT_NOW.contains(&code));
    let mut error = match error_body.message {
        Some(message) => Error::api(message),
        None => Error::api("the store did not take it"),
    };
    if let Some(code) = error_body.code {
        error = error.with_code(code);
    }
    if let Some(id) = error_body.request_id {
        error = error.with_request_id(id);
    }
    let transient = not_now || is_transient(answer.status);
    Err(answer.decorate(error).with_retry_after(answer.retry_after).transient(transient))
}

/// What an `<Error>` holds.
#[derive(Debug, PartialEq)]
struct StoreError {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

impl StoreError {
    /// `None` where the body is nothing of the kind.
    fn read(body: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let text = match text.strip_prefix("<?xml") {
            Some(rest) => rest.split_once("?>")?.1.trim_start(),
            None => text,
        };
        let inner = text.strip_prefix("<Error")?;
        inner.starts_with(|next: char| next == '>' || next == '/' || next.is_whitespace()).then(
            || {
                let is_code = |code: &String| {
                    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
                    code.len() <= LONGEST_CODE && code.bytes().all(plain)
                };
                Self {
                    code: element(inner, "Code").filter(is_code),
                    message: element(inner, "Message"),
                    request_id: element(inner, "RequestId"),
                }
            },
        )
    }
}

/// The text of the first element of this name, unless it is empty.
fn element(text: &str, name: &str) -> Option<String> {
    let from = text.split_once(&format!("<{name}>"))?.1;
    let inner = from.split_once(&format!("</{name}>"))?.0.trim();
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(inner.to_owned(), |text, (entity, letter)| text.replace(entity, letter));
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_store_is_read_wherever_it_stands() {
        let inner = "<Code>SlowDown</Code><Message>Not &lt;so&gt; fast &amp; far</Message>\
                     <RequestId>4442587FB7D0A2F9</RequestId>";
        for text in [
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{inner}</Error>"),
            format!("\u{feff} <Error xmlns=\"http://s3.amazonaws.com/doc/\">{inner}</Error>"),
            format!("<Error>\n{inner}"),
        ] {
            let error_body = StoreError::read(text.as_bytes()).unwrap();
            assert_eq!(error_body.code.as_deref(), Some("SlowDown"), "{text}");
            assert_eq!(error_body.message.as_deref(), Some("Not <so> fast & far"));
            assert_eq!(error_body.request_id.as_deref(), Some("4442587FB7D0A2F9"));
        }
        for text in ["<Error/>", "<Error></Error>", "<Error><Code>a b</Code></Error>"] {
            let empty = StoreError { code: None, message: None, request_id: None };
            assert_eq!(StoreError::read(text.as_bytes()), Some(empty), "{text}");
        }
    }

    #[test]
    fn other_answers_are_none() {
        for text in ["", "{}", "<Errors/>", "<PutObjectResult/>", "<html><Error>", "Error", "<?xml"]
        {
            assert_eq!(StoreError::read(text.as_bytes()), None, "{text}");
        }
    }
}
