//! Bills, connections, catalogue and webhooks: operations whose methods do more than make one
//! request.

use codespar_engine::{Describe, Sensitive, compositions, registry::ByteArgument};
use serde::Deserialize;

use crate::{
    api::{
        events::EventReplay,
        payables::{
            batches::{batch::Batch, pay::PayBatch},
            documents::{DocumentUpload, Payable},
            files::{PayableFile, Upload},
        },
        tool_calls::ListToolCalls,
        webhook_endpoints::ListAllDeliveries,
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
    /// Makes a bill to be paid of a PDF or an image, 10 MiB at most; nothing is paid yet.
    "payables.documents.upload"(args: UploadDocument) -> Payable, of "payables.documents.upload" =>
        client.payables().documents().upload(&args.into());
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
    /// Counts attempts to deliver to any webhook endpoint of the project.
    "webhook_endpoints.count_deliveries"(args: ListAllDeliveries) -> u64,
        of "webhook_endpoints.count_deliveries" =>
        client.webhook_endpoints().count_deliveries(&args);
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
        upload(file.file, file.filename.or(file.stream_name), file.content_type)
    }
}

/// A bill to upload.
#[derive(Deserialize, Describe)]
struct UploadDocument {
    /// Its bytes, as base64 in an object of one member, `$bytes_base64`.
    #[wire(any)]
    file: ByteArgument,
    /// What it is called.
    filename: Option<String>,
    /// Its media type; guessed by the name where nothing is said.
    content_type: Option<String>,
    /// The name of the stream that the bytes were read from, which may be a path.
    stream_name: Option<String>,
    /// The person who uploads it.
    #[wire(personal)]
    actor: Option<Sensitive>,
}

impl From<UploadDocument> for DocumentUpload {
    fn from(bill: UploadDocument) -> Self {
        let file = upload(bill.file, bill.filename.or(bill.stream_name), bill.content_type);
        match bill.actor {
            Some(actor) => Self::new(file).actor(actor),
            None => Self::new(file),
        }
    }
}

/// A file of these bytes, named and typed where that is said.
fn upload(bytes: ByteArgument, name: Option<String>, kind: Option<String>) -> Upload {
    let mut upload = Upload::bytes(bytes.0);
    if let Some(name) = name {
        upload = upload.named(name);
    }
    match kind {
        Some(kind) => upload.typed(kind),
        None => upload,
    }
}
