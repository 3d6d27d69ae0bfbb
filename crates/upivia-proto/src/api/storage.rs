//! What is kept for a workspace (`/api/v1/storage`).

pub(crate) mod objects;

use codespar_engine::Handle;

use crate::client::Client;

pub use self::objects::{
    Presigned, StorageObjects, Stored, StoredList, StoredObject, StoredQuery, download::Download,
    upload::Upload,
};

/// What is kept for a workspace (`/api/v1/storage`): files, reached by `objects()`.
#[derive(Handle)]
#[handle(Client.storage)]
pub struct Storage<T> {
    client: Client<T>,
}
