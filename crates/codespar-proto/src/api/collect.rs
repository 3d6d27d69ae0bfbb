//! Collecting money by links (`/v1/collect`).

pub(crate) mod attempts;
pub(crate) mod draft;
pub(crate) mod link;
pub(crate) mod links;
pub(crate) mod pages;
pub(crate) mod payments;
pub(crate) mod refunds;
pub(crate) mod stats;

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Sensitive, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

pub use self::{
    attempts::{
        CollectArtifact, CollectAttempt, CollectAttemptState, CollectAttempts, CollectTestPayment,
        CreateCollectAttempt,
    },
    draft::{
        CollectAddress, CollectBrand, CollectBrandTexts, CollectDraft, CollectPayer,
        CollectPayerFields, CreateCollectLink, NewCollectItem,
    },
    link::{
        CollectAgent, CollectAgentRefusal, CollectAgentStatus, CollectField, CollectItem,
        CollectLink, CollectPayerField, CollectPayerForm, CollectReceiverName, CollectState,
        CollectSurface, CollectUsdc, CollectVersion, CollectVersionState,
    },
    links::{CollectLinks, ListCollectLinks, PublishCollectLink, UpdateCollectLink},
    pages::{CollectPageAttempt, CollectPages, CreatePageAttempt},
    payments::{
        CollectException, CollectPayment, CollectPaymentKind, CollectPayments, CollectRail,
        CollectReceipt, CollectReceiptDocument,
    },
    refunds::{CollectRefund, CollectRefundMethod, CollectRefundState, CollectRefunds},
    stats::{CollectBySurface, CollectLinkStats, CollectStats},
};
use crate::{api::answer::require_list, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the consumers who could be paid by links of the project, 200 at most.
    fn receivers() -> Vec<CollectReceiver>:
        "collect.receivers" GET "/v1/collect/receivers", read rows;
}

/// Collecting money by links (`/v1/collect`): one link is one valid payment.
///
/// A link is made as a draft, [published](CollectLinks::publish), and then
/// [issues](CollectAttempts::create) a Pix or boleto for its total. What comes late or twice is
/// credited and [owed back](CollectRefunds::list). A project that may not collect gets
/// `collect_disabled` from all of it.
#[derive(Handle)]
#[handle(Client.collect)]
pub struct Collect<T> {
    client: Client<T>,
}

impl<T: Transport> Collect<T> {
    /// The consumers who could be paid by links (`GET /v1/collect/receivers`), 200 at most, by
    /// their ids.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `collect_disabled` and others; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for receiver in client.collect().receivers().send()? {
    ///     println!("{:?}: {:?}", receiver.consumer_id, receiver.eligible);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn receivers(&self) -> Call<T, Vec<CollectReceiver>> {
        self.client().call(receivers(self.client().service()))
    }
}

/// Whose account is paid into.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CollectIdentity {
    /// The consumer's own.
    Own,
    /// One that all test projects share.
    SharedSandbox,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A consumer who could be paid by a link.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectReceiver {
    /// The id of the consumer.
    pub consumer_id: Option<String>,
    /// What the consumer is called.
    #[wire(personal)]
    pub label: Option<Sensitive>,
    /// Whether links can pay the consumer.
    pub eligible: Option<bool>,
    /// Whose account is paid into.
    pub identity: Option<CollectIdentity>,
    /// Why not, as a code.
    pub reason: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Receivers {
    data: Option<Vec<CollectReceiver>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<CollectReceiver>, Error> {
    let rows: Receivers = answer.json()?;
    require_list(&answer, "data", rows.data)
}
