//! Payables: files with bills in them, and batches of bills that are paid together
//! (`/v1/payables/files`, `/v1/payables/batches`), and documents read one by one
//! (`/v1/payables`).

pub(crate) mod batches;
pub(crate) mod documents;
pub(crate) mod files;

use codespar_engine::Handle;

pub use self::{
    batches::{
        AddItems, AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus,
        BatchTotals, Batches, CheckStatus, CreateBatch, DestinationKind, ItemCheck,
        ItemDestination, ItemOrigin, ItemPayment, ItemPaymentState, ItemRail, ItemRefusal,
        ItemState, MissingPart, NewItem, OriginKind, PayBatch, UpdateItem,
    },
    documents::{
        AttributionInput, CarriersInput, CheckOutcome, Correction, DecisionSource, DocumentUpload,
        Documents, EvidenceInput, EvidenceVerification, ExtractedMinor, ExtractedNumber,
        ExtractedPersonal, ExtractedText, ExtractionInput, ItemInput, ListPayables, MinorInput,
        NewPayable, NumberInput, PartyInput, PayPayable, Payable, PayableAttribution,
        PayableCarriers, PayableChannel, PayableCheck, PayableCheckCode, PayableCounts,
        PayableDocType, PayableEvidence, PayableExtraction, PayableItem, PayableParty,
        PayablePayment, PayablePaymentState, PayableProvenance, PayableReceipt, PayableRefusal,
        PayableResolution, PayableReview, PayableStatus, PayableTotals, PayableValidation,
        PersonalInput, RailMinor, RailPersonal, RailQuote, RailText, Resolution, ReviewCause,
        ReviewPayable, ReviewReason, ReviewStatus, SettledAgainst, TakenResolution, TextInput,
        TotalsInput,
    },
    files::{FileKind, Files, PayableFile, Upload},
};
use crate::client::Client;

/// Bills to be paid: files, batches, single documents (`/v1/payables`).
#[doc(alias = "bills")]
#[doc(alias = "boleto")]
#[doc(alias = "accounts payable")]
#[derive(Handle)]
#[handle(Client.payables)]
pub struct Payables<T> {
    client: Client<T>,
}
