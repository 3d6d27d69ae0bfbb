//! What is kept for a workspace (`/api/v1/storage`).

pub(crate) mod objects;

use codespar_engine::resource;

use crate::client::Client;

pub use self::objects::{
    Presigned, StorageObjects, Stored, StoredList, StoredObject, StoredQuery, download::Download,
    upload::Upload,
};

resource! {
    /// What is kept for a workspace (`/api/v1/storage`): files, reached by `objects()`.
    Storage = Client.storage
}
