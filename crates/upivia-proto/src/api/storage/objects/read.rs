//! Receiving a file: whole, or piece by piece.

use std::sync::Arc;

use codespar_engine::{
    Call, FileContent, FilePiece, Items,
    driver::{BoxFlow, Transport},
    kit::{Chain, Fetch, FetchTarget, Map, RequestBuilder, Retry, Service, Then},
};
use http::Method;

use crate::{
    api::{
        storage::objects::{Expiry, StorageObjects, Stored, StoredObject, download::Download, get},
        wrapped::with_asked_id,
    },
    client::auth::NOBODY,
};

const OPERATION: &str = "storage.objects.read";

impl<T: Transport> StorageObjects<T> {
    /// Downloads a file whole: [`get`](Self::get), [`download`](Self::download), then a `GET` of
    /// the URL. That goes to another server, which gets none of the client's credentials, cookies
    /// and headers, nor those of the call; a redirect from there is not followed.
    ///
    /// Its length is compared with what the API and the other server say, its SHA-256 with what the
    /// API says. A file longer than `Limits::body_bytes` is an error: see
    /// [`read_pieces`](Self::read_pieces). The call's time limit is for each of the first two
    /// requests and the head of the third; within the file the idle limit counts.
    ///
    /// Idempotency: a read, repeated where it fails for a moment, up to the beginning of the file.
    ///
    /// # Errors
    /// As the first two of them; `Api` as the other server says; `Content`, when it is not as long
    /// as was said, or not the same.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let file = client.storage().objects().read("obj_1").send()?;
    /// println!("{} bytes, SHA-256 {:?}", file.bytes.len(), file.sha256);
    /// # Ok(()) }
    /// ```
    pub fn read(&self, object_id: &str) -> Call<T, FileContent> {
        self.client().api.call(read(self.client().api.service(), object_id).whole())
    }

    /// Downloads a file of any length, piece by piece, as [`read`](Self::read) does: an iterator or
    /// a stream of pieces, for `files::write_to` and `files::save` of the drivers.
    ///
    /// The last piece comes once the whole is known to be as long as was said, and the same. Each
    /// says how far it has come.
    ///
    /// Idempotency: a read, repeated where it fails for a moment, up to the beginning of the file.
    ///
    /// # Errors
    /// As [`read`](Self::read); those within the file say how far it came
    /// (`Error::progress`).
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// for piece in client.storage().objects().read_pieces("obj_1") {
    ///     let piece = piece?;
    ///     println!("{} of {:?} bytes", piece.progress.bytes, piece.progress.of);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "download")]
    #[doc(alias = "stream")]
    pub fn read_pieces(&self, object_id: &str) -> Items<T, FilePiece> {
        self.client().api.items(read(self.client().api.service(), object_id))
    }
}

/// What a question answers.
enum Answer {
    About(Stored),
    Place(Download),
}

fn read(service: &Arc<Service>, object_id: &str) -> Fetch {
    let about = with_asked_id(get(service, object_id), "object", object_id);
    let first = Map::new(about, |about| Ok(Answer::About(about)));
    let (asked, id) = (Arc::clone(service), object_id.to_owned());
    let mut about: Option<StoredObject> = None;
    let question = Chain::new(first, move |answer, _| match answer {
        Ok(Answer::About(stored)) => {
            about = Some(stored.object);
            Then::Ask(place(&asked, &id))
        }
        Ok(Answer::Place(place)) => Then::Done(Ok(target(&place, about.take()))),
        Err(error) => Then::Done(Err(error)),
    });
    Fetch::after(service, OPERATION, question)
}

fn place(service: &Arc<Service>, object_id: &str) -> BoxFlow<Answer> {
    let place = super::download(service, object_id, &Expiry { expires_in: None });
    Box::new(Map::new(place, |place| Ok(Answer::Place(place))))
}

/// A request for the file, with nothing of the client's about it.
fn target(place: &Download, about: Option<StoredObject>) -> FetchTarget {
    let url = place.url.expose();
    let request = RequestBuilder::elsewhere(OPERATION, Method::GET, Retry::Safe, "url", url);
    let (length, sha256) = about.map(|about| (about.size_bytes, about.sha256)).unwrap_or_default();
    FetchTarget::new(request.auth(NOBODY), length, sha256)
}
