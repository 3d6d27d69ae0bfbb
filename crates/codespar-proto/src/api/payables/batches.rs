//! Batches of bills (`/v1/payables/batches`).

pub(crate) mod batch;
pub(crate) mod items;
pub(crate) mod pay;

use codespar_engine::{Args, Call, Error, Handle, driver::Transport, endpoints};

pub use self::{
    batch::{
        AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus, BatchTotals,
        CheckStatus, DestinationKind, ItemCheck, ItemDestination, ItemOrigin, ItemPayment,
        ItemPaymentState, ItemRail, ItemRefusal, ItemState, MissingPart, OriginKind,
    },
    items::{AddItems, NewItem, UpdateItem},
    pay::PayBatch,
};
use crate::{
    api::payables::{
        Payables,
        batches::items::{check_files, check_items},
    },
    check::check_filled,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a batch of files and bills; nothing is paid yet.
    fn create(; json: &CreateBatch) -> Batch:
        "payables.batches.create" POST "/v1/payables/batches" Keyed;
    /// Says how a batch of bills stands.
    fn get(batch_id) -> Batch: "payables.batches.get" GET "/v1/payables/batches/{batch_id}";
    /// Changes a bill of a batch, whose version is another then.
    fn update_item(batch_id, item_id; json: &UpdateItem) -> Batch:
        "payables.batches.update_item" PATCH "/v1/payables/batches/{batch_id}/items/{item_id}";
    /// Adds files and bills to a batch.
    fn add_items(batch_id; json: &AddItems) -> Batch:
        "payables.batches.add_items" POST "/v1/payables/batches/{batch_id}/items";
}

/// Batches of bills that are paid together (`/v1/payables/batches`).
#[derive(Handle)]
#[handle(Payables.batches)]
pub struct Batches<T> {
    client: crate::Client<T>,
}

impl<T: Transport> Batches<T> {
    /// Makes a batch of files and bills (`POST /v1/payables/batches`).
    ///
    /// The same [`idempotency_key`](Call::idempotency_key) gives the same batch, which then says
    /// `idempotent_replay`; one is made up where none is named.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work, such as `items[2].amount_minor`, before
    /// anything is sent; `Api` with `payable_batch_empty` and others.
    ///
    /// ```
    /// use codespar_proto::{Minor, payables::{CreateBatch, NewItem}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let rent = NewItem::pix_key("landlord@example.com", Minor::new(185_000));
    /// let batch = client.payables().batches().create(&CreateBatch::default().items(vec![rent]));
    /// let batch = batch.idempotency_key("rent-2026-11").send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateBatch) -> Call<T, Batch> {
        self.client().call(create(self.client().service(), args))
    }

    /// Says how a batch stands (`GET /v1/payables/batches/{batch_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `payable_batch_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let batch = client.payables().batches().get("pbat_1").send()?;
    /// println!("{} of {} bills", batch.status, batch.items.len());
    /// # Ok(()) }
    /// ```
    pub fn get(&self, batch_id: &str) -> Call<T, Batch> {
        self.client().call(get(self.client().service(), batch_id))
    }

    /// Changes a bill and gives the batch, whose version is another then
    /// (`PATCH /v1/payables/batches/{batch_id}/items/{item_id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `amount_minor`, when it is negative; `Api` with
    /// `payable_batch_version_conflict` (409), when the list has changed since:
    /// [`Batch::of_error`] has it as it is now.
    ///
    /// ```
    /// use codespar_proto::{payables::UpdateItem, types::Patch};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let update = UpdateItem::new(3).description(Patch::Clear).excluded(false);
    /// let batch = client.payables().batches().update_item("pbat_1", "pbl_1", &update).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_item(&self, batch_id: &str, item_id: &str, args: &UpdateItem) -> Call<T, Batch> {
        self.client().call(update_item(self.client().service(), batch_id, item_id, args))
    }

    /// Adds files and bills (`POST /v1/payables/batches/{batch_id}/items`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `payable_batch_version_conflict`
    /// (409), when the list has changed since: [`Batch::of_error`] has it as it is now.
    ///
    /// ```
    /// use codespar_proto::payables::AddItems;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let more = AddItems::new(3_u64).file_ids(vec!["pfile_2".into()]);
    /// let batch = client.payables().batches().add_items("pbat_1", &more).send()?;
    /// # Ok(()) }
    /// ```
    pub fn add_items(&self, batch_id: &str, args: &AddItems) -> Call<T, Batch> {
        self.client().call(add_items(self.client().service(), batch_id, args))
    }

    /// Pays a batch and gives it as it stands then
    /// (`POST /v1/payables/batches/{batch_id}/pay`).
    ///
    /// **This moves money.** The server pays a part at a time: the same request, under the same
    /// key, is made again after a [pause](PayBatch::pause) while there is more to pay, 30 times
    /// at most. No bill is paid twice. The key is made of batch, version and list, unless one is
    /// named; the time limit of the call is for each round.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config` naming `list_hash`, when it is empty; `Api` with
    /// `payable_batch_version_mismatch` (409), when the list has changed since:
    /// [`Batch::of_error`] has it as it is now. An error after the first round, `Timeout` when 30
    /// were not enough among them, keeps the batch as it was last seen: `error.last::<Batch>()`.
    ///
    /// ```
    /// use codespar_proto::payables::{Batch, PayBatch};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, batch: &Batch) -> Result<(), Error> {
    /// let paid = client.payables().batches().pay(&batch.batch_id, &PayBatch::of(batch)?).send();
    /// let seen = match &paid {
    ///     Ok(batch) => Some(batch),
    ///     Err(error) => error.last::<Batch>(),
    /// };
    /// for item in seen.into_iter().flat_map(|batch| &batch.items) {
    ///     println!("{}: {:?}", item.item_id, item.state);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn pay(&self, batch_id: &str, args: &PayBatch) -> Call<T, Batch> {
        self.client().boxed_call(pay::rounds(self.client().service(), batch_id, args))
    }
}

/// What a batch is made of.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateBatch {
    /// Files that were uploaded.
    pub file_ids: Option<Vec<String>>,
    /// The bills to pay, each with where its money goes.
    pub items: Option<Vec<NewItem>>,
    /// Where it is made.
    pub source: Option<BatchSource>,
    /// The chat it is made in.
    pub conversation_id: Option<String>,
}

impl CreateBatch {
    fn check(&self) -> Result<(), Error> {
        check_files(self.file_ids.as_deref())?;
        check_items(self.items.as_deref())?;
        match &self.conversation_id {
            Some(id) => check_filled("conversation_id", id),
            None => Ok(()),
        }
    }
}
