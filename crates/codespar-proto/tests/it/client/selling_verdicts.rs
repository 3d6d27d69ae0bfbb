//! What the codes of charging and collecting say about effects.

use codespar_proto::{
    ChargeMethod, CreateCharge, Currency, KeyUse, Major, Verdict,
    collect::{CreateCollectAttempt, PublishCollectLink},
    oauth::RegisterOAuthClient,
    payment_links::{CreatePaymentLink, NewPaymentLinkRail},
    projects::CreateProject,
    testing::Replay,
};

use crate::{client::verdicts::refusal, support::client};

#[test]
fn every_code_of_collecting_says_whether_anything_happened() {
    use Verdict::{Refused, Unknown};
    let attempt = |status, code| {
        let replay = Replay::new().answer(refusal(status, code));
        let args = CreateCollectAttempt::default();
        client(&replay).collect().attempts().create("cl_1", &args).retries(0).send().unwrap_err()
    };
    for (status, code, verdict) in [
        (400, "collect_payer_fields_missing", Refused),
        (409, "collect_attempt_exists", Refused),
        (409, "collect_attempt_issuing", Refused),
        (409, "collect_attempt_not_cancellable", Refused),
        (409, "collect_link_archived", Refused),
        (409, "collect_link_draft", Refused),
        (409, "collect_link_paid", Refused),
        (409, "collect_link_paused", Refused),
        (409, "collect_link_state_changed", Refused),
        (409, "collect_surface_not_enabled", Refused),
        (410, "collect_link_expired", Refused),
        (422, "collect_attempt_failed", Refused),
        (503, "rate_limit_unavailable", Refused),
        (400, "idempotency_key_conflict", Unknown),
        (409, "never_heard_of", Unknown),
        (502, "provider_error", Unknown),
    ] {
        assert_eq!(attempt(status, code).verdict(), verdict, "{code}");
    }
    let test_pay = |status, code| {
        let replay = Replay::new().answer(refusal(status, code));
        client(&replay).collect().attempts().test_pay("cla_1").send().unwrap_err().verdict()
    };
    for (status, code, verdict) in [
        (409, "attempt_not_payable", Refused),
        (409, "test_pay_amount_above_cap", Refused),
        (503, "test_payer_unconfigured", Refused),
        (503, "celcoin_credentials_unavailable", Refused),
        // The try that used it up may have paid.
        (409, "test_pay_already_used", Unknown),
        (502, "test_pay_amount_mismatch", Unknown),
        (502, "test_pay_decode_failed", Unknown),
        (502, "test_pay_decode_incomplete", Unknown),
        (502, "test_pay_dict_failed", Unknown),
        (502, "test_pay_dict_incomplete", Unknown),
        (502, "test_pay_payment_failed", Unknown),
        (502, "test_pay_txid_mismatch", Unknown),
    ] {
        assert_eq!(test_pay(status, code), verdict, "{code}");
    }
    let publish = |code| {
        let replay = Replay::new().answer(refusal(409, code));
        let args = PublishCollectLink::default();
        client(&replay).collect().links().publish("cl_1", &args).send().unwrap_err().verdict()
    };
    for code in [
        "collect_link_no_draft",
        "collect_link_published_immutable",
        "collect_link_version_locked",
        "collect_refund_decision_closed",
        "collect_refund_not_honorable",
        "collect_usdc_price_unconfirmed",
    ] {
        assert_eq!(publish(code), Refused, "{code}");
    }
}

#[test]
fn a_code_says_for_one_operation_what_it_does_not_for_another() {
    use Verdict::{Refused, Unknown};
    let cancel = |code| {
        let replay = Replay::new().answer(refusal(502, code));
        client(&replay).charges().cancel("chg_1").send().unwrap_err().verdict()
    };
    assert_eq!(cancel("provider_cancel_failed"), Unknown);
    assert_eq!(cancel("provider_status_unreadable"), Unknown);
    let link = |status, code| {
        let replay = Replay::new().answer(refusal(status, code));
        let rails = vec![NewPaymentLinkRail::pix("1.50".parse().unwrap())];
        let args = CreatePaymentLink::new("E-book", rails);
        client(&replay).payment_links().create(&args).send().unwrap_err().verdict()
    };
    assert_eq!(link(502, "payto_provisioning_unavailable"), Refused);
    // It may be the link that an earlier call made; the name of a project is no such thing.
    assert_eq!(link(409, "slug_conflict"), Unknown);
    let replay = Replay::new().answer(refusal(400, "slug_conflict"));
    let project = client(&replay).projects().create(&CreateProject::new("Shop", "shop")).send();
    assert_eq!(project.unwrap_err().verdict(), Refused);
    let replay = Replay::new().answer(refusal(502, "payto_provisioning_unavailable"));
    let other = client(&replay).collect().links().publish("cl_1", &PublishCollectLink::default());
    assert_eq!(other.send().unwrap_err().verdict(), Unknown);
    let replay = Replay::new().answer(refusal(503, "client_registration_cap_reached"));
    let args = RegisterOAuthClient::new(vec!["https://x.test/".to_owned()]);
    assert_eq!(client(&replay).oauth().register(&args).send().unwrap_err().verdict(), Refused);
}

/// One key goes out with a charge, in the header and in the body: that it is in conflict says that
/// it was used before, and a charge of that key may be there.
#[test]
fn a_key_that_was_used_is_never_a_charge_that_was_not_made() {
    let pix = CreateCharge::new(Major::new(5), Currency::BRL, ChargeMethod::Pix);
    let boleto = CreateCharge::new(Major::new(5), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con_1")
        .due_date("2026-12-31")
        .idempotency_key("order-1");
    for (status, code) in [
        (400, "idempotency_key_conflict"),
        (409, "idempotency_key_conflict"),
        (409, "charge_idempotency_slot_unreadable"),
        (409, "charge_reference_ambiguous"),
    ] {
        for args in [&pix, &boleto] {
            let replay = Replay::new().answer(refusal(status, code));
            let error = client(&replay).charges().create(args).retries(0).send().unwrap_err();
            let told = (error.verdict(), error.key_use());
            assert_eq!(told, (Verdict::Unknown, KeyUse::PersonDecides), "{status} {code}");
            assert!(!error.is_refusal());
        }
    }
    // Of a charge that is named by an id, it says that the id will do.
    let replay = Replay::new().answer(refusal(409, "charge_reference_ambiguous"));
    let error = client(&replay).charges().cancel("chg_1").send().unwrap_err();
    assert_eq!(error.verdict(), Verdict::Refused);
}
