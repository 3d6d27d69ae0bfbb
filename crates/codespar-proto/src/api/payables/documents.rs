//! Bills that are read, checked and paid one by one (`/v1/payables`).

mod extracted;
mod input;
mod new_payable;
mod payable;
mod payment;
mod rail_quote;
mod review;
mod status;
mod upload;

use std::sync::Arc;

use codespar_engine::{
    Args, Call, Error, Handle, Items, Multipart, Page,
    driver::Transport,
    endpoints,
    kit::{Map, Response, Service, Unary, check_sent},
};

pub use self::{
    extracted::{
        EvidenceVerification, ExtractedMinor, ExtractedNumber, ExtractedPersonal, ExtractedText,
        PayableEvidence, PayableProvenance,
    },
    input::{EvidenceInput, MinorInput, NumberInput, PersonalInput, TextInput},
    new_payable::{
        AttributionInput, CarriersInput, ExtractionInput, ItemInput, NewPayable, PartyInput,
        TotalsInput,
    },
    payable::{
        Payable, PayableAttribution, PayableCarriers, PayableExtraction, PayableItem, PayableParty,
        PayableTotals,
    },
    payment::{
        PayPayable, PayablePayment, PayablePaymentState, PayableReceipt, PayableRefusal,
        SettledAgainst,
    },
    rail_quote::{RailMinor, RailPersonal, RailQuote, RailText},
    review::{
        Correction, DecisionSource, PayableResolution, PayableReview, Resolution, ReviewCause,
        ReviewPayable, ReviewReason, ReviewStatus, TakenResolution,
    },
    status::{
        CheckOutcome, PayableChannel, PayableCheck, PayableCheckCode, PayableCounts,
        PayableDocType, PayableStatus, PayableValidation,
    },
    upload::DocumentUpload,
};
use crate::{
    api::{
        answer::read_movement,
        payables::{Payables, documents::payable::Listed},
    },
    check::check_range,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Pays a bill that is ready, under a mandate: this moves money.
    fn pay(payable_id; json: &PayPayable) -> Payable:
        "payables.documents.pay" POST "/v1/payables/{payable_id}/pay", effect MovesMoney,
        scope "payables:pay", read read_movement;
    /// Makes a bill to be paid of what is known of it; nothing is paid yet.
    fn create(; json: &NewPayable) -> Payable:
        "payables.documents.create" POST "/v1/payables" Keyed, scope "payables:write";
    /// Makes a bill to be paid of a PDF or an image, 10 MiB at most; nothing is paid yet.
    fn upload(; form: Multipart) -> Payable:
        "payables.documents.upload" POST "/v1/payables/documents" Keyed, scope "payables:write",
        part of upload;
    /// Lists the bills of the project by the due dates that are printed on them.
    fn list_page(; query: &ListPayables) -> Page<Payable>:
        "payables.documents.list" GET "/v1/payables", scope "payables:read", read page, pages list;
    /// Counts the bills that need a review, are ready, are due this week, or overdue.
    fn counts() -> PayableCounts:
        "payables.documents.counts" GET "/v1/payables/counts", scope "payables:read";
    /// Reads a bill with its checks, its review and its payment.
    fn get(payable_id) -> Payable:
        "payables.documents.get" GET "/v1/payables/{payable_id}", scope "payables:read";
    /// Decides what a review of a bill asks; people only, no key of the API may.
    fn review(payable_id; json: &ReviewPayable) -> Payable:
        "payables.documents.review" POST "/v1/payables/{payable_id}/review", scope "payables:write";
}

fn page(answer: Response) -> Result<Page<Payable>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.payables, listed.next_before))
}

fn send(service: &Arc<Service>, file: &DocumentUpload) -> Map<Unary<Payable>, Payable> {
    let content = file.file.content.clone();
    Map::new(upload(service, file.form()), move |stored: Payable| {
        check_sent(&content, stored.document_hash.as_deref()).map(|()| stored)
    })
}

/// Bills that are read, checked and paid one by one (`/v1/payables`).
///
/// Every value that was read says where it comes from and how sure that is. Whom to pay, and how
/// much, the payment rail says: a bill is `READY` when both agree.
#[derive(Handle)]
#[handle(Payables.documents)]
pub struct Documents<T> {
    client: crate::Client<T>,
}

impl<T: Transport> Documents<T> {
    /// Pays a bill that is ready (`POST /v1/payables/{payable_id}/pay`). **This moves money.**
    /// Boletos only; the mandate's list of merchants has to name the boleto line.
    ///
    /// There is no amount to give: the rail is asked again, its answer decides, and the checks are
    /// made once more. The server names the payment itself, by the bill, the fresh answer and the
    /// try: it knows no key of yours.
    ///
    /// Where a rule holds the payment back for a person, the error is
    /// [held](codespar_engine::Verdict::Held) and has the approval; the bill is paid by itself once
    /// it is approved. After `psp_dispatch_uncertain` and `payable_dispatch_unknown` the money may
    /// have moved: **never pay the bill again**, under this or another id; read it until
    /// `payment.state` is no longer uncertain.
    ///
    /// Idempotency: none, the server honours no key; it is sent once, and the bill cannot be paid
    /// twice.
    ///
    /// # Errors
    /// `Config` naming `payable_id` or `mandate_id`; `Api` with `payable_already_paid`,
    /// `payable_payment_in_flight`, `payable_payment_uncertain`,
    /// `payable_payment_pending_approval`, `payable_quote_diverged` (the bill is to be reviewed),
    /// and with the bill as ready as before: `boleto_amount_mismatch`, `insufficient_funds`,
    /// `per_tx_cap_exceeded`, `payee_not_allowed`, `policy_denied`, `psp_dispatch_failed`.
    ///
    /// ```
    /// use codespar_proto::payables::PayPayable;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let paid = client.payables().documents().pay("pbl_1", &PayPayable::new("mnd_1")).send()?;
    /// if let Some(payment) = &paid.payment {
    ///     println!("{:?} {:?}", payment.state, payment.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn pay(&self, payable_id: &str, args: &PayPayable) -> Call<T, Payable> {
        self.client().call(pay(self.client().service(), payable_id, args))
    }

    /// Makes a bill to be paid of what is known of it (`POST /v1/payables`). Nothing is paid yet;
    /// the checks are made at once. Under the same key the answer is the bill that is there, as it
    /// is now, and `idempotent_replay` says so.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `payable_duplicate` (409, without a
    /// key also for a repeat), `idempotency_key_conflict` (409, another bill under the key),
    /// `payable_carrier_malformed`, `payable_no_duplicate_key`, `payable_attribution_mismatch`
    /// (422), `vault_unavailable` (503): nothing was kept.
    ///
    /// ```
    /// use codespar_proto::Minor;
    /// use codespar_proto::payables::{
    ///     CarriersInput, MinorInput, NewPayable, PartyInput, PayableDocType, PayableProvenance,
    ///     PersonalInput, TextInput, TotalsInput,
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let from = PayableProvenance::Pessoa;
    /// let supplier = PartyInput::new(PersonalInput::new("Papelaria Sol", from.clone()));
    /// let total = MinorInput::new(Minor::new(12_500), from.clone());
    /// let totals = TotalsInput::new(total, TextInput::new("BRL", from));
    /// let line = "23793381286000000000300000000000184340000012500";
    /// let bill = NewPayable::new(PayableDocType::Boleto, supplier, totals)
    ///     .carriers(CarriersInput::default().boleto(line));
    /// let bill = client.payables().documents().create(&bill).idempotency_key("inv-7").send()?;
    /// println!("{} {:?}", bill.payable_id, bill.status);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &NewPayable) -> Call<T, Payable> {
        self.client().call(create(self.client().service(), args))
    }

    /// Makes a bill to be paid of a PDF, PNG, JPEG or WebP of at most 10 MiB and 10 pages (`POST
    /// /v1/payables/documents`). Nothing is paid yet. The file is read by a model and not kept; its
    /// SHA-256 is.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config` naming `file`, when it is larger than 10 MiB, `content`, when its length is not
    /// known, or `content_type`; `Api` with `payable_duplicate`, `idempotency_key_conflict` (409),
    /// `payable_document_too_large` (413), `payable_document_type_unsupported` (415),
    /// `payable_document_unreadable`, `payable_extraction_incomplete`, `payable_extraction_refused`
    /// (422), `payable_extraction_unavailable` (502, repeat under the same key),
    /// `payable_extraction_failed` (502, repeating does not help), `payable_extraction_disabled`
    /// (503): nothing was kept. `Content`, when a file or stream cannot be read, is not as long as
    /// was said, or is not what has arrived.
    ///
    /// ```
    /// use codespar_proto::payables::DocumentUpload;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, content: Vec<u8>,
    /// # ) -> Result<(), Error> {
    /// let file = DocumentUpload::guess("bill.pdf", content).actor("maria");
    /// let bill = client.payables().documents().upload(&file).idempotency_key("scan-7").send()?;
    /// println!("{} {:?}", bill.payable_id, bill.status);
    /// # Ok(()) }
    /// ```
    pub fn upload(&self, file: &DocumentUpload) -> Call<T, Payable> {
        let upload = file.check().map(|()| send(self.client().service(), file));
        self.client().api().checked("payables.documents.upload", upload)
    }

    /// All bills that fit, by the due dates that are printed on them and those without one last
    /// (`GET /v1/payables`), page after page. Where the day matters, go by `due_date_effective`.
    /// Reading makes no check again.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles.
    ///
    /// ```
    /// use codespar_proto::payables::ListPayables;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for bill in client.payables().documents().list(&ListPayables::default().status("READY")) {
    ///     println!("{}", bill?.payable_id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListPayables) -> Items<T, Payable> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::payables::ListPayables;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListPayables::default().limit(20);
    /// let page = client.payables().documents().list_page(&args).send()?;
    /// println!("{} {:?}", page.items.len(), page.next);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListPayables) -> Call<T, Page<Payable>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// How many bills need a review, are ready, are due this week, or overdue (`GET
    /// /v1/payables/counts`). Weeks are those of São Paulo, from Monday to Sunday; what is due
    /// today is due this week.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// println!("{:?} overdue", client.payables().documents().counts().send()?.overdue);
    /// # Ok(()) }
    /// ```
    pub fn counts(&self) -> Call<T, PayableCounts> {
        self.client().call(counts(self.client().service()))
    }

    /// One bill, with its checks, its review and its payment (`GET /v1/payables/{payable_id}`).
    /// Reading makes no check again.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `payable_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let bill = client.payables().documents().get("pbl_1").send()?;
    /// println!("{:?} {:?}", bill.status, bill.review);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, payable_id: &str) -> Call<T, Payable> {
        self.client().call(get(self.client().service(), payable_id))
    }

    /// Decides what a review of a bill asks (`POST /v1/payables/{payable_id}/review`). **For people
    /// only**: keys of a project get 403 `bearer_token_cannot_decide`, whatever they send. A
    /// service credential may, with the session token of an administrator of the organization in
    /// the header `x-codespar-user-token`, which is set by `.header(…)`.
    ///
    /// The bill comes out ready or rejected, never half decided. No resolutions at all let a bill
    /// pass that only a trigger stopped.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `payable_id` or `resolutions`; `Api` with `bearer_token_cannot_decide`,
    /// `user_token_required`, `insufficient_role` (403), `payable_not_reviewable`,
    /// `payable_review_incomplete`, `payable_correction_did_not_resolve`,
    /// `payable_rail_beneficiary_unconfirmed`, `payable_review_conflict` (409): nothing was
    /// written.
    ///
    /// ```
    /// use codespar_proto::Json;
    /// use codespar_proto::payables::{
    ///     Correction, PayableCheckCode, PayableResolution, Resolution, ReviewPayable,
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let how = PayableResolution::HumanCorrection;
    /// let right = Correction::new("totals.subtotal_minor", Json::parse_str("12500")?);
    /// let sums = Resolution::new(PayableCheckCode::Arithmetic, how).corrections(vec![right]);
    /// let review = ReviewPayable::default().resolutions(vec![sums]);
    /// client.payables().documents().review("pbl_1", &review).send()?;
    /// # Ok(()) }
    /// ```
    pub fn review(&self, payable_id: &str, args: &ReviewPayable) -> Call<T, Payable> {
        self.client().call(review(self.client().service(), payable_id, args))
    }
}

/// Which bills are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListPayables {
    /// Only bills with this status, or with one of several: `READY,APPROVED`.
    pub status: Option<String>,
    /// How many a page holds at most, 1 to 200; 50 where nothing is said.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
}

impl ListPayables {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}
