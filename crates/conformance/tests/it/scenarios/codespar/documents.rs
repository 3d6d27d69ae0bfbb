//! Bills one by one: made, reviewed by a person, paid under a mandate, and never twice.

use codespar_proto::{
    Client, Currency, Error, Minor, Sensitive, Verdict,
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
    payables::{
        CarriersInput, CheckOutcome, Correction, DocumentUpload, ListPayables, MinorInput,
        NewPayable, PartyInput, PayPayable, Payable, PayableCheckCode, PayableDocType,
        PayablePaymentState, PayableProvenance, PayableResolution, PayableStatus, PersonalInput,
        Resolution, ReviewPayable, TextInput, TotalsInput,
    },
};
use codespar_sandbox::{Decision, EffectKind, Reconciliation, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{client_of, refused};

testing_support::with_both_drivers! {
    a_bill_is_reviewed_and_paid_once
    a_payment_of_a_bill_that_is_unknown_stays_unknown_until_somebody_looks
    a_held_payment_of_a_bill_is_made_by_its_approval
    one_key_makes_one_bill
    a_person_corrects_or_rejects
}

/// A boleto over so much, and another one for every tail.
fn line(minor: i64, tail: u8) -> String {
    format!("2379338128600000000030000000{tail:03}0184340000{minor:06}")
}

fn bill(minor: i64, tail: u8) -> NewPayable {
    let from = PayableProvenance::Pessoa;
    let supplier = PartyInput::new(PersonalInput::new("Papelaria Sol", from.clone()));
    let total = MinorInput::new(Minor::new(minor), from.clone());
    let totals = TotalsInput::new(total, TextInput::new("BRL", from));
    let carriers = CarriersInput::default().boleto(line(minor, tail));
    NewPayable::new(PayableDocType::Boleto, supplier, totals).carriers(carriers)
}

/// Decides as a person, whose session goes along.
fn review<D: Driver>(
    sandbox: &Sandbox,
    bill: &Payable,
    decision: &ReviewPayable,
) -> Result<Payable, Error> {
    let documents = client_of::<D>(sandbox).payables().documents();
    let call = documents.review(&bill.payable_id, decision);
    D::finish(call.header("x-codespar-user-token", sandbox.user_token()))
}

/// A bill that is ready: the first one of its supplier, which a person has let pass.
fn ready<D: Driver>(sandbox: &Sandbox, minor: i64, tail: u8) -> Result<Payable, Error> {
    let documents = client_of::<D>(sandbox).payables().documents();
    let made = D::finish(documents.create(&bill(minor, tail)))?;
    if made.status == Some(PayableStatus::Ready) {
        return Ok(made);
    }
    review::<D>(sandbox, &made, &ReviewPayable::default())
}

/// A mandate that may pay this boleto.
fn mandate<D: Driver>(client: &Client<D>, minor: i64, tail: u8) -> Result<PayPayable, Error> {
    let (cap, most) = (Minor::new(50_000), Minor::new(20_000));
    let intent = ConsentIntent::new("bills", cap, most, Currency::BRL, 3_600_u64)
        .merchant_allowlist(vec![Sensitive::from(line(minor, tail))]);
    let link = D::finish(client.consents().create(&CreateConsent::new("shopper-1", intent)))?;
    let give = SubmitConsent::new("c1", ConsentRail::PixConsent, "provider-token");
    let given = D::finish(client.consents().submit(link.token.expose(), &give))?;
    Ok(PayPayable::new(given.mandate_id))
}

fn state(bill: &Payable) -> (Option<&PayableStatus>, Option<&PayablePaymentState>) {
    (bill.status.as_ref(), bill.payment.as_ref().and_then(|it| it.state.as_ref()))
}

fn a_bill_is_reviewed_and_paid_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let documents = client.payables().documents();
    let made = D::finish(documents.create(&bill(12_500, 1)))?;
    let args = mandate(&client, 12_500, 1)?;
    // The first bill of a supplier waits for a person; a key alone is none.
    let error = D::finish(documents.pay(&made.payable_id, &args)).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_not_payable"));
    let nothing = ReviewPayable::default();
    let error = D::finish(documents.review(&made.payable_id, &nothing)).unwrap_err();
    assert_eq!(refused(&error), (403, "bearer_token_cannot_decide"));
    assert_eq!(error.verdict(), Verdict::Refused);
    let passed = review::<D>(&sandbox, &made, &nothing)?;
    assert_eq!(passed.status, Some(PayableStatus::Ready));

    let error = D::finish(documents.pay(&made.payable_id, &mandate(&client, 1, 2)?)).unwrap_err();
    assert_eq!(refused(&error), (403, "payee_not_allowed"));
    let paid = D::finish(documents.pay(&made.payable_id, &args))?;
    assert_eq!(
        state(&paid),
        (Some(&PayableStatus::Executed), Some(&PayablePaymentState::Executed))
    );
    let payment = paid.payment.as_ref().unwrap();
    assert_eq!((payment.amount_minor, payment.tries), (Some(Minor::new(12_500)), Some(1)));
    assert_eq!(paid.receipt.as_ref().unwrap().id, payment.receipt_id);
    let error = D::finish(documents.pay(&made.payable_id, &args)).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_already_paid"));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);

    assert_eq!(D::finish(documents.create(&bill(100, 2)))?.status, Some(PayableStatus::Ready));
    let counts = D::finish(documents.counts())?;
    assert_eq!((counts.ready, counts.needs_review), (Some(1), Some(0)));
    let (all, failed) = D::collect(documents.list(&ListPayables::default().limit(1)));
    assert!(failed.is_none() && all.len() == 2, "{failed:?}");
    let only = ListPayables::default().status("READY,EXECUTED");
    assert_eq!(D::finish(documents.list_page(&only))?.items.len(), 2);
    Ok(())
}

fn a_payment_of_a_bill_that_is_unknown_stays_unknown_until_somebody_looks<D: Driver>() -> TestResult
{
    for (found, status) in [
        (Reconciliation::Moved, PayableStatus::Executed),
        (Reconciliation::NotMoved, PayableStatus::Ready),
    ] {
        let sandbox = Sandbox::start()?;
        let client = client_of::<D>(&sandbox);
        let documents = client.payables().documents();
        let bill = ready::<D>(&sandbox, 667, 1)?;
        let args = mandate(&client, 667, 1)?;
        let error = D::finish(documents.pay(&bill.payable_id, &args)).unwrap_err();
        assert_eq!(refused(&error), (502, "psp_dispatch_uncertain"));
        assert_eq!(error.verdict(), Verdict::Unknown);
        let error = D::finish(documents.pay(&bill.payable_id, &args)).unwrap_err();
        assert_eq!(refused(&error), (409, "payable_payment_uncertain"));
        assert_eq!(error.verdict(), Verdict::Unknown);
        let open = D::finish(documents.get(&bill.payable_id))?;
        assert_eq!(
            state(&open),
            (Some(&PayableStatus::Approved), Some(&PayablePaymentState::Uncertain))
        );
        let attempt = open.payment.unwrap().attempt_id.unwrap();
        assert!(sandbox.reconcile(&attempt, found));
        assert_eq!(D::finish(documents.get(&bill.payable_id))?.status, Some(status));
    }
    Ok(())
}

fn a_held_payment_of_a_bill_is_made_by_its_approval<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().approval_above(10_000).start()?;
    let client = client_of::<D>(&sandbox);
    let documents = client.payables().documents();
    let bill = ready::<D>(&sandbox, 12_500, 1)?;
    let args = mandate(&client, 12_500, 1)?;
    let error = D::finish(documents.pay(&bill.payable_id, &args)).unwrap_err();
    assert_eq!(error.verdict(), Verdict::Held);
    let approval = error.approval().unwrap().id.clone();
    let error = D::finish(documents.pay(&bill.payable_id, &args)).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_payment_pending_approval"));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 0);
    assert!(sandbox.decide(&approval, Decision::Approve));
    let paid = D::finish(documents.get(&bill.payable_id))?;
    assert_eq!(
        state(&paid),
        (Some(&PayableStatus::Executed), Some(&PayablePaymentState::Executed))
    );
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn one_key_makes_one_bill<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let documents = client.payables().documents();
    let first = D::finish(documents.create(&bill(100, 1)).idempotency_key("inv-7"))?;
    let again = D::finish(documents.create(&bill(100, 1)).idempotency_key("inv-7"))?;
    assert_eq!((&again.payable_id, again.idempotent_replay), (&first.payable_id, Some(true)));
    let error = D::finish(documents.create(&bill(200, 1)).idempotency_key("inv-7")).unwrap_err();
    assert_eq!(refused(&error), (409, "idempotency_key_conflict"));
    let error = D::finish(documents.create(&bill(100, 1))).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_duplicate"));

    let paper = DocumentUpload::guess("bill.pdf", &b"%PDF-1.7 x"[..]).actor("maria");
    let scanned = D::finish(documents.upload(&paper).idempotency_key("scan-7"))?;
    let total = scanned.totals.as_ref().unwrap().grand_total_minor.as_ref().unwrap();
    assert_eq!(total.from, Some(PayableProvenance::Modelo));
    let twice = D::finish(documents.upload(&paper).idempotency_key("scan-7"))?;
    assert_eq!((&twice.payable_id, twice.idempotent_replay), (&scanned.payable_id, Some(true)));
    Ok(())
}

fn a_person_corrects_or_rejects<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let documents = client.payables().documents();
    let mut wrong = bill(500, 1);
    wrong.totals.grand_total_minor.value = Minor::new(501);
    let made = D::finish(documents.create(&wrong))?;
    let check = made.validation.as_ref().unwrap().amount_matches_rail.as_ref().unwrap();
    assert_eq!(check.outcome, Some(CheckOutcome::NeedsReview));
    let decide = |resolution: Resolution| ReviewPayable::default().resolutions(vec![resolution]);
    let code = PayableCheckCode::AmountMatchesRail;
    let correction = |minor: i64| {
        let field = Correction::new("totals.grand_total_minor", json!(minor));
        let resolution = Resolution::new(code.clone(), PayableResolution::HumanCorrection);
        decide(resolution.corrections(vec![field]))
    };
    let error = review::<D>(&sandbox, &made, &correction(502)).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_correction_did_not_resolve"));
    let passed = review::<D>(&sandbox, &made, &correction(500))?;
    assert_eq!(passed.status, Some(PayableStatus::Ready));

    wrong.carriers = Some(CarriersInput::default().boleto(line(500, 2)));
    let second = D::finish(documents.create(&wrong))?;
    let reject = decide(Resolution::new(code.clone(), PayableResolution::Reject));
    let rejected = review::<D>(&sandbox, &second, &reject)?;
    assert_eq!(rejected.status, Some(PayableStatus::Rejected));
    let told = D::finish(client.events().summary(None))?;
    assert_eq!(told.by_type.get("payable.rejected"), Some(&1));
    Ok(())
}
