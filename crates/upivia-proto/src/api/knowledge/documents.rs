//! The documents of a collection (`/api/v1/knowledge/collections/{id}/documents`).

use std::{convert::Infallible, fmt, sync::Arc};

use codespar_engine::{
    Answer, Call, Content, Extra, Handle, Multipart,
    driver::{BoxFlow, Flow, Transport},
    endpoints,
    kit::{
        Error, Last, Map, RequestBuilder, Response, Service, Unary, check_filled, check_segment,
    },
};
use serde::Serialize;

use crate::{
    api::{
        knowledge::Knowledge,
        storage::objects::upload::Upload,
        wrapped::{read_wrapped, with_asked_id},
    },
    client::auth::SESSION,
    types::{
        object::Object,
        wait::{Wait, late_error},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Has a document taken into a collection; it is indexed after the answer.
    fn create(collection_id) -> RequestBuilder:
        "knowledge.documents.create" POST "/api/v1/knowledge/collections/{collection_id}/documents",
        auth SESSION, part of create;
    /// Says how far a document was taken in.
    fn get(collection_id, doc_id) -> Response:
        "knowledge.documents.get" GET
            "/api/v1/knowledge/collections/{collection_id}/documents/{doc_id}",
        auth SESSION, read Response::success, part of get;
    /// Deletes a document of a collection.
    fn delete(collection_id, doc_id) -> Object:
        "knowledge.documents.delete" DELETE
            "/api/v1/knowledge/collections/{collection_id}/documents/{doc_id}",
        auth SESSION;
}

/// A document to take in: a file that is stored already, or content of its own. One of them has
/// to be there, and not both.
///
/// ```
/// use upivia_proto::{knowledge::NewDocument, storage::Upload};
///
/// let stored = NewDocument::stored("obj_1");
/// let own =
///     NewDocument::file(Upload::new("faq.md", "# FAQ").content_type("text/markdown"));
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct NewDocument {
    /// A file that is stored already.
    pub stored_object_id: Option<String>,
    /// What is in it; with a file name.
    pub content: Option<Content>,
    /// What it is called; with content.
    pub filename: Option<String>,
    /// The media type of the content.
    pub content_type: Option<String>,
}

/// Where it comes from, and the length of its content only.
impl fmt::Debug for NewDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDocument")
            .field("stored_object_id", &self.stored_object_id)
            .field("content_bytes", &self.content.as_ref().map(Content::len))
            .finish_non_exhaustive()
    }
}

/// Where a document comes from.
enum Source<'a> {
    Stored(&'a str),
    File(Upload),
}

impl NewDocument {
    /// A file that is stored already.
    pub fn stored(object_id: impl Into<String>) -> Self {
        Self { stored_object_id: Some(object_id.into()), ..Self::default() }
    }

    /// A file with its content, of at most 100 MB.
    pub fn file(file: Upload) -> Self {
        Self {
            content: Some(file.content),
            filename: Some(file.filename),
            content_type: file.content_type,
            stored_object_id: None,
        }
    }

    /// Refuses neither and both.
    fn source(&self) -> Result<Source<'_>, Error> {
        match (&self.stored_object_id, &self.content) {
            (Some(_), Some(_)) => {
                Err(Error::config("content", "expected a stored_object_id or content, not both"))
            }
            (None, None) => {
                Err(Error::config("stored_object_id", "expected it, or content and filename"))
            }
            (Some(stored), None) => {
                check_filled("stored_object_id", stored)?;
                Ok(Source::Stored(stored))
            }
            (None, Some(content)) => {
                let filename = self.filename.as_deref().unwrap_or_default();
                let mut file = Upload::new(filename, content.clone());
                file.content_type.clone_from(&self.content_type);
                file.check_whole()?;
                Ok(Source::File(file))
            }
        }
    }
}

#[derive(Serialize)]
struct Stored<'a> {
    stored_object_id: &'a str,
}

/// A document of a collection.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Document {
    /// The id of the document, such as `doc_1`.
    pub id: String,
    /// How far it was taken in. The words are not documented; `pending` is one.
    pub status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A document, alone.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DocumentAnswer {
    /// The document that was asked about.
    pub document: Document,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Document {
    /// Whether it is still being taken in, as far as its status tells: one that is missing, a
    /// word that ends in `ing`, such as `pending`, or `queued`, or `in_progress`.
    pub fn is_under_way(&self) -> bool {
        match self.status.as_deref() {
            None | Some("queued" | "in_progress") => true,
            Some(status) => status.ends_with("ing"),
        }
    }
}

fn document(answer: Response) -> Result<DocumentAnswer, Error> {
    read_wrapped(&answer, "document")
}

fn take_in(
    service: &Arc<Service>,
    collection_id: &str,
    new: &NewDocument,
) -> Result<Unary<DocumentAnswer>, Error> {
    let builder = create(service, collection_id);
    let builder = match new.source()? {
        Source::Stored(stored_object_id) => builder.json(&Stored { stored_object_id }),
        Source::File(file) => {
            let form = Multipart::new().text("filename", &file.filename);
            builder.form(file.add_to(form))
        }
    };
    Ok(builder.unary(service, document))
}

fn look(
    service: &Arc<Service>,
    collection_id: &str,
    doc_id: &str,
) -> Map<Unary<Response>, DocumentAnswer> {
    with_asked_id(get(service, collection_id, doc_id), "document", doc_id)
}

/// Looks at a document again while it is being taken in.
fn wait_until_taken_in(
    operation: &'static str,
    service: &Arc<Service>,
    collection_id: &str,
    first: impl Flow<Item = Infallible, Output = DocumentAnswer> + 'static,
    wait: Wait,
) -> Last<DocumentAnswer> {
    let (service, collection_id) = (Arc::clone(service), collection_id.to_owned());
    let mut id = String::new();
    let ask = move |seen: Option<&DocumentAnswer>| -> Result<BoxFlow<DocumentAnswer>, Error> {
        if let Some(seen) = seen {
            id.clone_from(&seen.document.id);
        }
        Ok(Box::new(look(&service, &collection_id, &id)))
    };
    let is_over = |seen: &DocumentAnswer| !seen.document.is_under_way();
    wait.poll(operation, first, ask, is_over, |seen, limit| {
        late_error(&format!("document {}", seen.document.id), limit)
    })
}

/// The documents of collections (`/api/v1/knowledge/collections/{id}/documents`).
#[derive(Handle)]
#[handle(Knowledge.documents)]
pub struct KnowledgeDocuments<T> {
    client: crate::Client<T>,
}

impl<T: Transport> KnowledgeDocuments<T> {
    /// Has a document taken in
    /// (`POST /api/v1/knowledge/collections/{id}/documents`, session cookie). It is cut and
    /// indexed after the answer; see [`create_and_wait`](Self::create_and_wait).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `collection_id`; `stored_object_id` or `content` when neither or both are
    /// there; `filename`, `content_type`; `content` when it is longer than 100 MB.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{knowledge::NewDocument, storage::Upload};
    ///
    /// let faq =
    ///     NewDocument::file(Upload::new("faq.md", "# FAQ").content_type("text/markdown"));
    /// let made = client.knowledge().documents().create("col_1", &faq).send()?;
    /// println!("{} {:?}", made.document.id, made.document.status);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, collection_id: &str, document: &NewDocument) -> Call<T, DocumentAnswer> {
        let flow = take_in(self.client().api.service(), collection_id, document);
        self.client().api.checked("knowledge.documents.create", flow)
    }

    /// Has a document taken in and waits until it is: [`create`](Self::create), then
    /// [`get`](Self::get) after growing pauses, while [`Document::is_under_way`] holds. Whether
    /// it went well is for the caller to see in the status.
    ///
    /// The time limit of the call is for each request; `wait` is for the whole.
    ///
    /// Idempotency: none, the server honours no key; the first request is not repeated once the
    /// server may have seen it.
    ///
    /// # Errors
    /// As [`create`](Self::create); `Config` naming `timeout` or `poll_interval` for a wait
    /// without time; `Timeout` when it is not over at the end. The error holds what was seen
    /// last: `error.last::<DocumentAnswer>()`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Wait, knowledge::NewDocument};
    ///
    /// let documents = client.knowledge().documents();
    /// let taken = documents
    ///     .create_and_wait("col_1", &NewDocument::stored("obj_1"), Wait::default())
    ///     .send()?;
    /// println!("{:?}", taken.document.status);
    /// # Ok(()) }
    /// ```
    pub fn create_and_wait(
        &self,
        collection_id: &str,
        document: &NewDocument,
        wait: Wait,
    ) -> Call<T, DocumentAnswer> {
        let operation = "knowledge.documents.create_and_wait";
        let service = self.client().api.service();
        let flow = wait
            .check()
            .and_then(|()| take_in(service, collection_id, document))
            .map(|first| wait_until_taken_in(operation, service, collection_id, first, wait));
        self.client().api.checked(operation, flow)
    }

    /// Waits until a document is taken in, as [`create_and_wait`](Self::create_and_wait) does.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As there; `Config` naming `collection_id` or `doc_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let wait = upivia_proto::Wait::default();
    /// let taken = client.knowledge().documents().wait("col_1", "doc_1", wait).send()?;
    /// println!("{:?}", taken.document.status);
    /// # Ok(()) }
    /// ```
    pub fn wait(&self, collection_id: &str, doc_id: &str, wait: Wait) -> Call<T, DocumentAnswer> {
        let operation = "knowledge.documents.wait";
        let service = self.client().api.service();
        let checked = wait
            .check()
            .and_then(|()| check_segment("collection_id", collection_id))
            .and_then(|()| check_segment("doc_id", doc_id));
        let flow = checked.map(|()| {
            let first = look(service, collection_id, doc_id);
            wait_until_taken_in(operation, service, collection_id, first, wait)
        });
        self.client().api.checked(operation, flow)
    }

    /// How far a document was taken in
    /// (`GET /api/v1/knowledge/collections/{id}/documents/{doc}`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `collection_id` or `doc_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!(
    ///     "{:?}",
    ///     client.knowledge().documents().get("col_1", "doc_1").send()?.document.status
    /// );
    /// # Ok(()) }
    /// ```
    pub fn get(&self, collection_id: &str, doc_id: &str) -> Call<T, DocumentAnswer> {
        self.client().api.call(look(self.client().api.service(), collection_id, doc_id))
    }

    /// Deletes a document
    /// (`DELETE /api/v1/knowledge/collections/{id}/documents/{doc}`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `collection_id` or `doc_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.knowledge().documents().delete("col_1", "doc_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, collection_id: &str, doc_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), collection_id, doc_id))
    }
}
