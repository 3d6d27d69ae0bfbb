//! What files are uploaded with.

use std::{fmt, sync::Arc};

use codespar_engine::{
    Args, Content, Multipart,
    kit::{Error, Map, Service, Unary, check_filled, check_sent},
};
use http::HeaderValue;
use serde::Serialize;

use crate::api::storage::objects::{Stored, stored_object, upload};

/// What one request may carry.
const LARGEST_UPLOAD: u64 = 100_000_000;

/// The media type of content that nothing is known about.
const UNKNOWN: &str = "application/octet-stream";

/// A file to upload: its name and its content, which is shared and never copied; [`Content`] says
/// how it is read from a file or a stream.
///
/// `Debug` tells the length of the content only.
///
/// ```
/// use upivia_proto::storage::Upload;
///
/// let file = Upload::new("menu.txt", "1 feijoada").content_type("text/plain");
/// assert_eq!(format!("{file:?}"), "Upload { content: Content(10 bytes), .. }");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// What it is called.
    pub filename: String,
    /// What is in it.
    pub content: Content,
    /// Its media type.
    pub content_type: Option<String>,
}

impl Upload {
    /// A file of this name and content.
    pub fn new(filename: impl Into<String>, content: impl Into<Content>) -> Self {
        Self { filename: filename.into(), content: content.into(), content_type: None }
    }

    /// Says what its media type is. Unless it is said, the file goes as a row of bytes.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    pub(super) fn media_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or(UNKNOWN)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        check_filled("filename", &self.filename)?;
        check_media_type(self.media_type()).map(|_| ())
    }

    /// The length of the content, which no route does without.
    pub(super) fn length(&self) -> Result<u64, Error> {
        let length = self.content.len();
        length.ok_or_else(|| Error::config("content", "expected its length, set it by `length`"))
    }

    /// Refuses what one request cannot carry, too.
    pub(crate) fn check_whole(&self) -> Result<(), Error> {
        self.check()?;
        if self.length()? > LARGEST_UPLOAD {
            return Err(Error::config(
                "content",
                "expected at most 100 MB; upload_large (presign, put, confirm) takes more",
            ));
        }
        Ok(())
    }

    /// The same, whose SHA-256 is worked out while it is sent, unless it is in memory: there that
    /// is done afterwards, where it holds up nobody.
    pub(super) fn hashed(&self) -> Self {
        let mut file = self.clone();
        if file.content.bytes().is_none() {
            file.content = file.content.with_sha256();
        }
        file
    }

    /// The request of an upload in one request.
    pub(super) fn send(&self, service: &Arc<Service>) -> Result<Map<Unary<Stored>, Stored>, Error> {
        self.check_whole()?;
        let file = self.hashed();
        let sent = upload(service).form(file.form()).unary(service, stored_object);
        Ok(Map::new(sent, move |stored: Stored| {
            check_sent(&file.content, stored.object.sha256.as_deref()).map(|()| stored)
        }))
    }

    /// The form of an upload in one request.
    pub(super) fn form(&self) -> Multipart {
        self.add_to(Multipart::new())
    }

    /// Adds the media type, where it is known, and the content.
    pub(crate) fn add_to(&self, form: Multipart) -> Multipart {
        let form = match &self.content_type {
            Some(kind) => form.text("contentType", kind),
            None => form,
        };
        form.file("file", &self.filename, self.media_type(), self.content.clone())
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("content", &self.content).finish_non_exhaustive()
    }
}

/// A digest in the form that the API takes.
pub(super) fn check_sha256(digest: &str) -> Result<(), Error> {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digest.len() == 64 && digest.bytes().all(is_digit) {
        return Ok(());
    }
    Err(Error::config("sha256", "expected 64 hexadecimal digits in lower case"))
}

/// The header of a media type.
pub(super) fn check_media_type(text: &str) -> Result<HeaderValue, Error> {
    let wrong = || Error::config("content_type", "expected a media type, such as text/plain");
    if !text.is_ascii()
        || text.split_once('/').is_none_or(|(kind, sub)| kind.is_empty() || sub.is_empty())
    {
        return Err(wrong());
    }
    HeaderValue::from_str(text).map_err(|_| wrong())
}

/// What a place for content is asked for with.
#[derive(Args)]
#[wire(check)]
pub(super) struct Presign {
    /// What the file is called.
    #[wire(personal)]
    filename: String,
    /// The media type of its content.
    content_type: String,
    /// The length of its content.
    #[wire(bytes)]
    size_bytes: u64,
}

/// The same as it goes over the wire, where names are in another style.
#[derive(Serialize)]
pub(super) struct PresignBody<'a> {
    filename: &'a str,
    #[serde(rename = "contentType")]
    content_type: &'a str,
    #[serde(rename = "sizeBytes")]
    size_bytes: u64,
}

impl Presign {
    fn check(&self) -> Result<(), Error> {
        check_filled("filename", &self.filename)?;
        check_media_type(&self.content_type).map(|_| ())
    }

    pub(super) fn body(&self) -> PresignBody<'_> {
        let Self { filename, content_type, size_bytes } = self;
        PresignBody { filename, content_type, size_bytes: *size_bytes }
    }
}
