//! Storage and knowledge.

use codespar_engine::registry::ByteArgument;
use serde::Deserialize;

use crate::{
    api::{
        knowledge::{collections::CollectionQuery, documents::NewDocument},
        storage::objects::{StoredQuery, upload::Upload},
    },
    registry::start::wait,
    types::object::Object,
};

operations! {
    client;

    "storage.objects.list" (query: StoredQuery) => client.storage().objects().list_page(&query);
    "storage.objects.iter" (query: StoredQuery) => client.storage().objects().list(&query);
    "storage.objects.get" { object_id: String } => client.storage().objects().get(&object_id);
    "storage.objects.delete" { object_id: String } =>
        client.storage().objects().delete(&object_id);
    "storage.objects.restore" { object_id: String } =>
        client.storage().objects().restore(&object_id);
    "storage.objects.upload" (file: File) => client.storage().objects().upload(&file.into());
    "storage.objects.upload_large" (file: File) =>
        client.storage().objects().upload_large(&file.into());
    "storage.objects.presign" { filename: String, content_type: String, size_bytes: u64 } =>
        client.storage().objects().presign(&filename, &content_type, size_bytes);
    "storage.objects.put" { upload_url: String, content_type: String, content: ByteArgument } =>
        client.storage().objects().put(&upload_url, &content_type, content.0);
    "storage.objects.confirm" { object_id: String, sha256: Option<String> } =>
        client.storage().objects().confirm(&object_id, sha256.as_deref());
    "storage.objects.download" { object_id: String, expires_in: Option<u64> } =>
        client.storage().objects().download(&object_id, expires_in);
    "knowledge.collections.list" (query: CollectionQuery) =>
        client.knowledge().collections().list_page(&query);
    "knowledge.collections.iter" (query: CollectionQuery) =>
        client.knowledge().collections().list(&query);
    "knowledge.collections.create" { body: Object } =>
        client.knowledge().collections().create(&body);
    "knowledge.collections.get" { collection_id: String } =>
        client.knowledge().collections().get(&collection_id);
    "knowledge.collections.delete" { collection_id: String } =>
        client.knowledge().collections().delete(&collection_id);
    "knowledge.documents.create" {
        collection_id: String, stored_object_id: Option<String>, content: Option<ByteArgument>,
        filename: Option<String>, content_type: Option<String>,
    } => client.knowledge().documents().create(
        &collection_id,
        &NewDocument {
            stored_object_id, content: content.map(|bytes| bytes.0), filename, content_type,
        },
    );
    "knowledge.documents.create_and_wait" {
        collection_id: String, stored_object_id: Option<String>, content: Option<ByteArgument>,
        filename: Option<String>, content_type: Option<String>, poll_interval: Option<f64>,
        timeout: Option<f64>,
    } => client.knowledge().documents().create_and_wait(
        &collection_id,
        &NewDocument {
            stored_object_id, content: content.map(|bytes| bytes.0), filename, content_type,
        },
        wait(poll_interval, timeout)?,
    );
    "knowledge.documents.wait" {
        collection_id: String, doc_id: String, poll_interval: Option<f64>, timeout: Option<f64>,
    } => client.knowledge().documents().wait(
        &collection_id, &doc_id, wait(poll_interval, timeout)?,
    );
    "knowledge.documents.get" { collection_id: String, doc_id: String } =>
        client.knowledge().documents().get(&collection_id, &doc_id);
    "knowledge.documents.delete" { collection_id: String, doc_id: String } =>
        client.knowledge().documents().delete(&collection_id, &doc_id);
}

/// A file to upload.
#[derive(Deserialize)]
struct File {
    filename: String,
    content: ByteArgument,
    content_type: Option<String>,
}

impl From<File> for Upload {
    fn from(file: File) -> Self {
        Self { filename: file.filename, content: file.content.0, content_type: file.content_type }
    }
}
