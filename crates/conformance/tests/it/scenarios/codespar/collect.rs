//! Collect links: published, paid once; what comes too late or twice; what issuers do.

use std::time::Duration;

use codespar_proto::{
    Client, Json, Minor, Sensitive, Verdict,
    charges::ChargeStatus,
    collect::{
        CollectAttempt, CollectAttemptState, CollectDraft, CollectException, CollectField,
        CollectLink, CollectPayer, CollectPayerFields, CollectPaymentKind, CollectRefundState,
        CollectState, CollectSurface, CreateCollectAttempt, CreateCollectLink, CreatePageAttempt,
        ListCollectLinks, NewCollectItem, PublishCollectLink,
    },
    receipt::{KeyDocument, Sent, verify_collect_receipt},
};
use codespar_sandbox::{EffectKind, Reconciliation, Sandbox};
use serde_json::Value;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{arrived, client_of, refused};

testing_support::with_both_drivers! {
    a_link_is_paid_once_and_the_rest_is_owed_back
    a_late_payment_is_kept_or_goes_back
    a_link_has_one_open_attempt
    an_issuer_may_refuse_or_not_answer
    a_test_payer_pays_once
    a_payer_needs_no_key_and_says_what_is_asked
    a_link_goes_from_draft_to_archive
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A sandbox in which nothing settles until the clock is turned.
fn still() -> std::io::Result<Sandbox> {
    Sandbox::builder().settle_after(Duration::from_secs(600)).start()
}

fn draft(minor: i64) -> CollectDraft {
    let surfaces = vec![CollectSurface::Page, CollectSurface::Whatsapp];
    let item = NewCollectItem::new("Cake", 1_u64, Minor::new(minor));
    CollectDraft::new("Order 42", vec![item], surfaces, 3_u32)
}

fn published<D: Driver>(
    client: &Client<D>,
    minor: i64,
) -> Result<CollectLink, codespar_proto::Error> {
    let made =
        D::finish(client.collect().links().create(&CreateCollectLink::new("con-1", draft(minor))))?;
    D::finish(client.collect().links().publish(&made.id, &PublishCollectLink::default()))
}

fn ana() -> CreateCollectAttempt {
    CreateCollectAttempt::default().payer(CollectPayer::default().name(Sensitive::from("Ana")))
}

fn opened<D: Driver>(
    client: &Client<D>,
    sandbox: &Sandbox,
    link: &str,
) -> Result<CollectAttempt, codespar_proto::Error> {
    let made = D::finish(client.collect().attempts().create(link, &ana()))?;
    assert_eq!(made.state, Some(CollectAttemptState::Issuing));
    sandbox.advance(Duration::from_secs(2));
    Ok(made)
}

fn attempt<D: Driver>(client: &Client<D>, link: &str, id: &str) -> CollectAttempt {
    let all = D::finish(client.collect().attempts().list(link)).unwrap();
    all.into_iter().find(|attempt| attempt.id == id).unwrap()
}

fn a_link_is_paid_once_and_the_rest_is_owed_back<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let (links, payments) = (client.collect().links(), client.collect().payments());
    let link = published(&client, 1_500)?;
    let open = opened(&client, &sandbox, &link.id)?;
    let charge = open.charge_id.clone().unwrap();
    let code = D::finish(client.collect().attempts().artifact(&open.id))?;
    let record = D::finish(client.charges().get(&charge))?;
    assert_eq!(code.copy_paste, record.pix_copy_paste);
    assert!(code.qr_png_base64.is_some() && code.sent == Some(false));
    // The key of the charge is the attempt's.
    let by_key = D::finish(client.charges().get(&format!("collect:{}", open.id)))?;
    assert_eq!(by_key.id, record.id);

    assert!(sandbox.pay(&open.id));
    let paid = attempt(&client, &link.id, &open.id);
    assert_eq!(paid.state, Some(CollectAttemptState::Paid));
    assert_eq!(D::finish(client.charges().get(&charge))?.status, Some(ChargeStatus::Confirmed));
    let seen = D::finish(links.get(&link.id))?;
    assert!(seen.paid == Some(true) && seen.paid_at.is_some());
    let again = D::finish(client.collect().attempts().create(&link.id, &ana())).unwrap_err();
    assert_eq!(refused(&again), (409, "collect_link_paid"));

    // The same code, paid once more, by the id of its charge.
    assert!(sandbox.pay(&charge));
    let received = D::finish(payments.list(&link.id))?;
    let kinds: Vec<_> = received.iter().map(|it| (it.kind.clone(), it.exception.clone())).collect();
    assert_eq!(
        kinds,
        [
            (Some(CollectPaymentKind::Exception), Some(CollectException::Duplicate)),
            (Some(CollectPaymentKind::Paid), None),
        ]
    );
    // What came as it was to has a receipt that anybody can check, and only that.
    assert!(received[0].receipt.is_none());
    let receipt = Json::of(received[1].receipt.as_ref().unwrap())?;
    let keys = KeyDocument::of(&D::finish(client.receipts().keys())?)?;
    let sent = |minor| Sent::new().amount_minor(minor).currency("BRL");
    let outcome = verify_collect_receipt(receipt.as_str(), &keys, &sent(1_500));
    assert!(outcome.is_verified(), "{outcome:?}");
    assert!(!verify_collect_receipt(receipt.as_str(), &keys, &sent(1_501)).is_verified());

    let owed = D::finish(client.collect().refunds().list(&link.id))?;
    assert_eq!((owed.len(), &owed[0].payment_id), (1, &received[0].id));
    assert_eq!(owed[0].state, Some(CollectRefundState::AwaitingPixRail));
    assert_eq!(owed[0].amount_minor, Some(Minor::new(1_500)));
    for payment in &received {
        let error = D::finish(payments.honor(payment.id.as_deref().unwrap())).unwrap_err();
        assert_eq!(refused(&error), (409, "collect_refund_not_honorable"));
        assert_eq!(error.verdict(), Verdict::Refused);
    }
    let stats = D::finish(links.stats())?;
    assert_eq!((stats.received_minor, stats.payments), (Some(Minor::new(1_500)), Some(1)));
    assert_eq!((stats.links[0].attempts, stats.links[0].paid), (Some(1), Some(true)));
    assert_eq!(sandbox.effects().count(EffectKind::Collection), 2);
    Ok(())
}

fn a_late_payment_is_kept_or_goes_back<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let payments = client.collect().payments();
    let mut late = Vec::new();
    for _ in 0..2 {
        let link = published(&client, 500)?;
        let open = opened(&client, &sandbox, &link.id)?;
        sandbox.advance(5 * DAY);
        let closed = attempt(&client, &link.id, &open.id);
        assert_eq!(closed.state, Some(CollectAttemptState::Expired));
        let gone = D::finish(client.collect().attempts().artifact(&open.id)).unwrap_err();
        assert_eq!(refused(&gone), (410, "artifact_unavailable"));
        assert!(sandbox.pay(&open.id));
        let received = D::finish(payments.list(&link.id))?.remove(0);
        assert_eq!(received.exception, Some(CollectException::Late));
        assert_eq!(D::finish(client.collect().links().get(&link.id))?.paid, Some(false));
        let owed = D::finish(client.collect().refunds().list(&link.id))?.remove(0);
        assert_eq!(owed.state, Some(CollectRefundState::AwaitingCollector));
        assert!(owed.decide_by.is_some() && owed.decided_at.is_none());
        late.push(received.id.unwrap());
        sandbox.advance(Duration::from_secs(60));
    }
    // The time of the first is over.
    let error = D::finish(payments.honor(&late[0])).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_refund_decision_closed"));
    let kept = D::finish(payments.honor(&late[1]))?;
    assert_eq!(kept.state, Some(CollectRefundState::Honored));
    assert_eq!(D::finish(payments.honor(&late[1]))?, kept);
    sandbox.advance(4 * DAY);
    assert_eq!(D::finish(payments.honor(&late[1]))?, kept);
    Ok(())
}

fn a_link_has_one_open_attempt<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let attempts = client.collect().attempts();
    let link = published(&client, 2_000)?;
    let keyed = |args: &CreateCollectAttempt, key: &str| {
        D::finish(attempts.create(&link.id, args).idempotency_key(key))
    };
    let first = keyed(&ana(), "order-1")?;
    assert_eq!(first.replay, Some(false));
    let replay = keyed(&ana(), "order-1")?;
    assert_eq!((replay.replay, &replay.id), (Some(true), &first.id));
    let other = keyed(&ana().surface(CollectSurface::Page), "order-1").unwrap_err();
    assert_eq!(refused(&other), (400, "idempotency_key_conflict"));
    assert_eq!(refused(&keyed(&ana(), "order-2").unwrap_err()), (409, "collect_attempt_issuing"));
    sandbox.advance(Duration::from_secs(2));
    assert_eq!(refused(&keyed(&ana(), "order-2").unwrap_err()), (409, "collect_attempt_exists"));

    let renewed = keyed(&ana().renew(true), "order-3")?;
    assert_eq!(renewed.superseded.as_ref(), Some(&first.id));
    let old = attempt(&client, &link.id, &first.id);
    assert_eq!(
        (old.state, old.superseded_by.as_ref()),
        (Some(CollectAttemptState::Superseded), Some(&renewed.id))
    );
    let charge = D::finish(client.charges().get(&old.charge_id.unwrap()))?;
    assert_eq!(charge.status, Some(ChargeStatus::Cancelled));
    // The payer has the old code still.
    assert!(sandbox.pay(&first.id));
    let received = D::finish(client.collect().payments().list(&link.id))?;
    assert_eq!(received[0].exception, Some(CollectException::Late));
    // A code that the issuer has not given cannot be paid.
    assert!(!sandbox.pay(&renewed.id));
    sandbox.advance(Duration::from_secs(2));
    // What a test pays is on its way: nothing takes its place.
    D::finish(attempts.test_pay(&renewed.id))?;
    let error = keyed(&ana().renew(true), "order-4").unwrap_err();
    assert_eq!(refused(&error), (409, "collect_attempt_not_cancellable"));
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 2);
    Ok(())
}

fn an_issuer_may_refuse_or_not_answer<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let attempts = client.collect().attempts();
    let link = published(&client, 666)?;
    let error = D::finish(attempts.create(&link.id, &ana())).unwrap_err();
    assert_eq!(refused(&error), (422, "collect_attempt_failed"));
    assert_eq!(error.verdict(), Verdict::Refused);
    assert!(D::finish(attempts.list(&link.id))?.is_empty());

    for (found, state) in [
        (Reconciliation::Moved, CollectAttemptState::Open),
        (Reconciliation::NotMoved, CollectAttemptState::Failed),
    ] {
        let link = published(&client, 667)?;
        let made = opened(&client, &sandbox, &link.id)?;
        let unready = D::finish(attempts.artifact(&made.id)).unwrap_err();
        assert_eq!(refused(&unready), (409, "artifact_not_ready"));
        assert_eq!(unready.retry_after(), Some(Duration::from_secs(5)));
        let error = D::finish(attempts.create(&link.id, &ana().renew(true))).unwrap_err();
        assert_eq!(refused(&error), (409, "collect_attempt_issuing"));
        assert!(sandbox.reconcile(&made.id, found) && !sandbox.reconcile(&made.id, found));
        sandbox.advance(Duration::from_secs(2));
        assert_eq!(attempt(&client, &link.id, &made.id).state, Some(state));
    }
    // A charge that its issuer rejects after all takes the attempt with it.
    let link = published(&client, 900)?;
    let made = D::finish(attempts.create(&link.id, &ana()))?;
    assert!(sandbox.post_event(made.charge_id.as_deref().unwrap(), "commerce.payment.failed"));
    let failed = attempt(&client, &link.id, &made.id);
    assert_eq!(failed.failure_code.as_deref(), Some("issuer_rejected"));
    assert!(!sandbox.pay(&made.id));
    Ok(())
}

fn a_test_payer_pays_once<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let attempts = client.collect().attempts();
    let link = published(&client, 700)?;
    let open = opened(&client, &sandbox, &link.id)?;
    // Not by the route of charges.
    let charge = open.charge_id.as_deref().unwrap();
    let error = D::finish(client.test_money().pay_charge(charge, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_simulated_settle_refused"));
    let payment = D::finish(attempts.test_pay(&open.id))?;
    assert_eq!(payment.status.as_deref(), Some("PROCESSING"));
    let again = D::finish(attempts.test_pay(&open.id)).unwrap_err();
    assert_eq!(refused(&again), (409, "test_pay_already_used"));
    assert_eq!(again.verdict(), Verdict::Unknown);
    // That it was taken is no payment.
    assert_eq!(D::finish(client.collect().links().get(&link.id))?.paid, Some(false));
    sandbox.advance(Duration::from_secs(601));
    assert_eq!(D::finish(client.collect().links().get(&link.id))?.paid, Some(true));

    let broken = published(&client, 668)?;
    let open = opened(&client, &sandbox, &broken.id)?;
    let error = D::finish(attempts.test_pay(&open.id)).unwrap_err();
    assert_eq!(refused(&error), (502, "test_pay_payment_failed"));
    assert_eq!((error.verdict(), error.attempts()), (Verdict::Unknown, 1));
    let error = D::finish(attempts.test_pay(&open.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "test_pay_already_used"));
    let dear = published(&client, 100_001)?;
    let open = opened(&client, &sandbox, &dear.id)?;
    let error = D::finish(attempts.test_pay(&open.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "test_pay_amount_above_cap"));
    Ok(())
}

fn a_payer_needs_no_key_and_says_what_is_asked<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let (links, pages) = (client.collect().links(), client.collect().pages());
    let fields = CollectPayerFields::default()
        .contact(CollectField::Required)
        .external_reference(CollectField::Off);
    let known = CollectPayer::default().name(Sensitive::from("Ana")).document("11122233344");
    let args = CreateCollectLink::new("con-1", draft(800).payer_fields(fields)).payer(known);
    let link = D::finish(links.create(&args))?;
    assert_eq!(link.payer_document_masked.as_ref().map(Sensitive::expose), Some("***44"));
    assert_eq!(refused(&D::finish(pages.get(&link.id)).unwrap_err()), (404, "not_found"));
    D::finish(links.publish(&link.id, &PublishCollectLink::default()))?;
    let page: Value = D::finish(pages.get(&link.id))?.to_value();
    assert_eq!((&page["total_minor"], &page["attempt"]), (&800.into(), &Value::Null));
    assert!(!page.to_string().contains("Ana"));

    let asked = |payer: CollectPayer| {
        D::finish(pages.create_attempt(&link.id, &CreatePageAttempt::new("page-1").payer(payer)))
    };
    let named = CollectPayer::default().name(Sensitive::from("Ana"));
    assert_eq!(refused(&asked(named).unwrap_err()), (400, "collect_payer_field_prefilled"));
    let more = CollectPayer::default().external_reference("42");
    assert_eq!(refused(&asked(more).unwrap_err()), (400, "collect_payer_field_not_asked"));
    let none = CollectPayer::default();
    assert_eq!(refused(&asked(none).unwrap_err()), (400, "collect_payer_fields_missing"));
    let reached = || CollectPayer::default().contact(Sensitive::from("ana@mail.test"));
    let made = asked(reached())?;
    assert_eq!((made.replay, made.retry_after), (Some(false), Some(5)));
    sandbox.advance(Duration::from_secs(2));
    let ready = asked(reached())?;
    assert_eq!((ready.replay, &ready.id), (Some(true), &made.id));
    assert!(ready.copy_paste.is_some() && ready.ready_at.is_some());
    for path in [format!("/v1/collect/{}", link.id), format!("/v1/collect/{}/attempts", link.id)] {
        let seen = sandbox.requests().into_iter().filter(|request| request.path == path);
        assert!(seen.clone().count() > 1);
        assert!(seen.into_iter().all(|request| request.header("authorization").is_none()));
    }
    let error = D::finish(pages.get("cl_short")).unwrap_err();
    assert_eq!(refused(&error), (400, "invalid_link_id"));
    assert_eq!(arrived(&sandbox, "GET", "/v1/collect/cl_short").len(), 1);
    Ok(())
}

fn a_link_goes_from_draft_to_archive<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let links = client.collect().links();
    for (minor, code) in
        [(499, "collect_total_below_minimum"), (100_000_001, "collect_total_above_maximum")]
    {
        let error = D::finish(links.create(&CreateCollectLink::new("con-1", draft(minor))));
        assert_eq!(refused(&error.unwrap_err()), (400, code));
    }
    let price = || "1.50".parse().unwrap();
    let with_agent = |mut draft: CollectDraft| {
        draft.surfaces.push(CollectSurface::Agent);
        draft
    };
    let made = D::finish(links.create(&CreateCollectLink::new("con-1", draft(500))))?;
    let error = D::finish(links.pause(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_link_draft"));
    D::finish(links.put_draft(&made.id, &with_agent(draft(500).usdc_price(price()))))?;
    let publish = |args: PublishCollectLink| D::finish(links.publish(&made.id, &args));
    let error = publish(PublishCollectLink::default()).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_usdc_price_unconfirmed"));
    let shown = publish(PublishCollectLink::default().confirm_usdc_price(price()))?;
    assert_eq!((shown.state, shown.changed), (Some(CollectState::Published), Some(true)));
    assert_eq!(publish(PublishCollectLink::default())?.changed, Some(false));
    // Another version, which takes the place of the first.
    let draft = D::finish(links.put_draft(&made.id, &draft(600)))?.draft.unwrap();
    assert_eq!((draft.version, draft.total_minor), (Some(2), Some(Minor::new(600))));
    assert_eq!(publish(PublishCollectLink::default())?.current_version, Some(2));

    assert_eq!(D::finish(links.pause(&made.id))?.changed, Some(true));
    assert_eq!(D::finish(links.pause(&made.id))?.changed, Some(false));
    let error = D::finish(client.collect().attempts().create(&made.id, &ana())).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_link_paused"));
    assert_eq!(D::finish(links.resume(&made.id))?.changed, Some(true));
    opened(&client, &sandbox, &made.id)?;
    let error = D::finish(links.put_draft(&made.id, &self::draft(700))).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_link_version_locked"));
    assert_eq!(D::finish(links.archive(&made.id))?.changed, Some(true));
    assert_eq!(D::finish(links.archive(&made.id))?.changed, Some(false));
    let error = D::finish(links.resume(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "collect_link_archived"));
    D::finish(links.create(&CreateCollectLink::new("con-2", self::draft(500))))?;
    let page = D::finish(links.list_page(&ListCollectLinks::default().limit(1_u32)))?;
    assert_eq!((page.items.len(), page.next.is_some()), (1, true));
    let (all, failed) = D::collect(links.list(&ListCollectLinks::default().limit(1_u32)));
    assert!(failed.is_none() && all.len() == 2);
    let receivers = D::finish(client.collect().receivers())?;
    assert_eq!(receivers.len(), 2);
    Ok(())
}
