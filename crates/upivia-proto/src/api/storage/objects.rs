//! Files that are kept for a workspace (`/api/v1/storage/objects`).

mod bucket;
pub(crate) mod download;
mod large;
mod read;
pub(crate) mod upload;

use std::sync::Arc;

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Items, Page, Sensitive, Timestamp,
    driver::Transport,
    endpoints,
    kit::{Error, Map, PageOf, RequestBuilder, Response, Service, Unary},
};

use crate::{
    api::{
        storage::{
            Storage,
            objects::{
                download::{Download, download_answer},
                upload::{Presign, Upload, check_sha256},
            },
        },
        wrapped::{read_wrapped, with_asked_id},
    },
    client::{auth::SESSION, pages::check_page_limit},
    types::{nothing::Nothing, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the files that are live.
    fn list_page(; query: &StoredQuery) -> StoredList:
        "storage.objects.list" GET "/api/v1/storage/objects",
        auth SESSION, pages list as "storage.objects.iter";
    /// Gives what is known about a file.
    fn get(object_id) -> Response:
        "storage.objects.get" GET "/api/v1/storage/objects/{object_id}",
        auth SESSION, read Response::success, part of get;
    /// Deletes a file, which can be restored for seven days.
    fn delete(object_id) -> Object:
        "storage.objects.delete" DELETE "/api/v1/storage/objects/{object_id}", auth SESSION;
    /// Brings back a file that was deleted less than seven days ago.
    fn restore(object_id; json: &Nothing) -> Response:
        "storage.objects.restore" POST "/api/v1/storage/objects/{object_id}/restore",
        auth SESSION, read Response::success, part of restore;
    /// Uploads a file of at most 100 MB.
    fn upload() -> RequestBuilder:
        "storage.objects.upload" POST "/api/v1/storage/objects", auth SESSION, part of upload;
    /// Asks for a place to put the content of a file.
    fn presign(; json(Presign::body): &Presign) -> Presigned:
        "storage.objects.presign" POST "/api/v1/storage/objects", auth SESSION;
    /// Says that the content of a file is where it belongs.
    fn confirm(object_id; json: &Confirmation) -> Response:
        "storage.objects.confirm" POST "/api/v1/storage/objects/{object_id}/confirm",
        auth SESSION, read Response::success, part of confirm;
    /// Gives a URL from which a file can be read for a while.
    fn download(object_id; query: &Expiry) -> Download:
        "storage.objects.download" GET "/api/v1/storage/objects/{object_id}/download",
        auth SESSION, read download_answer;
}

/// How the content can be told.
#[derive(Args)]
#[wire(check)]
struct Confirmation {
    /// The SHA-256 of the content, in hexadecimal.
    sha256: Option<String>,
}

impl Confirmation {
    fn check(&self) -> Result<(), Error> {
        self.sha256.as_deref().map_or(Ok(()), check_sha256)
    }
}

/// For how long a file can be read.
#[derive(Args)]
struct Expiry {
    /// For how many seconds; the server's default unless set.
    #[wire(seconds)]
    expires_in: Option<u64>,
}

/// Which files are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct StoredQuery {
    /// At most this many per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
}

impl StoredQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// A page of files.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct StoredList {
    /// The files of this page.
    #[wire(default)]
    pub objects: Vec<StoredObject>,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PageOf for StoredList {
    type Item = StoredObject;

    fn into_page(self) -> Page<StoredObject> {
        Page::new(self.objects, self.next_cursor)
    }
}

/// What is known about a file.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct StoredObject {
    /// The id of the file, such as `obj_1`.
    pub id: String,
    /// What it is called.
    #[wire(personal)]
    pub filename: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Its length in bytes.
    #[wire(bytes)]
    pub size_bytes: Option<u64>,
    /// How it stands: `pending` until it is confirmed, then `live`.
    pub status: Option<String>,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A file, alone.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Stored {
    /// The file that was asked about.
    pub object: StoredObject,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Where to put the content of a file.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Presigned {
    /// The file whose content is to be put there.
    pub object: StoredObject,
    /// Where its content goes. Whoever has it can put something there.
    pub upload_url: Sensitive,
    /// Until when content can be put there.
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn stored_object(answer: Response) -> Result<Stored, Error> {
    read_wrapped(&answer, "object")
}

/// Says that the content is there.
pub(super) fn confirm_content(
    service: &Arc<Service>,
    object_id: &str,
    sha256: Option<&str>,
) -> Map<Unary<Response>, Stored> {
    let digest = Confirmation { sha256: sha256.map(str::to_owned) };
    with_asked_id(confirm(service, object_id, &digest), "object", object_id)
}

/// Files that are kept for a workspace (`/api/v1/storage/objects`).
#[derive(Handle)]
#[handle(Storage.objects)]
pub struct StorageObjects<T> {
    client: crate::Client<T>,
}

impl<T: Transport> StorageObjects<T> {
    /// A page of the files that are live (`GET /api/v1/storage/objects`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::storage::StoredQuery;
    ///
    /// let page =
    ///     client.storage().objects().list_page(&StoredQuery::default().limit(50)).send()?;
    /// println!("{} files, next {:?}", page.objects.len(), page.next_cursor);
    /// # Ok(()) }
    /// ```
    pub fn list_page(&self, query: &StoredQuery) -> Call<T, StoredList> {
        self.client().api.call(list_page(self.client().api.service(), query))
    }

    /// All files that are live, page after page, as they are asked for.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `cursor`; `Decode` when the server's cursors lead in circles.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::storage::StoredQuery;
    ///
    /// for file in client.storage().objects().list(&StoredQuery::default()) {
    ///     println!("{:?}", file?.filename);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "iter")]
    pub fn list(&self, query: &StoredQuery) -> Items<T, StoredObject> {
        self.client().api.items(list(self.client().api.service(), query))
    }

    /// What is known about a file (`GET /api/v1/storage/objects/{id}`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `object_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.storage().objects().get("obj_1").send()?.object.size_bytes);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, object_id: &str) -> Call<T, Stored> {
        let question = get(self.client().api.service(), object_id);
        self.client().api.call(with_asked_id(question, "object", object_id))
    }

    /// Deletes a file (`DELETE /api/v1/storage/objects/{id}`, session cookie). It can be
    /// [restored](Self::restore) for seven days.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `object_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.storage().objects().delete("obj_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, object_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), object_id))
    }

    /// Brings back a file that was deleted less than seven days ago
    /// (`POST /api/v1/storage/objects/{id}/restore`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `object_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.storage().objects().restore("obj_1").send()?.object.status);
    /// # Ok(()) }
    /// ```
    pub fn restore(&self, object_id: &str) -> Call<T, Stored> {
        let question = restore(self.client().api.service(), object_id, &Nothing {});
        self.client().api.call(with_asked_id(question, "object", object_id))
    }

    /// Uploads a file of at most 100 MB in one request (`POST /api/v1/storage/objects` as a
    /// form, session cookie). The content is not copied.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `filename`, `content_type`, or `content` when it is longer:
    /// [`upload_large`](Self::upload_large) takes those.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::storage::Upload;
    ///
    /// let file = Upload::new("menu.txt", "1 feijoada").content_type("text/plain");
    /// println!("{}", client.storage().objects().upload(&file).send()?.object.id);
    /// # Ok(()) }
    /// ```
    pub fn upload(&self, file: &Upload) -> Call<T, Stored> {
        self.client().api.checked("storage.objects.upload", file.send(self.client().api.service()))
    }

    /// Asks for a place to put the content of a file of `size_bytes` bytes
    /// (`POST /api/v1/storage/objects`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `filename` or `content_type`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let place =
    ///     client.storage().objects().presign("tour.mp4", "video/mp4", 500_000_000).send()?;
    /// println!("{} until {:?}", place.object.id, place.expires_at);
    /// # Ok(()) }
    /// ```
    pub fn presign(
        &self,
        filename: &str,
        content_type: &str,
        size_bytes: u64,
    ) -> Call<T, Presigned> {
        let file = Presign::new(filename, content_type, size_bytes);
        self.client().api.call(presign(self.client().api.service(), &file))
    }

    /// Says that the content of a file is where it belongs
    /// (`POST /api/v1/storage/objects/{id}/confirm`, session cookie); with its SHA-256 in
    /// hexadecimal the server can check it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `object_id`, or `sha256` when it is not 64 digits in lower case.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!(
    ///     "{:?}",
    ///     client.storage().objects().confirm("obj_2", None).send()?.object.status
    /// );
    /// # Ok(()) }
    /// ```
    pub fn confirm(&self, object_id: &str, sha256: Option<&str>) -> Call<T, Stored> {
        self.client().api.call(confirm_content(self.client().api.service(), object_id, sha256))
    }

    /// A URL from which a file can be read for a while, `expires_in` seconds or as long as the
    /// server sees fit (`GET /api/v1/storage/objects/{id}/download`, session cookie). The server
    /// redirects there; it is not followed.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `object_id`. `Decode` when the server names no URL.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let place = client.storage().objects().download("obj_1", Some(600)).send()?;
    /// println!("until {:?}", place.expires_at);
    /// # Ok(()) }
    /// ```
    pub fn download(&self, object_id: &str, expires_in: Option<u64>) -> Call<T, Download> {
        self.client().api.call(download(
            self.client().api.service(),
            object_id,
            &Expiry { expires_in },
        ))
    }
}
