//! Documents that are read and paid one by one (`/v1/payables`).

use codespar_engine::{Call, Handle, Json, driver::Transport, endpoints};

use crate::api::payables::Payables;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a payable of a document; nothing is paid yet.
    fn create(; json: &Json as "payable") -> Json: "payables.documents.create" POST "/v1/payables", scope "payables:write";
    /// Says how a payable stands.
    fn get(payable_id) -> Json: "payables.documents.get" GET "/v1/payables/{payable_id}", scope "payables:read";
    /// Settles what was read wrong in a payable.
    fn review(payable_id; json: &Json as "review") -> Json:
        "payables.documents.review" POST "/v1/payables/{payable_id}/review", scope "payables:write";
    /// Pays a payable: this moves money.
    fn pay(payable_id; json: &Json as "payment") -> Json:
        "payables.documents.pay" POST "/v1/payables/{payable_id}/pay", effect MovesMoney, scope "payables:pay";
}

/// Documents that are read and paid one by one (`/v1/payables`), an older way than batches.
///
/// Every value that was read says where it comes from and how sure that is. The API does not
/// write the shapes down: what goes in and out is JSON.
#[derive(Handle)]
#[handle(Payables.documents)]
pub struct Documents<T> {
    client: crate::Client<T>,
}

impl<T: Transport> Documents<T> {
    /// Makes a payable (`POST /v1/payables`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, Json, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, invoice: &Json,
    /// # ) -> Result<(), Error> {
    /// let payable = client.payables().documents().create(invoice).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &Json) -> Call<T, Json> {
        self.client().call(create(self.client().service(), args))
    }

    /// Says how a payable stands (`GET /v1/payables/{payable_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let payable = client.payables().documents().get("pay_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn get(&self, payable_id: &str) -> Call<T, Json> {
        self.client().call(get(self.client().service(), payable_id))
    }

    /// Settles what was read wrong (`POST /v1/payables/{payable_id}/review`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, Json, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, review: &Json) -> Result<(), Error> {
    /// let payable = client.payables().documents().review("pay_1", review).send()?;
    /// # Ok(()) }
    /// ```
    pub fn review(&self, payable_id: &str, args: &Json) -> Call<T, Json> {
        self.client().call(review(self.client().service(), payable_id, args))
    }

    /// Pays a payable (`POST /v1/payables/{payable_id}/pay`). **This moves money**; it is never
    /// sent twice on its own.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = codespar_proto::Json::parse_str("{}")?;
    /// let payable = client.payables().documents().pay("pay_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn pay(&self, payable_id: &str, args: &Json) -> Call<T, Json> {
        self.client().call(pay(self.client().service(), payable_id, args))
    }
}
