//! Selling: charges that issuers fail, meters, payment links, paywalls, fees, access by OAuth.

use std::time::Duration;

use codespar_proto::{
    Client, Config, CreateCharge, Currency, Major, Minor, Sensitive, Verdict,
    charges::{ChargeStatus, ListCharges},
    mandates::SpendArgs,
    mcp_servers::FeeTransferStatus,
    meters::{
        CreateMeter, MeterAggregation, MeterChannel, MeterCycleState, MeterPeriod, RecordMeterEvent,
    },
    oauth::{RegisterOAuthClient, RequestOAuthToken},
    payment_links::{
        CreatePaymentLink, ListPaymentLinkPayments, NewPaymentLinkRail, PaymentLinkStatus,
        PaymentLinkSurface, UpdatePaymentLink,
    },
    paywalls::{CreatePaywall, PaywallPayTo, UpdatePaywall},
    types::AtomicText,
};
use codespar_sandbox::{EffectKind, Reconciliation, Sandbox};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{client_of, granted, refused};

testing_support::with_both_drivers! {
    an_issuer_rejects_a_charge
    a_charge_that_nobody_heard_of_is_reconciled
    a_reference_can_mean_two_charges
    a_meter_counts_an_event_once
    meters_aggregate_as_they_say
    a_payment_link_is_paid_as_often_as_it_says
    a_paywall_earns_and_a_sweep_can_fail
    fees_are_measured_when_a_month_is_over
    a_program_is_given_access_once_per_code
    health_is_remembered_by_day
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn still() -> std::io::Result<Sandbox> {
    Sandbox::builder().settle_after(Duration::from_secs(600)).start()
}

/// A boleto with a due date, of so many centavos.
fn boleto(minor: i64, key: &str) -> CreateCharge {
    let amount: Major = format!("{}.{:02}", minor / 100, minor % 100).parse().unwrap();
    CreateCharge::new(amount, Currency::BRL, codespar_proto::ChargeMethod::Boleto)
        .consumer_id("con-1")
        .due_date("2030-01-31")
        .idempotency_key(key)
}

fn an_issuer_rejects_a_charge<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let made = D::finish(client.charges().create(&boleto(666, "order-1")))?;
    assert_eq!(made.status, Some(ChargeStatus::Processing));
    sandbox.advance(Duration::from_secs(2));
    let seen = D::finish(client.charges().get(made.id.as_deref().unwrap()))?;
    assert_eq!((&seen.status, seen.payable), (&Some(ChargeStatus::Error), Some(false)));
    assert!(seen.pix_copy_paste.is_none() && !sandbox.pay("order-1"));
    let error = D::finish(client.charges().cancel("order-1")).unwrap_err();
    assert_eq!(refused(&error), (409, "not_cancellable_in_this_state"));
    Ok(())
}

fn a_charge_that_nobody_heard_of_is_reconciled<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let charges = client.charges();
    // The first request is answered with 502, and what is sent again finds a reservation.
    let open = D::finish(charges.create(&boleto(667, "order-1")))?;
    assert_eq!((&open.id, open.issuance_unconfirmed), (&None, Some(true)));
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 0);
    for error in [
        D::finish(charges.get("order-1")).map(drop).unwrap_err(),
        D::finish(client.test_money().pay_charge("order-1", None)).map(drop).unwrap_err(),
        D::finish(charges.cancel("order-1")).map(drop).unwrap_err(),
    ] {
        assert_eq!(refused(&error), (409, "issuance_unconfirmed"));
    }
    assert!(!sandbox.pay("order-1"));
    let listed = D::finish(charges.list_page(&ListCharges::default()))?;
    assert_eq!(listed.items[0].id, None);
    assert!(sandbox.reconcile("order-1", Reconciliation::Moved));
    sandbox.advance(Duration::from_secs(2));
    let found = D::finish(charges.get("order-1"))?;
    assert_eq!((&found.status, found.payable), (&Some(ChargeStatus::Pending), Some(true)));
    assert_eq!(D::finish(charges.create(&boleto(667, "order-1")))?.id, found.id);
    assert_eq!(sandbox.effects().count_with_key("order-1"), 1);
    assert!(sandbox.pay("order-1"));

    D::finish(charges.create(&boleto(667, "order-2")))?;
    assert!(sandbox.reconcile("order-2", Reconciliation::NotMoved));
    let error = D::finish(charges.get("order-2")).unwrap_err();
    assert_eq!(refused(&error), (404, "charge_not_found"));
    Ok(())
}

fn a_reference_can_mean_two_charges<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let first = D::finish(client.charges().create(&boleto(1_000, "order-1")))?.id.unwrap();
    let second = D::finish(client.charges().create(&boleto(2_000, &first)))?.id.unwrap();
    let error = D::finish(client.charges().get(&first)).unwrap_err();
    assert_eq!(refused(&error), (409, "charge_reference_ambiguous"));
    let error = D::finish(client.charges().cancel(&first)).unwrap_err();
    assert_eq!(
        (refused(&error).1, error.verdict()),
        ("charge_reference_ambiguous", Verdict::Refused)
    );
    assert_eq!(D::finish(client.charges().get(&second))?.amount_minor, Some(Minor::new(2_000)));
    Ok(())
}

fn calls() -> CreateMeter {
    let price = "0.0025".parse().unwrap();
    CreateMeter::new("api_call", MeterAggregation::Count, price, MeterChannel::Invoice)
}

fn a_meter_counts_an_event_once<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let meters = client.meters();
    let meter = D::finish(meters.create(&calls()))?;
    let error = D::finish(meters.create(&calls())).unwrap_err();
    assert_eq!(refused(&error), (409, "meter_event_name_taken"));
    let event = |customer: &str, id: &str| RecordMeterEvent::new("api_call", customer, id);
    let one = D::finish(meters.record_event(&event("con-1", "req-1")))?;
    assert_eq!((one.duplicate, one.value.as_deref()), (Some(false), Some("1")));
    let again = D::finish(meters.record_event(&event("con-1", "req-1")))?;
    assert_eq!((again.duplicate, &again.received_at), (Some(true), &one.received_at));
    let error = D::finish(meters.record_event(&event("con-2", "req-1"))).unwrap_err();
    assert_eq!(refused(&error), (409, "meter_event_id_conflict"));
    for (args, code) in [
        (RecordMeterEvent::new("nothing", "con-1", "req-2"), "meter_not_found"),
        (event("con-1", "req-2").value("2"), "meter_value_not_accepted"),
        (
            event("con-1", "req-2").timestamp("2020-01-01T00:00:00Z"),
            "meter_event_timestamp_out_of_range",
        ),
    ] {
        assert_eq!(refused(&D::finish(meters.record_event(&args)).unwrap_err()).1, code);
    }
    D::finish(meters.record_event(&event("con-2", "req-3")))?;
    let cycle = D::finish(meters.get(&meter.id, &MeterPeriod::default()))?.cycle.unwrap();
    assert_eq!((cycle.usage.as_deref(), cycle.customers), (Some("2"), Some(2)));
    assert_eq!(cycle.amount_to_date.unwrap().as_str(), "0.005000");
    assert_eq!(cycle.amount_to_date_minor, Some(Minor::new(1)));
    let latest = D::finish(meters.events(&meter.id, Some(1)))?;
    assert_eq!((latest.len(), latest[0].event_id.as_deref()), (1, Some("req-3")));
    Ok(())
}

fn meters_aggregate_as_they_say<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let meters = client.meters();
    let kinds = [
        (MeterAggregation::Sum, "17.5"),
        (MeterAggregation::Max, "14"),
        (MeterAggregation::Last, "7.5"),
    ];
    for (number, (kind, expected)) in kinds.into_iter().enumerate() {
        let name = format!("tokens_{number}");
        let args = CreateMeter::new(&name, kind, "10".parse().unwrap(), MeterChannel::Gate);
        let meter = D::finish(meters.create(&args.per_units(1000_u32)))?;
        for (customer, value) in [("a", "10"), ("b", "4"), ("a", "3.50")] {
            let id = format!("{name}-{customer}-{value}");
            let args = RecordMeterEvent::new(&name, customer, id).value(value);
            D::finish(meters.record_event(&args))?;
        }
        let cycle = D::finish(meters.get(&meter.id, &MeterPeriod::default()))?.cycle.unwrap();
        assert_eq!((cycle.usage.as_deref(), cycle.customers), (Some(expected), Some(2)), "{name}");
    }
    let error = D::finish(meters.record_event(&RecordMeterEvent::new("tokens_0", "a", "x")));
    assert_eq!(refused(&error.unwrap_err()), (400, "meter_value_required"));
    let now = D::finish(meters.cycle(&MeterPeriod::default()))?;
    assert_eq!((now.state, now.active_meters), (Some(MeterCycleState::Open), Some(3)));
    // 39 thousandths of R$ 10,00: exact parts are added, and rounded once.
    let totals = now.by_channel.unwrap().gate.unwrap();
    assert_eq!(totals.amount_to_date.unwrap().as_str(), "0.390000");
    assert_eq!(totals.amount_to_date_minor, Some(Minor::new(39)));

    let period = |month: &str| MeterPeriod::default().period(month);
    let error = D::finish(meters.cycle(&period("2999-01"))).unwrap_err();
    assert_eq!(refused(&error), (400, "period_not_started"));
    sandbox.advance(32 * DAY);
    let over = D::finish(meters.cycle(&period(now.period.as_deref().unwrap())))?;
    assert_eq!((over.state, over.days_remaining), (Some(MeterCycleState::Closed), Some(0)));
    let totals = over.totals.unwrap();
    assert_eq!(totals.amount_projected_minor, totals.amount_to_date_minor);
    Ok(())
}

fn a_payment_link_is_paid_as_often_as_it_says<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let links = client.payment_links();
    let pix = NewPaymentLinkRail::pix("49.90".parse().unwrap());
    let usdc = NewPaymentLinkRail::x402_to("1.5".parse().unwrap(), "0xab");
    let twice =
        CreatePaymentLink::new("E-book", vec![pix, usdc.clone()]).slug("book").max_uses(2_u32);
    let link = D::finish(links.create(&twice))?;
    assert_eq!(link.accepts[0].amount_minor, Some(Minor::new(4_990)));
    assert_eq!(link.accepts[1].amount_atomic, Some(AtomicText::new(1_500_000)));
    let error = D::finish(links.create(&twice)).unwrap_err();
    assert_eq!((refused(&error), error.verdict()), ((409, "slug_conflict"), Verdict::Unknown));
    assert!(sandbox.pay(&link.id) && sandbox.pay(&link.id) && !sandbox.pay(&link.id));
    let one = CreatePaymentLink::new("Song", vec![usdc]).one_time(true);
    let once = D::finish(links.create(&one))?;
    assert!(sandbox.pay(&once.id) && !sandbox.pay(&once.id));
    assert_eq!(D::finish(links.get(&once.id))?.status, Some(PaymentLinkStatus::Paid));

    let page =
        D::finish(links.payments_page(&link.id, &ListPaymentLinkPayments::default().limit(1_u32)))?;
    assert_eq!((page.items.len(), page.next.is_some()), (1, true));
    let (all, failed) =
        D::collect(links.payments(&link.id, &ListPaymentLinkPayments::default().limit(1_u32)));
    assert!(failed.is_none() && all.len() == 2);
    assert_eq!(all[0].surface, Some(PaymentLinkSurface::AgentPix));
    assert_eq!(all[0].amount().unwrap().to_string(), "49.90");
    let stats = D::finish(links.stats())?;
    assert_eq!(stats.payments, Some(3));
    let received: Vec<_> =
        stats.received.iter().map(|it| it.amount().unwrap().normalize().to_string()).collect();
    assert_eq!(received, ["99.8", "1.5"]);

    let off = UpdatePaymentLink::default().active(false);
    let paused = D::finish(links.create(&CreatePaymentLink::new("Map", link_rail())))?;
    assert_eq!(D::finish(links.update(&paused.id, &off))?.active, Some(false));
    assert!(!sandbox.pay(&paused.id));
    let dated = CreatePaymentLink::new("Map", link_rail()).expires_at("2020-01-01T00:00:00Z");
    let expired = D::finish(links.create(&dated))?;
    assert_eq!(expired.status, Some(PaymentLinkStatus::Expired));
    D::finish(links.delete(&link.id))?;
    let error = D::finish(links.get(&link.id)).unwrap_err();
    assert_eq!(refused(&error), (404, "payment_link_not_found"));
    assert!(D::finish(links.create(&twice)).is_ok(), "its slug is free");
    Ok(())
}

fn link_rail() -> Vec<NewPaymentLinkRail> {
    vec![NewPaymentLinkRail::pix("1".parse().unwrap())]
}

fn a_paywall_earns_and_a_sweep_can_fail<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let paywalls = client.paywalls();
    let of = |slug: &str, url: &str, price: &str, payee: &str| {
        CreatePaywall::new(slug, "Quotes", url, price.parse().unwrap(), PaywallPayTo::byo(payee))
    };
    let ask = |slug: &str, price: &str| of(slug, "https://shop.example/api", price, "0xab");
    for (args, code) in [
        (of("a", "http://10.0.0.1/", "1", "0xab"), "invalid_upstream_url"),
        (of("a", "https://shop.example/api", "1", "here"), "invalid_payto"),
    ] {
        assert_eq!(refused(&D::finish(paywalls.create(&args)).unwrap_err()), (400, code));
    }
    let one = D::finish(paywalls.create(&ask("quotes", "0.05")))?;
    assert_eq!(one.price_atomic, Some(AtomicText::new(50_000)));
    assert!(sandbox.pay(&one.id) && sandbox.pay(&one.id));
    let stats = D::finish(paywalls.stats(&one.id))?;
    assert_eq!(
        (stats.settled_count, stats.gross_atomic),
        (Some(2), Some(AtomicText::new(100_000)))
    );
    let gate = D::finish(client.gate().stats())?;
    assert_eq!(gate.earnings_atomic, Some(AtomicText::new(99_000)));
    assert_eq!(gate.items[0].paid_calls_24h, Some(2));

    let sweep = || D::finish(client.mcp_servers().sweep_platform_fees());
    let swept = sweep()?;
    assert_eq!((swept.swept, swept.total_atomic), (Some(1), Some(AtomicText::new(1_000))));
    assert_eq!(sweep()?.swept, Some(0), "each fee is transferred once");
    // A hundredth of 0.0666: that transfer fails, and stays due beside one that does not.
    let bad = D::finish(paywalls.create(&ask("bad", "0.0666")))?;
    assert!(sandbox.pay(&bad.id) && sandbox.pay(&one.id));
    for swept in [1, 0] {
        let answer = sweep()?;
        assert_eq!(answer.swept, Some(swept));
        let failed = answer.transfers.iter().filter(|it| it.tx.is_none());
        assert_eq!(
            failed.map(|it| it.status.clone()).collect::<Vec<_>>(),
            [Some(FeeTransferStatus::Failed)]
        );
    }
    // Of 0.0667 the pass breaks off: nobody is told what was transferred before.
    let worse = D::finish(paywalls.create(&ask("worse", "0.0667")))?;
    assert!(sandbox.pay(&worse.id) && sandbox.pay(&one.id));
    let before = sandbox.effects().count(EffectKind::Payment);
    let error = sweep().unwrap_err();
    assert_eq!(refused(&error), (503, "payto_provisioning_unavailable"));
    assert_eq!((error.verdict(), error.attempts()), (Verdict::Unknown, 1));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), before + 1);

    D::finish(paywalls.update(&one.id, &UpdatePaywall::default().active(false)))?;
    assert!(!sandbox.pay(&one.id));
    D::finish(paywalls.delete(&one.id))?;
    let error = D::finish(paywalls.stats(&one.id)).unwrap_err();
    assert_eq!(refused(&error), (404, "paywall_not_found"));
    Ok(())
}

fn fees_are_measured_when_a_month_is_over<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 1_000_000, 500_000)?.mandate_id;
    for (attempt, minor) in [("att-1", 90_000), ("att-2", 11_000), ("att-3", 400_000)] {
        let spend = SpendArgs::new(attempt, Minor::new(minor), "shop@pix.test");
        D::finish(client.mandates().spend(&id, &spend))?;
    }
    assert_eq!(D::finish(client.fees().movimentar())?, None);
    let month = D::finish(client.fees().summary())?.period;
    sandbox.advance(32 * DAY);
    let fee = D::finish(client.fees().movimentar())?.unwrap();
    assert_eq!((&fee.period, fee.consumer_count), (&month, Some(1)));
    assert_eq!(fee.free_tier_applied_minor, Some(Minor::new(100_000)));
    assert_eq!(fee.billable_minor, Some(Minor::new(401_000)));
    // R$ 10,00 at the least, and R$ 4.000,00 at the most.
    assert_eq!(fee.fee_minor, Some(Minor::new(5 + 200)));
    let summary = D::finish(client.fees().summary())?.lanes.unwrap();
    assert_eq!(summary.movimentar.unwrap().latest.unwrap().fee_minor, fee.fee_minor);
    assert_eq!(summary.operar.unwrap().computed, Some(false));
    let governed = D::finish(client.fees().governar())?;
    let expected = governed.as_ref().and_then(|it| it.governed_accounts_count);
    assert_eq!(expected, Some(1));
    assert_eq!(governed.unwrap().fee_minor, Some(Minor::new(490)));
    Ok(())
}

fn a_program_is_given_access_once_per_code<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let oauth = client.oauth();
    let about = D::finish(oauth.authorization_server())?;
    assert_eq!(about.token_endpoint, Some(format!("{}/oauth/token", sandbox.base_url())));
    assert_eq!(D::finish(oauth.protected_resource())?.authorization_servers, [sandbox.base_url()]);
    let back = "https://app.test/back";
    let error = D::finish(oauth.register(&RegisterOAuthClient::new(vec![
        "https://app.test/back".to_owned(),
        "http://localhost.evil.test/".to_owned(),
    ])));
    if let Err(error) = &error {
        assert!(error.code() == Some("invalid_redirect_uri") || error.field().is_some());
    }
    assert!(error.is_err());
    let program = D::finish(oauth.register(&RegisterOAuthClient::new(vec![back.to_owned()])))?;
    // The example of RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let grant = |client: &str, to: &str| sandbox.grant_oauth_code(client, to, challenge);
    assert!(
        grant(&program.client_id, "https://evil.test").is_none() && grant("none", back).is_none()
    );
    let exchange = |code: &str, verifier: &str| {
        D::finish(oauth.token(&RequestOAuthToken::code(code, verifier, back, &program.client_id)))
    };
    let code = grant(&program.client_id, back).unwrap();
    assert_eq!(refused(&exchange(&code, "guessed").unwrap_err()), (400, "invalid_grant"));
    // A wrong guess uses it up.
    assert_eq!(refused(&exchange(&code, verifier).unwrap_err()), (400, "invalid_grant"));
    let code = grant(&program.client_id, back).unwrap();
    let tokens = exchange(&code, verifier)?;
    assert!(exchange(&code, verifier).is_err());

    let as_program = |token: &Sensitive| -> Result<Client<D>, codespar_proto::Error> {
        Client::with_config(Config::new(token.expose()).base_url(sandbox.base_url()))
    };
    assert!(D::finish(as_program(&tokens.access_token)?.whoami()).is_ok());
    let refresh =
        |token: &Sensitive| D::finish(oauth.token(&RequestOAuthToken::refresh(token.expose())));
    let first = tokens.refresh_token.unwrap();
    let second = refresh(&first)?;
    assert_eq!(refused(&refresh(&first).unwrap_err()), (400, "invalid_grant"));
    sandbox.advance(2 * Duration::from_secs(60 * 60));
    let error = D::finish(as_program(&second.access_token)?.whoami()).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    // The chain ends ninety days after the person said yes, however often it was refreshed.
    let third = refresh(&second.refresh_token.unwrap())?.refresh_token.unwrap();
    sandbox.advance(60 * DAY);
    let fourth = refresh(&third)?.refresh_token.unwrap();
    sandbox.advance(31 * DAY);
    assert_eq!(refused(&refresh(&fourth).unwrap_err()), (400, "invalid_grant"));
    Ok(())
}

fn health_is_remembered_by_day<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    assert!(D::finish(client.health_history(None))?.overall.is_empty());
    for _ in 0..2 {
        let health = D::finish(client.health())?;
        assert_eq!(health.checks.unwrap()["connections"].connected, Some(0));
        sandbox.advance(2 * DAY);
    }
    let history = D::finish(client.health_history(Some(5)))?;
    let days: Vec<_> = history.overall.iter().map(|point| point.samples).collect();
    assert_eq!((history.days, days), (Some(5), vec![Some(1), Some(1)]));
    assert_eq!(history.checks.unwrap()["db"].len(), 2);
    assert_eq!(D::finish(client.health_history(Some(3)))?.overall.len(), 1);
    Ok(())
}
