//! Mandates on the server, and spending under them.

use codespar_proto::{
    Error, ErrorKind, Json, KeyUse, Minor, Verdict,
    driver::TransportErrorKind,
    mandates::{
        ListMandates, MandateStatus, PaymentActor, PaymentArgs, Spend, SpendApproval, SpendArgs,
        SpendEvent, SpendQuote, TedDestination,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

fn spent() -> Value {
    json!({"status": "completed", "requestId": "req_1",
        "mandate": {"consumer_id": "cons_1", "purpose": "food", "currency": "BRL"},
        "payment": {"transactionId": "tx_1", "endToEndId": null, "amountMinor": 5000, "rail": "pix",
            "provider": "p", "moneyMoved": true, "adapter": "a"},
        "wallet": {"walletId": "w", "holdEntryId": "h", "fundEntryId": null, "debitEntryId": "d"},
        "receipt": {"id": "rcpt_1", "state": "paid", "chain": "00", "exceptions": []},
        "audit": [{"step": 1}], "attempt_id": "att_1", "idempotent_replay": false})
}

fn args() -> SpendArgs {
    SpendArgs::new("att_1", Minor::new(5_000), "seller@example.com").agent_id("agent_1")
}

#[test]
fn mandates_are_looked_at_and_halted() {
    let changed = |status| json!({"mandate": {"id": "mdt_1", "status": status}, "changed": true});
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"mandates": [{"id": "mdt_1", "cap": 1}]})))
        .answer(Recorded::json(200, changed("paused")))
        .answer(Recorded::status(204))
        .answer(Recorded::json(200, changed("revoked")))
        .answer(Recorded::status(204));
    let mandates = client(&replay).mandates();
    let args = ListMandates::default().consumer_id("c").status(MandateStatus::Active).limit(7);
    assert!(mandates.list(&args).send().unwrap()[0].extra.get("cap").is_some());
    let paused = mandates.pause("mdt_1", Some("audit")).send().unwrap();
    assert_eq!(
        (paused.changed, paused.mandate.unwrap().status),
        (Some(true), Some(MandateStatus::Paused))
    );
    // A server that has nothing to say has done it all the same.
    assert_eq!(mandates.resume("mdt_1", None).send().unwrap().changed, None);
    mandates.revoke("mdt_1", None).send().unwrap();
    mandates.delete_card("mdt_1").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    GET /v1/mandates?consumer_id=c&limit=7&status=active
    POST /v1/mandates/mdt_1/pause
    {"reason":"audit"}
    POST /v1/mandates/mdt_1/resume
    {}
    POST /v1/mandates/mdt_1/revoke
    {}
    DELETE /v1/consumers/mandates/mdt_1/card
    "#);
}

#[test]
fn a_mandate_with_all_that_is_known_of_it() {
    let answer = json!({"id": "mdt_1", "consumer_id": "cons_1", "agent_id": "ag",
        "display_name": "Food",
        "purpose": "food", "merchant_allowlist": ["shop@pix.test"], "merchant_pin_kind": "pix-key",
        "intent_note": null, "cap_minor": "80000", "per_tx_cap_minor": "20000", "currency": "BRL",
        "status": "active", "expires_at": "2026-12-31T00:00:00Z",
            "created_at": "2026-10-01T00:00:00Z",
        "org_paused": false, "org_paused_at": null,
        "periodic_cap": {"window": "month", "cap_minor": "40000"},
        "withdrawal_allowlist": ["maria@pix.test"], "dda_allowlist": null,
        "slots": [{"currency": "USDC", "rail": "usdc-onchain", "cap_minor": "5",
            "per_tx_cap_minor": null}],
        "funding": {"rail": "pix-consent", "currency": "BRL"},
        "usage": {"spent_minor": "700", "period_spent_minor": "900"}});
    let text = told(Recorded::json(200, answer), |client| client.mandates().get("mdt_1"));
    assert_snapshot!(text, @r#"
    GET /v1/mandates/mdt_1
    MandateRecord {
        id: Some("mdt_1"),
        status: Some(Active),
        consumer_id: Some("cons_1"),
        agent_id: Some("ag"),
        display_name: Some("Food"),
        purpose: Some("food"),
        merchant_allowlist: [
            [redacted],
        ],
        merchant_pin_kind: Some(PixKey),
        cap_minor: Some(80000),
        per_tx_cap_minor: Some(20000),
        currency: Some(Currency("BRL")),
        expires_at: Some(Timestamp("2026-12-31T00:00:00Z")),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        org_paused: Some(false),
        periodic_cap: Some(
            MandatePeriodicCap {
                window: Some(Month),
                cap_minor: Some(40000),
            },
        ),
        withdrawal_allowlist: Some(
            [
                [redacted],
            ],
        ),
        slots: Some(
            [
                MandateSlot {
                    currency: Some(Currency("USDC")),
                    rail: Some("usdc-onchain"),
                    cap_minor: Some(5),
                },
            ],
        ),
        funding: Some(
            MandateFunding {
                rail: Some("pix-consent"),
                currency: Some(Currency("BRL")),
            },
        ),
        usage: Some(
            MandateUsage {
                spent_minor: Some(700),
                period_spent_minor: Some(900),
            },
        ),
    }
    "#);
}

#[test]
fn a_mandate_has_a_card_and_settled_payments() {
    let card = json!({"mandate_id": "mdt_1", "card": {"card_id": "c", "consumer_id": "cons_1",
        "affinity_group_id": null, "cardholder_id": "h", "last_four": "4242", "brand": "visa",
        "status": "ACTIVE", "bound_at": "2026-10-01T00:00:00Z"},
        "authorizations": [{"transaction_id": "t", "amount_minor": "100", "currency": "BRL",
            "merchant_name": "Shop", "mcc": "5411", "operation": null, "decision": "approved",
            "status_detail": null, "remaining_minor": "900", "at": "2026-10-02T00:00:00Z"}]});
    let text = told(Recorded::json(200, card), |client| client.mandates().card("mdt_1", Some(5)));
    assert_snapshot!(text, @r#"
    GET /v1/consumers/mandates/mdt_1/card?limit=5
    MandateCard {
        mandate_id: Some("mdt_1"),
        card: Some(
            BoundCard {
                card_id: Some("c"),
                consumer_id: Some("cons_1"),
                cardholder_id: Some("h"),
                last_four: Some("4242"),
                brand: Some("visa"),
                status: Some("ACTIVE"),
                bound_at: Some(Timestamp("2026-10-01T00:00:00Z")),
            },
        ),
        authorizations: [
            CardAuthorization {
                transaction_id: Some("t"),
                amount_minor: Some(100),
                currency: Some(Currency("BRL")),
                merchant_name: Some("Shop"),
                mcc: Some("5411"),
                decision: Some("approved"),
                remaining_minor: Some(900),
                at: Some(Timestamp("2026-10-02T00:00:00Z")),
            },
        ],
    }
    "#);
    let gone = json!({"mandate_id": "mdt_1", "card_id": "c", "revoked": true});
    let text = told(Recorded::json(200, gone), |client| client.mandates().delete_card("mdt_1"));
    assert_snapshot!(text, @r#"
    DELETE /v1/consumers/mandates/mdt_1/card
    UnboundCard {
        mandate_id: Some("mdt_1"),
        card_id: Some("c"),
        revoked: Some(true),
    }
    "#);
    let debits = json!({"mandate_id": "mdt_1", "receipts": [{"ledger_id": "l",
        "amount_minor": "100",
        "currency": "BRL", "psp_tx_id": null, "payee": "shop@pix.test", "purpose": "food",
        "settled_at": "2026-10-02T00:00:00Z"}]});
    let text =
        told(Recorded::json(200, debits), |client| client.mandates().receipts("mdt_1", None));
    assert_snapshot!(text, @r#"
    GET /v1/consumers/mandates/mdt_1/receipts
    [
        SettledDebit {
            ledger_id: Some("l"),
            amount_minor: Some(100),
            currency: Some(Currency("BRL")),
            payee: Some([redacted]),
            purpose: Some("food"),
            settled_at: Some(Timestamp("2026-10-02T00:00:00Z")),
        },
    ]
    "#);
}

#[test]
fn a_payment_says_who_acts_and_what_was_approved() {
    let quote = SpendQuote::new("shop", "data", Minor::new(5_000), "seller@example.com")
        .at("2026-10-07T12:00:00-03:00");
    let ted = TedDestination::new("00000000", "1234", "56789-0", "12345678909", "Maria Silva");
    let args = args()
        .quote(quote)
        .actor(PaymentActor::agent("agent_1", "cons_1"))
        .approval(SpendApproval::new(format!("sha256:{}", "0a".repeat(32))))
        .ted(ted)
        .session_id("ses_1");
    let replay = Replay::new().answer(Recorded::json(200, spent()));
    client(&replay).mandates().spend("mdt_1", &args).send().unwrap();
    assert_snapshot!(sent(&replay.requests()[0]));
    let shown = format!("{args:?}");
    for hidden in ["seller@", "56789", "123456789", "Maria"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

fn signed() -> PaymentArgs {
    let mandate = Json::parse_str(r#"{"format_version":4}"#).unwrap();
    PaymentArgs::new(mandate, "00ff", "food", "att_1", Minor::new(5_000), "k")
}

fn frame(event: &str, data: &Value) -> String {
    format!("event: {event}\ndata: {data}\n\n")
}

fn followed(frames: &[String]) -> Vec<Result<SpendEvent, Error>> {
    let replay = Replay::new().answer(Recorded::events(frames.iter().cloned()));
    let events = client(&replay).mandates().execute_payment_stream(&signed()).collect();
    assert_eq!(replay.requests().len(), 1, "money is never asked for twice");
    assert_eq!(replay.requests()[0].header("accept"), Some("text/event-stream"));
    events
}

#[test]
fn a_payment_is_followed_to_its_outcome() {
    let steps = [frame("verify", &json!({"ok": true})), frame("ping", &json!("x"))];
    // The outcome is known by what it is, however its event is called.
    for name in ["outcome", "completed", "message"] {
        let mut frames = steps.to_vec();
        frames.extend([frame(name, &spent()), frame("late", &json!({}))]);
        let events: Vec<SpendEvent> = followed(&frames).into_iter().map(Result::unwrap).collect();
        assert_eq!(events.len(), 3, "{events:?}");
        assert_eq!((&*events[0].event, &events[0].outcome), ("verify", &None));
        let outcome = events[2].outcome.as_ref().unwrap();
        assert_eq!(outcome.payment.as_ref().unwrap().transaction_id.as_deref(), Some("tx_1"));
    }
    // A step whose name says that it is completed is no outcome.
    let events = followed(&[frame("completed", &json!({"step": "verify", "status": "completed"}))]);
    assert!(events[0].as_ref().unwrap().outcome.is_none());
    let error = events[1].as_ref().unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Stream, Verdict::Unknown));
    assert!(Spend::is_uncertain(error));
}

#[test]
fn a_refusal_that_comes_as_an_event_is_judged_as_any_other() {
    use KeyUse::{PersonDecides, Same, Spent};
    let held = json!({"error": "approval_required", "approval_id": "apv_1"});
    for (body, verdict, key) in [
        (json!({"error": {"code": "mandate_verify", "message": "no"}}), Verdict::Refused, Same),
        (json!({"code": "per_tx_cap_exceeded"}), Verdict::Refused, Same),
        (json!({"error": "psp_dispatch_uncertain"}), Verdict::Unknown, Same),
        (json!({"error": "psp_attempt_conflict"}), Verdict::Refused, Spent),
        (json!({"error": "attempt_id_conflict"}), Verdict::Unknown, PersonDecides),
        (json!({"error": "something_new"}), Verdict::Unknown, Same),
        (json!("words"), Verdict::Unknown, Same),
        (held, Verdict::Held, Same),
    ] {
        let events = followed(&[frame("hold", &json!({})), frame("error", &body)]);
        let error = events[1].as_ref().unwrap_err();
        assert_eq!((error.verdict(), error.key_use()), (verdict, key), "{body}");
        assert_eq!(error.kind(), ErrorKind::Api);
        assert_eq!(error.approval().is_some(), verdict == Verdict::Held);
        assert_eq!(error.operation(), "mandates.execute_payment_stream");
    }
    // Without a name, its type says what it is.
    let events = followed(&["data: {\"type\":\"error\",\"code\":\"psp_refused\"}\n\n".to_owned()]);
    assert_eq!(events[0].as_ref().unwrap_err().verdict(), Verdict::Refused);
    // A refusal before the first event is an answer.
    let refused = Recorded::json(422, json!({"error": {"code": "mandate_verify"}}));
    let replay = Replay::new().answer(refused);
    let mut events = client(&replay).mandates().execute_payment_stream(&signed());
    assert_eq!(events.next().unwrap().unwrap_err().verdict(), Verdict::Refused);
}

#[test]
fn spending_under_a_mandate() {
    let text =
        told(Recorded::json(200, spent()), |client| client.mandates().spend("mdt_1", &args()));
    assert_snapshot!(text, @r#"
    POST /v1/consumers/mandates/mdt_1/spend
    {"attempt_id":"att_1","amount_minor":5000,"payee":"seller@example.com","agent_id":"agent_1"}
    Spend {
        status: Some(Completed),
        request_id: Some("req_1"),
        mandate: Some(
            SpendMandate {
                consumer_id: Some("cons_1"),
                purpose: Some("food"),
                currency: Some(Currency("BRL")),
            },
        ),
        payment: Some(
            SpendPayment {
                transaction_id: Some("tx_1"),
                amount_minor: Some(Minor(5000)),
                rail: Some("pix"),
                provider: Some("p"),
                money_moved: Some(true),
                adapter: Some("a"),
            },
        ),
        wallet: Some(
            SpendWallet {
                wallet_id: Some("w"),
                hold_entry_id: Some("h"),
                debit_entry_id: Some("d"),
            },
        ),
        receipt: Some(
            SpendReceipt {
                id: Some("rcpt_1"),
                state: Some("paid"),
                chain: Some("00"),
                exceptions: [],
            },
        ),
        audit: [
            Json(object, 10 bytes),
        ],
        attempt_id: Some("att_1"),
        idempotent_replay: Some(false),
    }
    "#);
}

#[test]
fn spending_under_a_mandate_that_is_held() {
    let replay = Replay::new().answer(Recorded::json(200, spent()));
    let mandate = Json::parse_str(r#"{"format_version":4}"#).unwrap();
    let args = PaymentArgs::new(mandate, "00ff", "food", "att_1", Minor::new(5_000), "k");
    client(&replay).mandates().execute_payment(&args).send().unwrap();
    assert_snapshot!(sent(&replay.requests()[0]));
}

fn failed(script: Replay) -> Error {
    let error = client(&script).mandates().spend("mdt_1", &args()).send().unwrap_err();
    assert_eq!(script.requests().len(), 1, "money is never asked for twice");
    error
}

#[test]
fn an_outcome_that_is_not_known_is_told_apart() {
    let refusal = |status, code: &str| {
        failed(Replay::new().answer(Recorded::json(status, json!({"error": {"code": code}}))))
    };
    assert!(Spend::is_uncertain(&refusal(502, "psp_dispatch_uncertain")));
    assert!(Spend::is_uncertain(&refusal(409, "psp_attempt_in_flight")));
    assert!(!Spend::is_uncertain(&refusal(502, "psp_dispatch_failed")));
    assert!(!Spend::is_uncertain(&refusal(409, "attempt_id_conflict")));
    let lost = |kind| failed(Replay::new().fail(kind));
    assert!(Spend::is_uncertain(&lost(TransportErrorKind::Io)));
    let html = Recorded::json(502, json!("<html>"));
    assert!(Spend::is_uncertain(&failed(Replay::new().answer(html))));
    let garbled = Recorded::json(200, json!([]));
    assert!(Spend::is_uncertain(&failed(Replay::new().answer(garbled))));
}
