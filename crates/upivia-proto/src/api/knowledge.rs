//! Knowledge that agents can look things up in (`/api/v1/knowledge`).

pub(crate) mod collections;
pub(crate) mod documents;

use codespar_engine::Handle;

use crate::client::Client;

pub use self::{
    collections::{
        Collection, CollectionAnswer, CollectionList, CollectionQuery, KnowledgeCollections,
    },
    documents::{Document, DocumentAnswer, KnowledgeDocuments, NewDocument},
};

/// Knowledge that agents can look things up in (`/api/v1/knowledge`): collections and their
/// documents, reached by `collections()` and `documents()`.
#[derive(Handle)]
#[handle(Client.knowledge)]
pub struct Knowledge<T> {
    client: Client<T>,
}
