//! Uploading files with bills in them (`POST /v1/payables/files`).

use std::{fmt, sync::Arc};

use codespar_engine::{
    Answer, Call, Content, Error, Extra, Handle, Multipart, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Map, Service, Unary, check_sent},
};

use crate::api::payables::Payables;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Uploads a file with bills in it, 10 MiB at most, and says what was found.
    fn upload(; form: Multipart) -> PayableFile:
        "payables.files.upload" POST "/v1/payables/files", part of upload;
}

/// The most that is taken: 10 MiB.
const MOST_BYTES: u64 = 10 << 20;

/// The name of a file that has none.
const NAMELESS: &str = "document";

/// The media type of a file that says nothing about itself.
const UNTYPED: &str = "application/octet-stream";

/// Files with bills in them (`/v1/payables/files`).
#[derive(Handle)]
#[handle(Payables.files)]
pub struct Files<T> {
    client: crate::Client<T>,
}

impl<T: Transport> Files<T> {
    /// Uploads a PDF, an image, a CSV or an XLSX file and says what was found in it
    /// (`POST /v1/payables/files`).
    ///
    /// The server goes by the content, whatever the type that is named. The content is not
    /// copied; [`Content`] says how it is read from a file or a stream. It is never sent twice on
    /// its own. Where the content is told to work its SHA-256 out, it is compared with the one that
    /// the server gives.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `file`, when it is larger than 10 MiB, `content`, when its length is not
    /// known, or `content_type`; nothing is sent then. `Api` with `payable_file_type_unsupported`
    /// (415), `payable_file_empty` and others. `Content`, when a file or stream cannot be read, is
    /// not as long as was said, or is not what has arrived.
    ///
    /// ```
    /// use codespar_proto::payables::Upload;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, content: Vec<u8>,
    /// # ) -> Result<(), Error> {
    /// let file = client.payables().files().upload(&Upload::guess("bills.pdf", content)).send()?;
    /// println!("{:?} bills found", file.items_found);
    /// # Ok(()) }
    /// ```
    pub fn upload(&self, file: &Upload) -> Call<T, PayableFile> {
        let upload = file.check().map(|()| send(self.client().service(), file));
        self.client().api().checked("payables.files.upload", upload)
    }
}

fn send(service: &Arc<Service>, file: &Upload) -> Map<Unary<PayableFile>, PayableFile> {
    let content = file.content.clone();
    Map::new(upload(service, file.form("file")), move |stored| {
        check_sent(&content, stored.sha256.as_deref()).map(|()| stored)
    })
}

/// A file to upload: its content, and what it says about itself.
#[derive(Clone)]
#[non_exhaustive]
pub struct Upload {
    /// What is in it.
    pub content: Content,
    /// What it is called; `document` where nothing is said.
    pub filename: Option<String>,
    /// Its media type; guessed by the name where nothing is said.
    pub content_type: Option<String>,
}

impl Upload {
    /// Content without a name.
    pub fn bytes(content: impl Into<Content>) -> Self {
        Self { content: content.into(), filename: None, content_type: None }
    }

    /// Content with a name, by which the media type is guessed.
    pub fn guess(filename: impl AsRef<str>, content: impl Into<Content>) -> Self {
        Self::bytes(content).named(filename)
    }

    /// Names it. Of a path only the last part is used.
    #[must_use]
    pub fn named(mut self, filename: impl AsRef<str>) -> Self {
        let name = filename.as_ref();
        self.filename = name.rsplit(['/', '\\']).next().map(str::to_owned);
        self
    }

    /// Sets the media type, such as `application/pdf`.
    #[must_use]
    pub fn typed(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The name it is sent under.
    fn name(&self) -> &str {
        self.filename.as_deref().filter(|name| !name.is_empty()).unwrap_or(NAMELESS)
    }

    /// The one part, under this name.
    pub(crate) fn form(&self, part: &str) -> Multipart {
        let name = self.name();
        let guess = || mime_guess::from_path(name).first_raw();
        let kind = self.content_type.as_deref().or_else(guess).unwrap_or(UNTYPED);
        Multipart::new().file(part, name, kind, self.content.clone())
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.content.len() {
            Some(length) if length > MOST_BYTES => {
                return Err(Error::config("file", "expected at most 10 MiB"));
            }
            Some(_) => {}
            None => {
                return Err(Error::config("content", "expected its length, set it by `length`"));
            }
        }
        match &self.content_type {
            Some(kind) if !is_media_type(kind) => {
                Err(Error::config("content_type", "expected a media type such as application/pdf"))
            }
            _ => Ok(()),
        }
    }
}

fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let halves = text.split_once('/');
    printable && halves.is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty())
}

/// Names and content of bills are nobody's business.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content.len() {
            Some(length) => write!(f, "Upload({length} bytes)"),
            None => f.write_str("Upload(of unknown length)"),
        }
    }
}

/// What kind of file it is, by its content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FileKind {
    /// A PDF document.
    Pdf,
    /// An image, such as a photograph of a bill.
    Image,
    /// A table of comma-separated values (CSV).
    Csv,
    /// An Excel spreadsheet (XLSX).
    Xlsx,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A file that was uploaded.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableFile {
    /// Its id, for making a batch of it.
    pub file_id: String,
    /// What kind of file it is.
    pub kind: Option<FileKind>,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub sha256: Option<String>,
    /// How many bytes it has.
    #[wire(bytes)]
    pub size_bytes: Option<u64>,
    /// How many bills were found in it.
    pub items_found: Option<u64>,
    /// How many of them something is missing of.
    pub unresolved: Option<u64>,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
