//! One operation of each kind, with an answer it is content with.

use std::time::Duration;

use codespar_proto::{
    Client, CreateBatch, CreateSession, Error, ListCharges, Minor, NewItem, PayBatch, Session,
    Upload,
};

use crate::{Driver, chunk, ok, stream_head};

/// How an operation goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One answer.
    Unary,
    /// An event stream.
    Stream,
}

/// An operation of each kind there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A read.
    Get,
    /// A write that must not happen twice.
    Post,
    /// A write under an idempotency key.
    Keyed,
    /// A file.
    Upload,
    /// A turn of a chat, as an event stream.
    Chat,
    /// A payment that is followed, opened again when it breaks off.
    Status,
    /// A payment that is waited for.
    Settled,
    /// A list in pages.
    Pages,
    /// A batch that is paid in rounds, under one key.
    Pay,
    /// A session that is opened and whose connections are waited for.
    Workflow,
}

/// All of them.
pub const OPERATIONS: [Operation; 10] = [
    Operation::Get,
    Operation::Post,
    Operation::Keyed,
    Operation::Upload,
    Operation::Chat,
    Operation::Status,
    Operation::Settled,
    Operation::Pages,
    Operation::Pay,
    Operation::Workflow,
];

/// What became of an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// How many items it handed out.
    pub items: usize,
    /// The error it ended with.
    pub error: Option<Error>,
}

impl<O> From<Result<O, Error>> for Outcome {
    fn from(result: Result<O, Error>) -> Self {
        Self { items: 0, error: result.err() }
    }
}

impl<I> From<(Vec<I>, Option<Error>)> for Outcome {
    fn from((items, error): (Vec<I>, Option<Error>)) -> Self {
        Self { items: items.len(), error }
    }
}

const STATUS: &str = r#"event: snapshot
data: {"payment_status":"pending","events":[]}

event: update
data: {"payment_status":"succeeded","events":[]}

event: done
data: {"reason":"terminal"}

"#;

const CHAT: &str = r#"data: {"type":"assistant_text","content":"Um momento…","iteration":1}

data: {"type":"done","result":{"message":"Pronto.","tool_calls":[],"iterations":1}}

"#;

impl Operation {
    /// How it goes over the wire.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Chat | Self::Status | Self::Settled => Kind::Stream,
            _ => Kind::Unary,
        }
    }

    /// Whether it may be repeated once the server may have seen it.
    pub const fn repeats(self) -> bool {
        !matches!(self, Self::Post | Self::Upload | Self::Chat | Self::Workflow)
    }

    /// The body of a good answer.
    pub const fn body(self) -> &'static str {
        match self {
            Self::Get => r#"{"payment_status":"pending","events":[]}"#,
            Self::Post => r#"{"success":true,"data":{"id":"pay_1"},"duration":12}"#,
            Self::Keyed | Self::Pay => r#"{"batch_id":"pbat_1","status":"completed","items":[]}"#,
            Self::Upload => r#"{"file_id":"pfile_1","size_bytes":4}"#,
            Self::Chat => CHAT,
            Self::Status | Self::Settled => STATUS,
            Self::Pages => r#"{"data":[],"next_cursor":null}"#,
            Self::Workflow => {
                r#"{"id":"ses_1","servers":[{"id":"asaas","connected":true}],"tools":[]}"#
            }
        }
    }

    /// The media type of a good answer.
    pub const fn media_type(self) -> &'static str {
        match self.kind() {
            Kind::Unary => "application/json",
            Kind::Stream => "text/event-stream",
        }
    }

    /// A good answer, whole.
    pub fn answer(self) -> Vec<u8> {
        match self.kind() {
            Kind::Unary => ok(self.media_type(), self.body()),
            Kind::Stream => [stream_head(), chunk(self.body()), chunk("")].concat(),
        }
    }

    /// Makes the call.
    pub fn run<D: Driver>(self, client: &Client<D>) -> Outcome {
        let session: Session<D> = client.session("ses_1").unwrap();
        let batches = client.payables().batches();
        match self {
            Self::Get => D::finish(session.payment_status("tc_1")).into(),
            Self::Post => {
                let input = serde_json::json!({"amount": 500});
                D::finish(session.execute("codespar_charge", &input)).into()
            }
            Self::Keyed => {
                let bill = NewItem::pix_key("landlord@example.com", Minor::new(185_000));
                D::finish(batches.create(&CreateBatch::default().items(vec![bill]))).into()
            }
            Self::Upload => {
                let upload = Upload::guess("bills.pdf", vec![b'%'; 100_000]);
                D::finish(client.payables().files().upload(&upload)).into()
            }
            Self::Chat => D::collect(session.send_stream("hi")).into(),
            Self::Status => D::collect(session.payment_status_stream("tc_1", true)).into(),
            Self::Settled => D::finish(session.settled("tc_1")).into(),
            Self::Pages => D::collect(client.charges().list(&ListCharges::default())).into(),
            Self::Pay => {
                let pay = PayBatch::new(3, "hash_v3").pause(Duration::from_millis(1));
                D::finish(batches.pay("pbat_1", &pay)).into()
            }
            Self::Workflow => {
                let args = CreateSession::new("user_1").server("asaas");
                let args = args.wait_for_connections(Duration::from_secs(20));
                D::finish(client.create(&args)).into()
            }
        }
    }
}
