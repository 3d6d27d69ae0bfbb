//! Storage and knowledge: files with their content, and what is about one thing.

use codespar_engine::{Describe, compositions, registry::ByteArgument};
use serde::Deserialize;

use crate::{
    api::{
        knowledge::{
            collections::CollectionAnswer,
            documents::{DocumentAnswer, NewDocument},
        },
        storage::objects::{Stored, upload::Upload},
    },
    client::Client,
    registry::started::{Start, Started, Waiting},
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Gives what is known about a file.
    "storage.objects.get"(object_id) -> Stored, of "storage.objects.get" =>
        client.storage().objects().get(&object_id);
    /// Brings back a file that was deleted less than seven days ago.
    "storage.objects.restore"(object_id) -> Stored, of "storage.objects.restore" =>
        client.storage().objects().restore(&object_id);
    /// Uploads a file of at most 100 MB.
    "storage.objects.upload"(file: FileToUpload) -> Stored, of "storage.objects.upload" =>
        client.storage().objects().upload(&file.into());
    /// Uploads a file of any length, in three steps.
    "storage.objects.upload_large"(file: FileToUpload) -> Stored, of "storage.objects.presign" =>
        client.storage().objects().upload_large(&file.into());
    /// Puts the content of a file in its place, which may be on another server.
    "storage.objects.put" {
        /// Its place. Whoever has it can put something there.
        #[wire(secret)]
        upload_url: String,
        /// The media type of the content.
        content_type: String,
        /// What is in the file.
        content: ByteArgument,
    } -> (), of "storage.objects.presign" =>
        client.storage().objects().put(&upload_url, &content_type, content.0);
    /// Says that the content of a file is where it belongs.
    "storage.objects.confirm" {
        /// The file that is meant.
        object_id: String,
        /// The SHA-256 of the content, in hexadecimal.
        sha256: Option<String>,
    } -> Stored, of "storage.objects.confirm" =>
        client.storage().objects().confirm(&object_id, sha256.as_deref());

    /// Gives what is known about a collection of documents.
    "knowledge.collections.get"(collection_id) -> CollectionAnswer,
        of "knowledge.collections.get" =>
        client.knowledge().collections().get(&collection_id);
    /// Has a document taken into a collection; it is indexed after the answer.
    "knowledge.documents.create"(collection_id; document: DocumentToTakeIn) -> DocumentAnswer,
        of "knowledge.documents.create" =>
        client.knowledge().documents().create(&collection_id, &document.into());
    /// Has a document taken into a collection, and waits until it is.
    "knowledge.documents.create_and_wait"(
        collection_id; document: DocumentToTakeIn, wait: Waiting
    ) -> DocumentAnswer, of "knowledge.documents.create" =>
        client.knowledge().documents().create_and_wait(
            &collection_id,
            &document.into(),
            wait.read()?,
        );
    /// Waits until a document is taken in.
    "knowledge.documents.wait"(collection_id, doc_id; wait: Waiting) -> DocumentAnswer,
        of "knowledge.documents.get" =>
        client.knowledge().documents().wait(&collection_id, &doc_id, wait.read()?);
    /// Says how far a document was taken in.
    "knowledge.documents.get"(collection_id, doc_id) -> DocumentAnswer,
        of "knowledge.documents.get" =>
        client.knowledge().documents().get(&collection_id, &doc_id);
}

/// A file to upload.
#[derive(Deserialize, Describe)]
struct FileToUpload {
    /// What it is called.
    #[wire(personal)]
    filename: String,
    /// What is in it.
    content: ByteArgument,
    /// Its media type.
    content_type: Option<String>,
}

impl From<FileToUpload> for Upload {
    fn from(file: FileToUpload) -> Self {
        Self {
            filename: file.filename,
            content: file.content.0.into(),
            content_type: file.content_type,
        }
    }
}

/// A document to take in: a file that is stored already, or content of its own.
#[derive(Deserialize, Describe)]
struct DocumentToTakeIn {
    /// A file that is stored already.
    stored_object_id: Option<String>,
    /// What is in it; with a file name.
    content: Option<ByteArgument>,
    /// What it is called; with content.
    #[wire(personal)]
    filename: Option<String>,
    /// The media type of the content.
    content_type: Option<String>,
}

impl From<DocumentToTakeIn> for NewDocument {
    fn from(document: DocumentToTakeIn) -> Self {
        let DocumentToTakeIn { stored_object_id, content, filename, content_type } = document;
        Self {
            stored_object_id,
            content: content.map(|bytes| bytes.0.into()),
            filename,
            content_type,
        }
    }
}
