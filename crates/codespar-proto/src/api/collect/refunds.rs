//! What links owe back (`/v1/collect/links/{link_id}/refunds`).

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{
        answer::require_list,
        collect::{Collect, payments::CollectException},
    },
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what a link owes back for late and repeated payments, in minor units; nothing is given
    /// back by it.
    fn list(link_id) -> Vec<CollectRefund>:
        "collect.refunds.list" GET "/v1/collect/links/{link_id}/refunds", read rows;
}

/// What links owe back (`/v1/collect/links/{link_id}/refunds`).
#[derive(Handle)]
#[handle(Collect.refunds)]
pub struct CollectRefunds<T> {
    client: crate::Client<T>,
}

impl<T: Transport> CollectRefunds<T> {
    /// Lists what a link owes back (`GET /v1/collect/links/{link_id}/refunds`). A repeated payment
    /// is owed at once, a late one when `decide_by` is over and it was not
    /// [kept](crate::collect::CollectPayments::honor). No route gives money back today.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for refund in client.collect().refunds().list("cl_1").send()? {
    ///     println!("{:?} until {:?}", refund.state, refund.decide_by);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, link_id: &str) -> Call<T, Vec<CollectRefund>> {
        self.client().call(list(self.client().service(), link_id))
    }
}

/// How the duty to give money back stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CollectRefundState {
    /// The collector may still keep it.
    AwaitingCollector,
    /// The collector kept it.
    Honored,
    /// It waits for the Pix rail.
    AwaitingPixRail,
    /// A person has to give it back.
    ManualRefundRequired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How money is given back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectRefundMethod {
    /// It goes back by Pix.
    Pix,
    /// By a person.
    Manual,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The duty to give a payment back, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectRefund {
    /// The id of the duty.
    pub id: Option<String>,
    /// What it is: `collect_refund`.
    pub object: Option<String>,
    /// The payment that is owed.
    pub payment_id: Option<String>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// The charge that was paid.
    pub charge_id: Option<String>,
    /// Why it is owed.
    pub reason: Option<CollectException>,
    /// How it is given back.
    pub refund_method: Option<CollectRefundMethod>,
    /// How it stands.
    pub state: Option<CollectRefundState>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount: `BRL`.
    pub currency: Option<Currency>,
    /// Until when the collector may keep it.
    pub decide_by: Option<Timestamp>,
    /// When that was decided.
    pub decided_at: Option<Timestamp>,
    /// When it became owed.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Refunds {
    data: Option<Vec<CollectRefund>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<CollectRefund>, Error> {
    let rows: Refunds = answer.json()?;
    require_list(&answer, "data", rows.data)
}
