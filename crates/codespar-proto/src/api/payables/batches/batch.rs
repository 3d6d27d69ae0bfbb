//! A batch of bills as the server describes it.

use codespar_engine::{Error, Json, Sensitive, Timestamp, answer, open_enum};

use crate::types::money::{Currency, Minor};

open_enum! {
    /// How a batch stands.
    pub enum BatchStatus {
        /// Something has to be looked at first.
        Reviewing = "reviewing",
        /// It can be paid.
        Ready = "ready",
        /// A person has confirmed it.
        Confirmed = "confirmed",
        /// It is being paid.
        Executing = "executing",
        /// All of it is paid.
        Completed = "completed",
        /// Some of it is paid.
        PartiallyCompleted = "partially_completed",
        /// None of it is paid.
        Failed = "failed",
        /// It was given up.
        Canceled = "canceled",
    }
}

open_enum! {
    /// Where a batch was made.
    pub enum BatchSource {
        /// By a program.
        Api = "api",
        /// In a chat.
        Chat = "chat",
        /// In the dashboard.
        Dashboard = "dashboard",
        /// On a command line.
        Cli = "cli",
        /// By an agent, over the Model Context Protocol.
        Mcp = "mcp",
    }
}

open_enum! {
    /// How a bill of a batch stands.
    pub enum ItemState {
        /// Something of it is missing.
        NeedsComplement = "needs_complement",
        /// It is being looked up.
        Resolving = "resolving",
        /// It can be paid.
        Ready = "ready",
        /// It is left out.
        Excluded = "excluded",
        /// It cannot be paid.
        Rejected = "rejected",
        /// Its payment is on its way.
        Dispatching = "dispatching",
        /// It is paid.
        Executed = "executed",
        /// Its payment was refused.
        Refused = "refused",
        /// Nobody knows whether it is paid.
        Uncertain = "uncertain",
    }
}

open_enum! {
    /// By which way a bill is paid.
    pub enum ItemRail {
        /// The bill is paid as a boleto.
        Boleto = "boleto",
        /// The bill is paid by Pix.
        Pix = "pix",
    }
}

open_enum! {
    /// What a bill was read from.
    pub enum OriginKind {
        /// The digits of a boleto.
        BoletoLine = "boleto_line",
        /// A Pix code to copy and paste.
        BrCode = "br_code",
        /// A Pix key.
        PixKey = "pix_key",
        /// A picture of a QR code.
        QrImage = "qr_image",
        /// A picture of a bar code.
        BarcodeImage = "barcode_image",
        /// A row of a table.
        CsvRow = "csv_row",
        /// What somebody typed.
        Manual = "manual",
    }
}

open_enum! {
    /// What kind of destination it is.
    pub enum DestinationKind {
        /// A boleto, known by the digits of its line.
        Boleto = "boleto",
        /// A Pix key.
        PixKey = "pix_key",
        /// A Pix code that can be paid many times.
        BrCodeStatic = "br_code_static",
        /// A Pix code of one charge.
        BrCodeDynamic = "br_code_dynamic",
    }
}

open_enum! {
    /// What a bill lacks.
    pub enum MissingPart {
        /// The amount to be paid is missing.
        Amount = "amount",
        /// The destination (Pix key, boleto or Pix code) is missing.
        Destination = "destination",
        /// That a person says the key's owner is the right one.
        PixKeyOwnerConfirmation = "pix_key_owner_confirmation",
    }
}

open_enum! {
    /// Where an amount comes from.
    pub enum AmountSource {
        /// The bank said so.
        RailQuote = "rail_quote",
        /// It stands in the Pix code.
        BrCode = "br_code",
        /// Somebody said so.
        StatedByPerson = "stated_by_person",
        /// It stands in the table.
        Csv = "csv",
    }
}

open_enum! {
    /// How a check went.
    pub enum CheckStatus {
        /// The check passed.
        Pass = "pass",
        /// The check failed.
        Fail = "fail",
        /// Well, with a doubt.
        Warn = "warn",
    }
}

open_enum! {
    /// What became of a payment.
    pub enum ItemPaymentState {
        /// It was made.
        Executed = "executed",
        /// It was refused.
        Refused = "refused",
        /// The outcome of the payment is not known.
        Uncertain = "uncertain",
    }
}

answer! {
    /// A batch of bills.
    pub struct Batch {
        /// The id of the batch.
        pub batch_id: String,
        /// The status of the batch.
        pub status: BatchStatus,
        /// Which version of the list this is. Every change makes another one.
        pub version: Option<u64>,
        /// What the list of this version is known by.
        pub list_hash: Option<String>,
        /// The currency of all bills, such as `BRL`.
        pub currency: Option<Currency>,
        /// The sums over all bills of the batch.
        pub totals: Option<BatchTotals>,
        /// Who confirmed what.
        pub confirmation: Option<BatchConfirmation>,
        /// The bills of the batch.
        pub items: Vec<BatchItem> = default,
        /// When the batch was made (RFC 3339).
        pub created_at: Option<Timestamp>,
        /// Where it was made.
        pub source: Option<BatchSource>,
        /// The chat it was made in.
        pub conversation_id: Option<String>,
        /// Whether this is a batch that was made before under the same key.
        pub idempotent_replay: Option<bool>,
    }

    /// The sums of a batch.
    pub struct BatchTotals {
        /// How many bills there are.
        pub items: Option<u64>,
        /// How many of them can be paid.
        pub payable_items: Option<u64>,
        /// How many are left out.
        pub excluded: Option<u64>,
        /// What paying it costs, in **minor** units.
        pub amount_minor: Option<Minor>,
    }

    /// Who confirmed which version of a batch.
    pub struct BatchConfirmation {
        /// The version of the list that was confirmed.
        pub version: Option<u64>,
        /// What its list is known by.
        pub list_hash: Option<String>,
        /// The person who confirmed the batch.
        pub confirmed_by: Option<String>,
        /// When the batch was confirmed (RFC 3339).
        pub confirmed_at: Option<Timestamp>,
        /// The mandate it was confirmed under.
        pub mandate_id: Option<String>,
    }

    /// A bill of a batch.
    pub struct BatchItem {
        /// The id of the bill within its batch.
        pub item_id: String,
        /// Where in the list it stands, from 0.
        pub position: Option<u64>,
        /// What it was read from.
        pub origin: Option<ItemOrigin>,
        /// By which way it is paid.
        pub rail: Option<ItemRail>,
        /// The status of the bill.
        pub state: Option<ItemState>,
        /// What it lacks.
        pub missing: Vec<MissingPart> = default,
        /// To whom it is paid.
        pub destination: Option<ItemDestination>,
        /// How much, in **minor** units.
        pub amount_minor: Option<Minor>,
        /// Where the amount comes from.
        pub amount_source: Option<AmountSource>,
        /// The description of the bill: what it is for.
        pub description: Option<String>,
        /// A name of the caller's own for it.
        pub reference: Option<String>,
        /// What was checked.
        pub checks: Vec<ItemCheck> = default,
        /// What became of its payment.
        pub payment: Option<ItemPayment>,
    }

    /// What a bill was read from.
    pub struct ItemOrigin {
        /// The id of the uploaded file that the bill was found in.
        pub file_id: Option<String>,
        /// The page of the file, from 1.
        pub page: Option<u64>,
        /// The row of the table.
        pub row: Option<u64>,
        /// What it was read from.
        pub kind: Option<OriginKind>,
    }

    /// To whom a bill is paid.
    pub struct ItemDestination {
        /// What kind of destination it is.
        pub kind: Option<DestinationKind>,
        /// What to show to people: a name, or a masked key.
        pub display: Option<Sensitive>,
        /// The name of whoever gets the money.
        pub beneficiary_name: Option<Sensitive>,
        /// The masked document of whoever gets the money.
        pub beneficiary_document_masked: Option<Sensitive>,
        /// Until when it has to be paid, as `YYYY-MM-DD`.
        pub due_date: Option<String>,
    }

    /// Something that was checked.
    pub struct ItemCheck {
        /// The code of the check, which a program can branch on.
        pub code: Option<String>,
        /// The outcome of the check.
        pub status: Option<CheckStatus>,
        /// The server's words.
        pub message: Option<String>,
        /// Whether it was only played through, as in a test project.
        pub simulated: Option<bool>,
    }

    /// What became of the payment of a bill.
    pub struct ItemPayment {
        /// What became of it.
        pub state: Option<ItemPaymentState>,
        /// The id of the payment attempt.
        pub attempt_id: Option<String>,
        /// The id of the receipt of the payment.
        pub receipt_id: Option<String>,
        /// The bank's name for it.
        pub end_to_end_id: Option<String>,
        /// Why it was refused.
        pub refusal: Option<ItemRefusal>,
    }

    /// Why a payment was refused.
    pub struct ItemRefusal {
        /// What a program can branch on.
        pub code: Option<String>,
        /// The server's words.
        pub message: Option<String>,
    }
}

impl Batch {
    /// The batch as it is now, which the server puts into a refusal because of an old version
    /// (409 `payable_batch_version_conflict` and `payable_batch_version_mismatch`).
    pub fn of_error(error: &Error) -> Option<Self> {
        let details = error.json()?.member("error")?.member("details")?;
        details.member("batch").as_ref().and_then(|batch: &Json| batch.read().ok())
    }

    /// Whether paying it has to be asked for again: it is being paid, and bills are left that
    /// can be.
    pub fn has_more_to_pay(&self) -> bool {
        let is_ready = |item: &BatchItem| item.state == Some(ItemState::Ready);
        self.status == BatchStatus::Executing && self.items.iter().any(is_ready)
    }
}
