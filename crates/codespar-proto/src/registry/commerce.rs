//! Bills, connections, catalogue and webhooks: operations whose methods do more than make one
//! request.

use codespar_engine::{Describe, compositions, registry::ByteArgument};
use serde::Deserialize;

use crate::{
    api::{
        events::EventReplay,
        payables::{
            batches::{batch::Batch, pay::PayBatch},
            files::{PayableFile, Upload},
        },
        tool_calls::ListToolCalls,
    },
    client::Client,
    registry::started::{Start, Started},
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Uploads a file with bills in it, 10 MiB at most, and says what was found.
    "payables.files.upload"(args: UploadFile) -> PayableFile, of "payables.files.upload" =>
        client.payables().files().upload(&args.into());
    /// Pays the bills of a batch, round after round: this moves money, and no bill is paid twice.
    "payables.batches.pay"(batch_id; args: PayBatch) -> Batch, of "payables.batches.pay" =>
        client.payables().batches().pay(&batch_id, &args);
    /// Delivers an event again, to one webhook endpoint or to all that are for it.
    "events.replay" {
        /// The id of the event.
        event_id: String,
        /// To this endpoint only.
        endpoint_id: Option<String>,
    } -> EventReplay, of "events.replay" =>
        client.events().replay(&event_id, endpoint_id.as_deref());
    /// Counts the tool calls of the project.
    "tool_calls.count"(args: ListToolCalls) -> u64, of "tool_calls.count" =>
        client.tool_calls().count(&args);
}

/// A file to upload.
#[derive(Deserialize, Describe)]
struct UploadFile {
    /// Its bytes, as base64 in an object of one member, `$bytes_base64`.
    #[wire(any)]
    file: ByteArgument,
    /// What it is called.
    filename: Option<String>,
    /// Its media type; guessed by the name where nothing is said.
    content_type: Option<String>,
    /// The name of the stream that the bytes were read from, which may be a path.
    stream_name: Option<String>,
}

impl From<UploadFile> for Upload {
    fn from(file: UploadFile) -> Self {
        let mut upload = Self::bytes(file.file.0);
        if let Some(name) = file.filename.or(file.stream_name) {
            upload = upload.named(name);
        }
        match file.content_type {
            Some(kind) => upload.typed(kind),
            None => upload,
        }
    }
}
