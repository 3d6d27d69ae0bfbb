//! Payables: files with bills in them, and batches of bills that are paid together
//! (`/v1/payables/files`, `/v1/payables/batches`), and documents read one by one
//! (`/v1/payables`).

mod batch;
mod batches;
mod documents;
mod files;
mod items;
mod pay;

use codespar_engine::Route;

pub use self::{
    batch::{
        AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus, BatchTotals,
        CheckStatus, DestinationKind, ItemCheck, ItemDestination, ItemOrigin, ItemPayment,
        ItemPaymentState, ItemRail, ItemRefusal, ItemState, MissingPart, OriginKind,
    },
    batches::{Batches, CreateBatch},
    documents::Documents,
    files::{FileKind, Files, PayableFile, Upload},
    items::{AddItems, NewItem, UpdateItem},
    pay::PayBatch,
};
use crate::{Client, resource::resource};

pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    [files::ROUTES, batches::ROUTES, pay::ROUTES, documents::ROUTES].into_iter().flatten()
}

resource! {
    /// Bills to be paid: files, batches, single documents (`/v1/payables`).
    Payables = Client.payables
}
