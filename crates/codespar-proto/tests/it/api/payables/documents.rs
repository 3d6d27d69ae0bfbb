//! Bills that are read, checked and paid one by one.

use codespar_proto::{
    ErrorKind, Json, Minor, Verdict,
    payables::{
        AttributionInput, CarriersInput, Correction, DocumentUpload, EvidenceInput,
        ExtractionInput, ItemInput, ListPayables, MinorInput, NewPayable, NumberInput, PartyInput,
        PayPayable, PayableChannel, PayableCheckCode, PayableDocType, PayableProvenance,
        PayableResolution, PersonalInput, Resolution, ReviewPayable, TextInput, TotalsInput,
        Upload,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, told};

const LINE: &str = "23793381286000000000300000000000184340000012500";

fn said(value: impl Into<Value>) -> Value {
    json!({"value": value.into(), "from": "modelo", "confidence": 0.9,
        "evidence": {"page": 1, "excerpt": "Papelaria Sol", "verification": "verified"}})
}

fn rail(value: impl Into<Value>) -> Value {
    json!({"value": value.into(), "from": "trilho"})
}

/// A bill with everything that it can have.
fn bill() -> Value {
    json!({"schema_version": "payable.v1", "payable_id": "pbl_1", "doc_type": "danfe_nfe",
        "attribution": {"channel": "upload", "actor": "maria"}, "document_hash": "00ff",
        "supplier": {"document": said("11222333000181"), "name": said("Papelaria Sol")},
        "recipient": {"name": said("Loja")}, "invoice_number": said("7"), "serie": said("1"),
        "issue_date": said("2026-10-01"), "due_date": said("2026-10-31"),
        "items": [{"description": said("paper"), "quantity": said(2.5),
            "unit_amount_minor": said(5_000), "total_amount_minor": said(12_500)}],
        "totals": {"subtotal_minor": said(12_500), "taxes_included_minor": said(100),
            "grand_total_minor": said(12_500), "currency": said("BRL")},
        "carriers": {"boleto": LINE, "nfe": "3526"},
        "extraction": {"model": "m", "model_version": "1", "input_tokens": 1, "output_tokens": 2},
        "status": "NEEDS_REVIEW",
        "rail_quote": {"beneficiary": rail("Papelaria Sol"),
            "beneficiary_document_masked": rail("**.222.333/****-81"),
            "amount_minor": rail(12_600), "interest_minor": rail(100),
            "due_date": rail("2026-10-31"), "quoted_at": "2026-10-02T00:00:00Z"},
        "validation": {"arithmetic": {"outcome": "ok"},
            "amount_matches_rail": {"outcome": "needs_review", "detail": "interest"},
            "supplier_registry": {"outcome": "nao_aplicavel"},
            "bank_details_changed": {"outcome": "indisponivel"}},
        "review": {"validation_status": "NEEDS_REVIEW",
            "review_by": [{"code": "amount_matches_rail", "cause": "check_failed"}],
            "rejected_by": [], "confirmed_by": ["arithmetic"], "awaiting": [], "not_covered": [],
            "review_triggers": ["new_supplier"],
            "resolutions": [{"code": "arithmetic", "resolution": "human_correction",
                "at": "2026-10-02T00:00:00Z", "by": "user_1",
                "by_source": "verified_user_token", "fields": ["due_date"]}]},
        "payment": null, "created_at": "2026-10-01T00:00:00Z",
        "updated_at": "2026-10-02T00:00:00Z"})
}

fn with(more: Value) -> Recorded {
    let mut bill = bill();
    let members = bill.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    Recorded::json(200, bill)
}

fn minor(amount: i64) -> MinorInput {
    MinorInput::new(Minor::new(amount), PayableProvenance::Pessoa)
}

fn text(value: &str) -> TextInput {
    TextInput::new(value, PayableProvenance::Pessoa)
}

fn plain() -> NewPayable {
    let name = PersonalInput::new("Papelaria Sol", PayableProvenance::Pessoa);
    let totals = TotalsInput::new(minor(12_500), text("BRL"));
    NewPayable::new(PayableDocType::Boleto, PartyInput::new(name), totals)
}

#[test]
fn a_bill_is_made_of_what_is_known() {
    let document = PersonalInput::new("11222333000181", PayableProvenance::Modelo)
        .evidence(EvidenceInput::new(1_u32, "CNPJ 11.222.333/0001-81"))
        .confidence(0.5);
    let quantity = NumberInput::new(2.5, PayableProvenance::Pessoa);
    let item = ItemInput::new(text("paper"), quantity, minor(5_000), minor(12_500));
    let mut args = plain()
        .attribution(AttributionInput::new(PayableChannel::Manual).actor("maria"))
        .due_date(text("2026-10-31"))
        .items(vec![item])
        .carriers(CarriersInput::default().boleto(LINE))
        .extraction(ExtractionInput::new("m", "1", 1_u32, 2_u32));
    args.supplier = args.supplier.document(document);
    args.totals = args.totals.discount_minor(minor(0));
    let shown = format!("{args:?}");
    assert!(!shown.contains("Papelaria") && !shown.contains(LINE), "{shown}");
    assert!(!shown.contains("11222333000181") && !shown.contains("0001-81"), "{shown}");
    let told = told(with(json!({"idempotent_replay": false})), |client| {
        client.payables().documents().create(&args).idempotency_key("inv-7")
    });
    assert_snapshot!("a_bill_is_made", told);
}

#[test]
fn a_bill_is_repeated_under_its_key() {
    let replay = Replay::new()
        .answer(Recorded::json(503, json!({"error": {"code": "vault_unavailable"}})))
        .answer(with(json!({"idempotent_replay": true})));
    let bill = client(&replay).payables().documents().create(&plain()).send().unwrap();
    assert_eq!(bill.idempotent_replay, Some(true));
    let requests = replay.requests();
    let keys: Vec<_> =
        requests.iter().map(|sent| sent.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys[0], keys[1]);
    let body = replay.requests()[0].json();
    assert_eq!(body["schema_version"], "payable.v1");
    assert_eq!(body["attribution"], json!({"channel": "structured"}));
}

#[test]
fn a_bill_is_uploaded() {
    let file = DocumentUpload::guess("/home/me/bill.pdf", "%PDF").actor("maria");
    assert_eq!(format!("{file:?}").matches("maria").count(), 0);
    let told = told(with(json!({})), |client| {
        client.payables().documents().upload(&file).idempotency_key("scan-7")
    });
    assert_snapshot!("a_bill_is_uploaded", told.replace("\r\n", "\n"));
    let typed = DocumentUpload::new(Upload::bytes("x").typed("pdf"));
    let error = client(&Replay::new()).payables().documents().upload(&typed).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("content_type")));
    let nobody = DocumentUpload::new(Upload::bytes("x")).actor(" ");
    let error = client(&Replay::new()).payables().documents().upload(&nobody).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("actor")));
}

#[test]
fn bills_page_after_page() {
    let effective = json!({"payables": [{"payable_id": "pbl_1", "status": "READY",
        "due_date_effective": "2026-11-03"}], "next_before": "c2"});
    let args = ListPayables::default().status("READY,APPROVED").limit(1);
    let page = Recorded::json(200, effective.clone());
    let text = told(page, |client| client.payables().documents().list_page(&args));
    assert_snapshot!("a_page_of_bills", text);
    let last = json!({"payables": [{"payable_id": "pbl_2"}], "next_before": null});
    let replay =
        Replay::new().answer(Recorded::json(200, effective)).answer(Recorded::json(200, last));
    let bills = client(&replay).payables().documents().list(&args);
    let ids: Vec<_> = bills.map(|bill| bill.unwrap().payable_id).collect();
    assert_eq!(ids, ["pbl_1", "pbl_2"]);
    assert_eq!(replay.requests()[1].uri.query(), Some("before=c2&limit=1&status=READY%2CAPPROVED"));
    let counts = json!({"needs_review": 1, "ready": 2, "due_this_week": 3, "overdue": 4});
    let text = told(Recorded::json(200, counts), |client| client.payables().documents().counts());
    assert_snapshot!("bills_are_counted", text);
}

#[test]
fn a_bill_shows_nobody() {
    let told = told(with(json!({})), |client| client.payables().documents().get("pbl_1"));
    for secret in ["Papelaria", "11222333000181", LINE, "222.333", "maria", "user_1"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert_snapshot!("a_bill", told);
}

#[test]
fn a_person_decides() {
    let correction = Correction::new("due_date", Json::parse_str("\"2026-10-31\"").unwrap());
    let corrected =
        Resolution::new(PayableCheckCode::DueDateState, PayableResolution::HumanCorrection)
            .corrections(vec![correction]);
    let confirmed = Resolution::new(
        PayableCheckCode::BeneficiaryDocumentMatchesSupplier,
        PayableResolution::ConfirmRailBeneficiary,
    )
    .confirmed_beneficiary_document("**.222.333/****-81");
    let args = ReviewPayable::default().resolutions(vec![corrected, confirmed]);
    let text = told(Recorded::json(200, json!({"payable_id": "pbl_1"})), |client| {
        client.payables().documents().review("pbl_1", &args)
    });
    assert_snapshot!("a_bill_is_reviewed", text);
}

#[test]
fn a_bill_is_paid() {
    let paid = with(json!({"status": "EXECUTED", "payment": {"state": "executed",
        "settled_against": "document_line", "document_amount_minor": 12_500,
        "mandate_id": "mnd_1", "attempt_id": "att_1", "tries": 1, "amount_minor": 12_600,
        "quote_hash": "00ff", "claimed_at": "2026-10-02T00:00:00Z", "key_id": null, "via": "api",
        "executed_at": "2026-10-02T00:00:01Z", "receipt_id": "rcp_1", "transaction_id": "tx_1",
        "end_to_end_id": null, "money_moved": true,
        "last_refusal": {"code": "insufficient_funds", "attempt_id": "att_0",
            "at": "2026-10-01T00:00:00Z"}},
        "receipt": {"id": "rcp_1", "state": "paid", "chain": "c", "exceptions": []}}));
    let args = PayPayable::new("mnd_1");
    let text = told(paid, |client| client.payables().documents().pay("pbl_1", &args));
    assert_snapshot!("a_bill_is_paid", text);
    // A success that says nothing of a bill is none.
    let replay = Replay::new().answer(Recorded::json(200, json!({"ok": true})));
    let error = client(&replay).payables().documents().pay("pbl_1", &args).send().unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Decode, Verdict::Unknown));
}

#[test]
fn a_payment_that_waits_for_a_person_is_held() {
    let held = json!({"error": {"code": "policy_denied", "message": "above the cap",
        "details": {"approval_id": "apv_0123456789abcdef"}}});
    let replay = Replay::new().answer(Recorded::json(403, held));
    let args = PayPayable::new("mnd_1");
    let error = client(&replay).payables().documents().pay("pbl_1", &args).send().unwrap_err();
    assert_eq!(error.verdict(), Verdict::Held);
    assert_eq!(error.approval().unwrap().id, "apv_0123456789abcdef");
}
