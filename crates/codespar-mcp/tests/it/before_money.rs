//! Questions before money: who is asked, what about, and what happens where nobody can be.

use codespar_mcp::{Ask, Options};
use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{GENERATIONS, Host, Says, allowed, arrived, boleto, charge, params, server};

fn charges(sandbox: &Sandbox) -> usize {
    sandbox.effects().count(EffectKind::Charge)
}

#[tokio::test]
async fn without_flags_a_person_says_yes_or_it_is_refused() {
    for version in GENERATIONS {
        for (says, verdict, code, effects, questions) in [
            (Says::Yes, "done", Value::Null, 1, 1),
            (Says::No, "refused", json!("declined"), 0, 1),
            (Says::Nobody, "refused", json!("confirmation_required"), 0, 0),
        ] {
            let sandbox = Sandbox::start().unwrap();
            let host = Host::start(&server(&sandbox, Options::new()), version, says).await;
            let answer = host.answer("toolu_1", "codespar_charge", charge(150.5)).await;
            assert_eq!((&answer["verdict"], &answer["code"]), (&json!(verdict), &code), "{answer}");
            assert_eq!(charges(&sandbox), effects, "{version:?} {says:?}");
            assert_eq!(host.asked().len(), questions, "{version:?} {says:?}");
            assert_eq!(arrived(&sandbox, "POST", "/execute").len(), effects);
        }
    }
}

#[tokio::test]
async fn a_question_says_who_how_much_in_which_unit_and_under_which_key() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.operations = true;
        options.listed_operations = 1000;
        let host = Host::start(&server(&sandbox, options), version, Says::Yes).await;
        let answer = host.answer("toolu_1", "charges_create", boleto()).await;
        assert_eq!(answer["verdict"], "done", "{answer}");
        let asked = host.asked();
        let key = answer["key"].as_str().unwrap();
        for said in [
            "To: buyer \"Maria Silva\"",
            "150.5 BRL (in whole units",
            key,
            "due_date",
            "charges_create",
        ] {
            assert!(asked[0].contains(said), "{said}: {}", asked[0]);
        }
        // The effect stands under the key that was shown, and not under another.
        assert_eq!((charges(&sandbox), sandbox.effects().count_with_key(key)), (1, 1));
    }
}

#[tokio::test]
async fn a_call_without_an_id_goes_out_under_the_random_key_that_was_shown() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.operations = true;
        options.listed_operations = 1000;
        let host = Host::start(&server(&sandbox, options), version, Says::Yes).await;
        let first = host.answer("", "charges_create", boleto()).await;
        let key = first["key"].as_str().unwrap();
        assert!(host.asked()[0].contains(key) && key.starts_with("tool-"), "{key}");
        assert_eq!(sandbox.effects().count_with_key(key), 1);
        // The same once more is a repetition, which the person is told of.
        let second = host.answer("", "charges_create", boleto()).await;
        assert_ne!(second["key"], first["key"]);
        assert!(host.asked()[1].contains("was made") && host.asked()[1].contains(key));
        assert_eq!(charges(&sandbox), 2);
    }
}

#[tokio::test]
async fn what_is_allowed_is_not_asked_about_and_what_is_above_is() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Yes).await;
        let within = host.answer("toolu_1", "codespar_charge", charge(200.0)).await;
        assert_eq!((&within["verdict"], host.asked().len()), (&json!("done"), 0), "{within}");
        host.answer("toolu_2", "codespar_charge", charge(200.01)).await;
        assert!(host.asked()[0].contains("more than the limit"), "{:?}", host.asked());
        let mut dollars = charge(1.0);
        dollars["currency"] = json!("USD");
        host.answer("toolu_3", "codespar_charge", dollars).await;
        assert!(host.asked()[1].contains("none for USD"), "{:?}", host.asked());
        // What nobody can count is above any limit.
        let card = json!({ "action": "card-virtual", "cardholder_id": "ch_1" });
        host.answer("toolu_4", "codespar_issue", card).await;
        assert!(host.asked()[2].contains("not documented what a card costs"));
        assert_eq!(host.asked().len(), 3);
    }
}

#[tokio::test]
async fn a_total_counts_what_went_before() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = allowed();
        options.max_total = vec![codespar_mcp::amount("300BRL").unwrap()];
        let host = Host::start(&server(&sandbox, options), version, Says::No).await;
        host.answer("toolu_1", "codespar_charge", charge(200.0)).await;
        let over = host.answer("toolu_2", "codespar_charge", charge(100.01)).await;
        assert_eq!(over["code"], "declined", "{over}");
        assert!(host.asked()[0].contains("of which 200 are used"), "{:?}", host.asked());
        // Without an id, or with one of another kind: it is one total.
        let mut call = params("", "codespar_charge", charge(100.0));
        call.meta = Some(serde_json::from_value(json!({ "callId": "1" })).unwrap());
        assert_eq!(host.once(call).await.answer()["verdict"], "done");
        let rest = host.answer("", "codespar_charge", charge(0.01)).await;
        assert_eq!((&rest["code"], charges(&sandbox)), (&json!("declined"), 2), "{rest}");
    }
}

#[tokio::test]
async fn above_the_limit_nobody_to_ask_means_no() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, allowed()), version, Says::Nobody).await;
        let within = host.answer("toolu_1", "codespar_charge", charge(150.0)).await;
        assert_eq!(within["verdict"], "done", "{within}");
        let above = host.answer("toolu_2", "codespar_charge", charge(201.0)).await;
        assert_eq!((&above["verdict"], &above["code"]), (&json!("refused"), &json!("money_limit")));
        let again = host.answer("toolu_3", "codespar_charge", charge(150.0)).await;
        assert_eq!(again["code"], "repeated_call");
        assert_eq!(charges(&sandbox), 1);
    }
}

#[tokio::test]
async fn ask_always_asks_even_about_what_is_allowed() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = allowed();
        options.ask = Ask::Always;
        let host = Host::start(&server(&sandbox, options), version, Says::No).await;
        let answer = host.answer("toolu_1", "codespar_charge", charge(1.0)).await;
        assert_eq!((&answer["code"], host.asked().len()), (&json!("declined"), 1));
        assert_eq!(charges(&sandbox), 0);
    }
}

#[tokio::test]
async fn what_reads_or_only_changes_is_not_asked_about() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let host = Host::start(&server(&sandbox, Options::new()), version, Says::Nobody).await;
        let balance = json!({ "action": "balance" });
        let read = host.answer("toolu_1", "codespar_wallet_read", balance).await;
        assert_ne!(read["code"], "confirmation_required", "{read}");
        let note = json!({ "channel": "email", "to": "ana@example.com", "message": "Oi" });
        let sent = host.answer("toolu_2", "codespar_notify", note).await;
        assert_eq!(sent["verdict"], "done", "{sent}");
        assert_eq!(arrived(&sandbox, "POST", "/execute").len(), 2);
    }
}

#[tokio::test]
async fn a_service_of_upivia_is_asked_about_and_done_once() {
    for version in GENERATIONS {
        let sandbox = Sandbox::start().unwrap();
        let mut options = Options::new();
        options.upivia = true;
        let server = server(&sandbox, options);
        let host = Host::start(&server, version, Says::Yes).await;
        let mail = json!({ "to": "ana@example.com" });
        let first = host.answer("toolu_1", "upivia_email_send", mail.clone()).await;
        assert_eq!(first["verdict"], "done", "{first}");
        assert!(host.asked()[0].contains("ana@example.com"), "{:?}", host.asked());
        assert_eq!(host.answer("toolu_1", "upivia_email_send", mail).await, first);
        let key = first["key"].as_str().unwrap();
        assert_eq!(sandbox.effects().count_with_key(key), 1);
    }
}
