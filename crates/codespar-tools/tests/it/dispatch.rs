//! What becomes of calls: sent once, answered, or asked about.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use codespar_engine::{Effect, Error, Json, Stage, Verdict};
use codespar_tools::{
    About, Amount, AmountRule, AmountRules, AmountUnit, BeforeMoney, CallRecord, CurrencyRule,
    Dialect, Dispatch, Happened, KeySupport, MemoryRecord, Moment, Money, MoneyLimits, Outcome,
    Question, RecordedCall, Repeats, ToolAnswer, ToolCall, ToolEffect, ToolSource, ToolSpec,
    Toolbox, ToolboxOptions,
};
use serde_json::json;

use crate::support::{Counting, Silent};

const PAY: &str = r#"{"amount": 15000, "currency": "BRL"}"#;
const PAY_2: &str = r#"{"amount": 10000, "currency": "BRL"}"#;

fn tool(id: &str, effect: Effect) -> ToolSpec {
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["amount"],
        "properties": { "amount": { "type": "integer" }, "currency": { "type": "string" },
            "note": { "type": "string" } } });
    let decimals: fn(&str) -> Option<u32> = |code| (code == "BRL" || code == "USD").then_some(2);
    let rule = AmountRule::new("amount", AmountUnit::Minor, CurrencyRule::Argument("currency"));
    let spec = ToolSpec::new(id, "test", ToolEffect::Known(effect)).input_schema(&schema.into());
    match effect {
        Effect::MovesMoney => spec.money(Money::Amounts(AmountRules::new(vec![rule], decimals))),
        _ => spec,
    }
}

fn counting() -> Counting {
    Counting::new(vec![
        tool("pay", Effect::MovesMoney),
        tool("transfer", Effect::MovesMoney).key(KeySupport::Honoured),
        tool("look", Effect::Reads),
        tool("notify", Effect::Changes),
        ToolSpec::new("provider/pay", "test", ToolEffect::Unknown),
    ])
}

fn toolbox(source: &Counting, options: ToolboxOptions) -> Toolbox<Silent> {
    Toolbox::new(vec![Box::new(source.clone()) as Box<dyn ToolSource<Silent>>], options)
}

fn at(seconds: u64) -> Moment {
    Moment::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds))
}

fn call(name: &str, id: &str, arguments: &str) -> ToolCall {
    ToolCall::new(name, arguments).id(id).conversation("c")
}

/// What the model is told, whatever became of it.
fn told(toolbox: &Toolbox<Silent>, call: &ToolCall, moment: Moment) -> ToolAnswer {
    match toolbox.dispatch(call, moment) {
        Dispatch::Answer(answer) => *answer,
        Dispatch::Ask(question) => question.into_answer(),
        Dispatch::Call(pending) => pending.into_call().send().unwrap(),
    }
}

fn asked(toolbox: &Toolbox<Silent>, call: &ToolCall, moment: Moment) -> Question {
    match toolbox.dispatch(call, moment) {
        Dispatch::Ask(question) => *question,
        other => panic!("{other:?}"),
    }
}

fn code(answer: &ToolAnswer) -> &str {
    answer.code.as_deref().unwrap_or_default()
}

#[test]
fn the_same_call_id_is_sent_once_and_answered_again() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    let first = told(&tools, &call("pay", "1", PAY), at(0));
    assert_eq!((first.verdict, first.data["id"].as_str()), (Happened::Done, Some("x_1")));
    let spelled_otherwise = r#" {"currency":"BRL","amount":15e3,"note":null} "#;
    assert_eq!(told(&tools, &call("pay", "1", spelled_otherwise), at(9999)), first);
    assert_eq!(source.sent(), 1);
    for other in
        [call("pay", "1", r#"{"amount":15001,"currency":"BRL"}"#), call("transfer", "1", PAY)]
    {
        let refused = told(&tools, &other, at(1));
        assert_eq!((refused.verdict, code(&refused)), (Happened::Refused, "call_id_reused"));
    }
    assert_eq!(source.sent(), 1);
    // Another conversation has ids of its own.
    told(&tools, &call("pay", "1", PAY).conversation("d"), at(0));
    assert_eq!(source.sent(), 2);
}

#[test]
fn without_a_key_a_lost_answer_is_unknown_and_never_sent_again() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    source.ends_with(None);
    let lost = told(&tools, &call("pay", "1", PAY), at(0));
    assert_eq!((lost.verdict, &lost.key), (Happened::Unknown, &None));
    assert!(lost.message.contains("Do not repeat it"), "{}", lost.message);
    source.ends_with(Some(Outcome::new(Verdict::Done(Stage::Settled))));
    assert_eq!(told(&tools, &call("pay", "1", PAY), at(1)).verdict, Happened::Unknown);
    // One that was dropped before it was answered is unknown, too.
    drop(tools.dispatch(&call("notify", "2", r#"{"amount":1}"#), at(0)));
    let again = told(&tools, &call("notify", "2", r#"{"amount":1}"#), at(1));
    assert_eq!((again.verdict, code(&again)), (Happened::Unknown, "no_answer"));
    assert_eq!(source.sent(), 1);
}

#[test]
fn with_a_key_a_lost_answer_is_asked_for_again_under_the_same_key() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    source.ends_with(None);
    let lost = told(&tools, &call("transfer", "1", PAY), at(0));
    source.ends_with(Some(Outcome::new(Verdict::Done(Stage::Dispatched))));
    assert_eq!(lost.verdict, Happened::Unknown);
    assert_eq!(told(&tools, &call("transfer", "1", PAY), at(1)).verdict, Happened::Done);
    let recorded = told(&tools, &call("transfer", "1", PAY), at(2));
    assert_eq!((recorded.verdict, source.sent()), (Happened::Done, 2));
    let keys = source.keys.lock().unwrap().clone();
    let key = keys[0].clone().unwrap();
    // It is told, whether the call carried it in a header or among its arguments.
    assert_eq!(lost.key.as_deref(), Some(key.as_str()));
    assert!(lost.message.contains(&format!("under the key {key} only")), "{}", lost.message);
    assert!(key.starts_with("tool-") && keys.iter().all(|other| other.as_deref() == Some(&key)));
    // A program that was started anew makes the same key, and another call another one.
    let anew = counting();
    told(&toolbox(&anew, ToolboxOptions::new()), &call("transfer", "1", PAY), at(0));
    told(&toolbox(&anew, ToolboxOptions::new()), &call("transfer", "2", PAY), at(0));
    let anew = anew.keys.lock().unwrap().clone();
    assert_eq!(anew[0].as_deref(), Some(key.as_str()));
    assert_ne!(anew[1].as_deref(), Some(key.as_str()));
}

#[test]
fn a_later_try_that_came_to_nothing_does_not_undo_one_that_may_have_been_done() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    source.ends_with(None);
    told(&tools, &call("transfer", "1", PAY), at(0));
    for verdict in [Verdict::NothingSent, Verdict::Refused] {
        source.ends_with(Some(Outcome::new(verdict)));
        let later = told(&tools, &call("transfer", "1", PAY), at(1));
        assert_eq!(later.verdict, Happened::Unknown, "{verdict}");
        let key = later.key.clone().unwrap();
        let named = format!(r#"{{"amount":15000,"currency":"BRL","idempotency_key":"{key}"}}"#);
        let named = told(&tools, &call("transfer", &format!("{verdict}"), &named), at(1));
        assert_eq!(named.verdict, Happened::Unknown, "{verdict}");
    }
    let Dispatch::Call(pending) = tools.dispatch(&call("transfer", "1", PAY), at(2)) else {
        panic!("it is open")
    };
    let withdrawn = pending.withdraw("It was cancelled");
    assert_eq!((withdrawn.verdict, withdrawn.key.is_some()), (Happened::Unknown, true));
    // Under a new id it is still a repetition.
    let question = asked(&tools, &call("transfer", "9", PAY), at(3));
    assert!(matches!(question.about, About::Repeat { .. }));
    // Of two tries side by side, the one that did nothing may end last.
    let pending = |id: &str| match tools.dispatch(&call("transfer", id, PAY_2), at(4)) {
        Dispatch::Call(pending) => pending.into_call(),
        other => panic!("{other:?}"),
    };
    source.ends_with(Some(Outcome::new(Verdict::NothingSent)));
    let slow = pending("10");
    source.ends_with(Some(Outcome::new(Verdict::Done(Stage::Settled))));
    assert_eq!(pending("10").send().unwrap().verdict, Happened::Done);
    slow.send().unwrap();
    source.ends_with(Some(Outcome::new(Verdict::Refused)));
    assert_eq!(told(&tools, &call("transfer", "10", PAY_2), at(5)).verdict, Happened::Done);
}

#[test]
fn a_call_that_came_to_nothing_is_held_against_the_limit_again() {
    let source = counting();
    let limits = MoneyLimits::new().per_conversation(Amount::parse("200BRL").unwrap());
    let tools = toolbox(&source, ToolboxOptions::new().limits(limits));
    source.ends_with(Some(Outcome::new(Verdict::NothingSent)));
    let nothing = told(&tools, &call("transfer", "1", PAY), at(0));
    source.ends_with(Some(Outcome::new(Verdict::Done(Stage::Settled))));
    assert_eq!(told(&tools, &call("transfer", "2", PAY_2), at(1)).verdict, Happened::Done);
    let key = nothing.key.unwrap();
    let named = format!(r#"{{"amount":15000,"currency":"BRL","idempotency_key":"{key}"}}"#);
    for again in [call("transfer", "1", PAY), call("transfer", "3", &named)] {
        assert_eq!(code(&told(&tools, &again, at(2))), "money_limit");
    }
    assert_eq!(source.sent(), 2);
}

#[test]
fn a_model_repeats_under_the_key_it_was_told_and_under_no_other() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    source.ends_with(None);
    told(&tools, &call("transfer", "1", PAY), at(0));
    let key = source.keys.lock().unwrap()[0].clone().unwrap();
    source.ends_with(Some(Outcome::new(Verdict::Done(Stage::Dispatched))));
    let with = |key: &str, amount: u32| {
        format!(r#"{{"amount":{amount},"currency":"BRL","idempotency_key":"{key}"}}"#)
    };
    for (key, amount) in [("made-up", 15000), (key.as_str(), 15001)] {
        let refused = told(&tools, &call("transfer", "2", &with(key, amount)), at(1));
        assert_eq!((refused.verdict, code(&refused)), (Happened::Refused, "unknown_key"));
    }
    assert_eq!(
        told(&tools, &call("transfer", "3", &with(&key, 15000)), at(2)).verdict,
        Happened::Done
    );
    assert_eq!(source.keys.lock().unwrap().last().unwrap().as_deref(), Some(key.as_str()));
    // The host repeats that call: it goes out under the key that it went out under.
    source.ends_with(None);
    let repeated = call("transfer", "5", &with(&key, 15000));
    told(&tools, &repeated, at(3));
    told(&tools, &call("transfer", "5", PAY), at(4));
    let keys = source.keys.lock().unwrap().clone();
    assert_eq!(keys.last().unwrap().as_deref(), Some(key.as_str()));
    // A tool whose server honours none takes none.
    let refused = told(&tools, &call("pay", "4", &with(&key, 15000)), at(3));
    assert_eq!(code(&refused), "invalid_arguments");
}

#[test]
fn the_same_payment_under_another_id_is_a_question_that_names_the_first() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    told(&tools, &call("pay", "first", PAY), at(0));
    let question = asked(&tools, &call("pay", "second", PAY), at(599));
    let About::Repeat { first, seconds_ago, came_to } = &question.about else { panic!() };
    assert_eq!((first.as_str(), *seconds_ago, *came_to), ("first", 599, Some(Happened::Done)));
    assert!(question.text.contains("call first"), "{}", question.text);
    // Where nobody can be asked, it is refused.
    let refused = question.clone().into_answer();
    assert_eq!(
        (refused.verdict, code(&refused), source.sent()),
        (Happened::Refused, "repeated_call", 1)
    );
    // A yes is for this call only.
    let other = call("pay", "third", r#"{"amount":1,"currency":"BRL"}"#)
        .confirmed(question.confirmation.clone());
    told(&tools, &other, at(599));
    assert_eq!(source.sent(), 2);
    told(&tools, &call("pay", "second", PAY).confirmed(question.confirmation), at(600));
    assert_eq!(source.sent(), 3);
    // Other tools, other conversations, and what only changes something are no repetitions.
    told(&tools, &call("transfer", "4", PAY), at(601));
    told(&tools, &call("pay", "5", PAY).conversation("d"), at(601));
    told(&tools, &call("notify", "6", r#"{"amount":1}"#), at(601));
    told(&tools, &call("notify", "7", r#"{"amount":1}"#), at(601));
    // Nor is what comes after the window.
    told(&tools, &call("pay", "8", PAY), at(1200));
    assert_eq!(source.sent(), 8);
    // A tool of which nothing is known counts as money.
    told(&tools, &call("provider__pay", "9", "{}"), at(0));
    asked(&tools, &call("provider__pay", "10", ""), at(1));
}

#[test]
fn a_repetition_is_refused_or_answered_with_the_first_where_that_is_set() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new().repeats(Repeats::Refuse));
    told(&tools, &call("pay", "1", PAY), at(0));
    let Dispatch::Answer(refused) = tools.dispatch(&call("pay", "2", PAY), at(1)) else { panic!() };
    assert_eq!(code(&refused), "repeated_call");
    let tools = toolbox(&source, ToolboxOptions::new().repeats(Repeats::FirstAnswer));
    let first = told(&tools, &call("pay", "1", PAY), at(0));
    let again = told(&tools, &call("pay", "2", PAY), at(1));
    assert_eq!((again.verdict, &again.data), (first.verdict, &first.data));
    assert!(again.message.contains("It was not made again"), "{}", again.message);
    assert_eq!(source.sent(), 2);
    // What came to nothing may be tried again.
    source.ends_with(Some(Outcome::new(Verdict::Refused)));
    told(&tools, &call("pay", "3", r#"{"amount":2,"currency":"BRL"}"#), at(0));
    told(&tools, &call("pay", "4", r#"{"amount":2,"currency":"BRL"}"#), at(0));
    assert_eq!(source.sent(), 4);
}

#[test]
fn calls_without_an_id_are_guarded_by_the_window_and_have_a_random_key() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    let pay = ToolCall::new("transfer", PAY);
    told(&tools, &pay, at(0).noise(7));
    let question = asked(&tools, &pay, at(1).noise(8));
    assert!(matches!(&question.about, About::Repeat { first, .. } if first == "without-id-1"));
    // The key that was shown is the key that is used.
    let shown = question.key.clone();
    told(&tools, &pay.clone().confirmed(question.confirmation), at(2).noise(9));
    let keys = source.keys.lock().unwrap().clone();
    assert!(shown.is_some() && keys[0] != keys[1] && *keys.last().unwrap() == shown, "{keys:?}");
    assert_eq!(source.sent(), 2);
}

fn limits() -> MoneyLimits {
    let amount = |text| Amount::parse(text).unwrap();
    MoneyLimits::new().per_call(amount("200.00BRL")).per_conversation(amount("300.00BRL"))
}

#[test]
fn money_is_limited_by_call_and_by_conversation() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new().limits(limits()));
    let pay = |id: &str, amount: &str, currency: &str| {
        let arguments = format!(r#"{{"amount":{amount},"currency":"{currency}"}}"#);
        told(&tools, &call("pay", id, &arguments), at(0))
    };
    for (id, amount, currency, why) in [
        ("1", "20001", "BRL", "more than the limit of a call, 200.00 BRL"),
        ("2", "1", "USD", "none for USD"),
        ("3", "1", "XXX", "cannot be counted"),
        ("4", "-1", "BRL", "negative"),
    ] {
        let refused = pay(id, amount, currency);
        assert_eq!((refused.verdict, code(&refused)), (Happened::Refused, "money_limit"));
        assert!(refused.message.contains(why), "{}", refused.message);
    }
    assert_eq!(pay("5", "20000", "BRL").verdict, Happened::Done);
    let over = pay("6", "10001", "BRL");
    assert!(over.message.contains("300.00 BRL, of which 200 are used"), "{}", over.message);
    assert_eq!(pay("7", "10000", "BRL").verdict, Happened::Done);
    let unknown = told(&tools, &call("provider__pay", "8", "{}"), at(0));
    assert!(unknown.message.contains("not known how much money"), "{}", unknown.message);
    assert_eq!(source.sent(), 2);
    // What moves no money is not limited; a yes does not lift a limit where nobody is asked.
    told(&tools, &call("notify", "9", r#"{"amount":1}"#), at(0));
    let asking = toolbox(&source, ToolboxOptions::new().before_money(BeforeMoney::Ask));
    let big = r#"{"amount":90000,"currency":"BRL"}"#;
    let yes = asked(&asking, &call("pay", "10", big), at(0)).confirmation;
    assert_eq!(code(&told(&tools, &call("pay", "10", big).confirmed(yes), at(0))), "money_limit");
}

#[test]
fn what_was_refused_does_not_count_and_what_is_unknown_does() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new().limits(limits()));
    let pay = |id: &str, amount: u32| {
        told(&tools, &call("pay", id, &format!(r#"{{"amount":{amount},"currency":"BRL"}}"#)), at(0))
    };
    source.ends_with(Some(Outcome::new(Verdict::Refused)));
    pay("1", 20000);
    pay("2", 19999);
    source.ends_with(None);
    assert_eq!(pay("3", 19998).verdict, Happened::Unknown);
    assert_eq!(code(&pay("4", 19997)), "money_limit");
}

#[test]
fn a_person_is_asked_before_money_where_that_is_set() {
    let source = counting();
    let tools = toolbox(
        &source,
        ToolboxOptions::new().before_money(BeforeMoney::AskAboveLimits).limits(limits()),
    );
    told(&tools, &call("pay", "1", PAY), at(0));
    let big = r#"{"amount":90000,"currency":"BRL"}"#;
    let question = asked(&tools, &call("transfer", "2", big), at(0));
    assert_eq!(
        (&question.about, question.amounts.as_ref().unwrap()[0].to_string().as_str()),
        (&About::Limit, "900 BRL")
    );
    assert!(question.key.is_some() && question.text.contains("900 BRL"), "{}", question.text);
    // A yes is to these arguments, and to no others.
    let bigger = r#"{"amount":900000,"currency":"BRL"}"#;
    let other = call("transfer", "5", bigger).confirmed(question.confirmation.clone());
    asked(&tools, &other, at(0));
    // Nothing is written down before it is answered; a no can be followed by a yes.
    assert_eq!(question.clone().into_answer().verdict, Happened::Refused);
    let yes = call("transfer", "2", big).confirmed(question.confirmation);
    assert_eq!(told(&tools, &yes, at(0)).verdict, Happened::Done);
    asked(&tools, &call("provider__pay", "3", "{}"), at(0));
    told(&tools, &call("notify", "4", r#"{"amount":1}"#), at(0));
    assert_eq!(source.sent(), 3);
    let always =
        toolbox(&source, ToolboxOptions::new().before_money(BeforeMoney::Ask).limits(limits()));
    assert_eq!(asked(&always, &call("pay", "1", PAY), at(0)).about, About::Money);
    let without = toolbox(&source, ToolboxOptions::new().before_money(BeforeMoney::AskAboveLimits));
    assert_eq!(asked(&without, &call("pay", "1", PAY), at(0)).about, About::Money);
}

#[test]
fn what_a_model_does_wrong_is_an_answer_that_it_can_use() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    for (name, arguments, code_is, words) in [
        ("pya", "{}", "unknown_tool", "There are:"),
        ("provider/pay", "{}", "unknown_tool", "provider__pay"),
        ("pay", "{", "invalid_arguments", "expected JSON"),
        ("pay", "[1]", "invalid_arguments", "expected an object, came a list"),
        ("pay", "", "invalid_arguments", "amount: expected, it is missing"),
        (
            "pay",
            r#"{"amount":"5"}"#,
            "invalid_arguments",
            "amount: expected a whole number, came a text",
        ),
        (
            "pay",
            r#"{"amount":5,"amuont":5}"#,
            "invalid_arguments",
            "amuont: expected no such member",
        ),
    ] {
        let answer = told(&tools, &call(name, "1", arguments), at(0));
        assert_eq!(
            (answer.verdict, code(&answer)),
            (Happened::NothingSent, code_is),
            "{name} {arguments}"
        );
        assert!(answer.message.contains(words) && answer.is_error(), "{}", answer.message);
    }
    // The turn is not lost: the same id with right arguments is sent.
    assert_eq!(told(&tools, &call("pay", "1", PAY), at(0)).verdict, Happened::Done);
}

#[test]
fn filters_leave_out_tools_and_refuse_their_names() {
    let source = counting();
    let reads = toolbox(&source, ToolboxOptions::new().read_only(true));
    assert_eq!(reads.tools().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["look"]);
    assert_eq!(code(&told(&reads, &call("pay", "1", PAY), at(0))), "unknown_tool");
    let some = toolbox(&source, ToolboxOptions::new().allow(["provider/pay", "look"]));
    assert_eq!(
        some.tools().map(|tool| tool.name.as_str()).collect::<Vec<_>>(),
        ["look", "provider__pay"]
    );
    assert!(some.left_out().iter().any(|it| it.id == "pay" && it.reason.contains("allowed")));
    assert_eq!(source.sent(), 0);
    assert_eq!(some.search("provider PAY").len(), 1);
}

#[test]
fn a_read_that_failed_has_changed_nothing_and_may_be_asked_again() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new());
    source.ends_with(None);
    let failed = told(&tools, &call("look", "1", r#"{"amount":1}"#), at(0));
    assert_eq!((failed.verdict, failed.is_error()), (Happened::NothingSent, true));
    source.ends_with(Some(Outcome::done(Stage::Completed, json!([1]).into())));
    let read = told(&tools, &call("look", "1", r#"{"amount":1}"#), at(0));
    assert_eq!((read.verdict, read.data, source.sent()), (Happened::Done, json!([1]), 2));
}

/// A record that cannot be written.
struct Full;

impl CallRecord for Full {
    fn enter(
        &self,
        _: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), Error> {
        decide(&[]);
        Err(Error::config("record", "the disk is full"))
    }

    fn settle(&self, _: &str, _: &str, _: &ToolAnswer) -> Result<(), Error> {
        Err(Error::config("record", "the disk is full"))
    }
}

#[test]
fn what_cannot_be_written_down_is_not_sent() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new()).record(Arc::new(Full));
    let answer = told(&tools, &call("pay", "1", PAY), at(0));
    assert_eq!(
        (answer.verdict, code(&answer), source.sent()),
        (Happened::NothingSent, "not_recorded", 0)
    );
    assert_eq!(told(&tools, &call("look", "1", r#"{"amount":1}"#), at(0)).verdict, Happened::Done);
}

#[test]
fn a_call_is_in_the_record_before_it_is_sent_without_its_arguments() {
    let source = counting();
    let record = Arc::new(MemoryRecord::new());
    let tools = toolbox(&source, ToolboxOptions::new()).record(record.clone());
    let arguments = r#"{"amount":15000,"currency":"BRL","note":"to Maria"}"#;
    let Dispatch::Call(pending) = tools.dispatch(&call("pay", "1", arguments), at(0)) else {
        panic!()
    };
    let before = record.calls("c");
    assert_eq!((before.len(), before[0].answer.is_none(), source.sent()), (1, true, 0));
    let text = serde_json::to_string(&before[0]).unwrap();
    assert!(!text.contains("Maria"), "{text}");
    pending.into_call().send().unwrap();
    let after = record.calls("c");
    assert_eq!(after[0].answer.as_ref().unwrap().verdict, Happened::Done);
    let text = serde_json::to_string(&after[0]).unwrap();
    assert_eq!(serde_json::from_str::<RecordedCall>(&text).unwrap(), after[0]);
    record.forget("c");
    assert!(record.calls("c").is_empty());
}

#[test]
fn answers_fit_their_schema_and_are_never_empty() {
    let mut held = Outcome::new(Verdict::Held);
    held.approval =
        Some(codespar_engine::PendingApproval::new("apv_1", Some("2027-01-31T00:00:00Z".into())));
    let mut unknown = Outcome::of_error(&Error::stream("cut").maybe_sent(true));
    unknown.key = Some("tool-1".to_owned());
    let all = [
        (
            held,
            "held: A person must approve it first (approval apv_1, until 2027-01-31T00:00:00Z).",
            false,
        ),
        (unknown, "unknown: cut. It may have happened. Repeat it under the key tool-1 only", true),
        (Outcome::new(Verdict::NothingSent), "nothing sent: Nothing was changed.", true),
        (Outcome::new(Verdict::Refused), "refused: Nothing was done.", true),
        (
            Outcome::done(Stage::Issued, Json::null()),
            "done (issued): It was issued, and is not paid yet.",
            false,
        ),
    ];
    let schema = ToolAnswer::schema().to_value();
    for (outcome, begins, is_error) in all {
        let answer = ToolAnswer::new(&outcome, &codespar_tools::ViewOptions::new());
        assert!(answer.text().starts_with(begins), "{}", answer.text());
        assert_eq!(answer.is_error(), is_error, "{begins}");
        for member in answer.structured().as_object().unwrap().keys() {
            assert!(schema["properties"].get(member).is_some(), "{member}");
        }
        for dialect in Dialect::ALL {
            let message = answer.message(dialect, &call("pay", "1", PAY));
            let found = codespar_tools::testing::message_violations(dialect, &message);
            assert!(found.is_empty(), "{dialect:?}: {found:?}");
        }
    }
    let empty =
        json!({ "type": "tool_result", "tool_use_id": "1", "content": "", "is_error": true });
    assert!(
        !codespar_tools::testing::message_violations(Dialect::Anthropic, &empty.into()).is_empty()
    );
}

#[test]
fn calls_are_read_in_every_dialect() {
    let arguments = r#"{"amount":15000.10}"#;
    let quoted = serde_json::to_string(arguments).unwrap();
    for (dialect, text) in [
        (
            Dialect::OpenAiChat,
            format!(
                r#"{{"id":"7","type":"function","function":{{"name":"pay","arguments":{quoted}}}}}"#
            ),
        ),
        (
            Dialect::OpenAiResponses,
            format!(r#"{{"id":"fc","call_id":"7","name":"pay","arguments":{quoted}}}"#),
        ),
        (
            Dialect::Anthropic,
            format!(r#"{{"type":"tool_use","id":"7","name":"pay","input":{arguments}}}"#),
        ),
        (
            Dialect::Gemini,
            format!(r#"{{"functionCall":{{"id":"7","name":"pay","args":{arguments}}}}}"#),
        ),
        (
            Dialect::Mcp,
            format!(
                r#"{{"name":"pay","arguments":{arguments},"_meta":{{"callId":"7","other":1}}}}"#
            ),
        ),
    ] {
        let read = ToolCall::read(dialect, &Json::parse_str(&text).unwrap()).unwrap();
        assert_eq!(
            (read.name.as_str(), read.id.as_deref(), read.arguments.as_str()),
            ("pay", Some("7"), arguments),
            "{dialect:?}"
        );
        assert!(ToolCall::read(dialect, &Json::parse_str("{}").unwrap()).is_err());
    }
    let two = r#"{"name":"pay","_meta":{"callId":"1","claude/toolUseId":"2"}}"#;
    let read = ToolCall::read(Dialect::Mcp, &Json::parse_str(two).unwrap()).unwrap();
    assert_eq!((read.id, read.arguments.as_str()), (None, ""));
}

#[test]
fn arguments_that_had_to_be_renamed_arrive_under_their_own_names() {
    let schema =
        json!({ "properties": { "$filter": { "type": "object", "properties": { "b c": {} } } } });
    let source = Counting::new(vec![
        ToolSpec::new("odata", "test", ToolEffect::Known(Effect::Changes))
            .input_schema(&schema.into()),
    ]);
    let tools = toolbox(&source, ToolboxOptions::new());
    let offered = tools.find("odata").unwrap().input_schema()["properties"].clone();
    let (outer, inner) = offered.as_object().unwrap().iter().next().unwrap();
    let inner = inner["properties"].as_object().unwrap().keys().next().unwrap();
    told(&tools, &call("odata", "1", &json!({ outer: { inner: 1 } }).to_string()), at(0));
    assert_eq!(source.arguments.lock().unwrap()[0], r#"{"$filter":{"b c":1}}"#);
}

#[test]
fn debug_shows_neither_arguments_nor_data() {
    let source = counting();
    source.ends_with(Some(Outcome::done(Stage::Completed, json!({ "name": "Maria" }).into())));
    let tools = toolbox(&source, ToolboxOptions::new());
    let call = call("notify", "1", r#"{"amount":1,"note":"to Maria"}"#);
    let dispatch = tools.dispatch(&call, at(0));
    let shown = format!("{call:?} {dispatch:?}");
    let Dispatch::Call(pending) = dispatch else { panic!() };
    let answer = pending.into_call().send().unwrap();
    let shown = format!("{shown} {answer:?}");
    assert!(shown.contains("notify") && !shown.contains("Maria"), "{shown}");
    assert!(answer.text().contains("Maria"));
}

#[test]
fn what_is_withdrawn_has_not_happened_and_counts_for_nothing() {
    let source = counting();
    let tools = toolbox(&source, ToolboxOptions::new().limits(limits()));
    let most = r#"{"amount":20000,"currency":"BRL"}"#;
    for id in ["1", "2", "3"] {
        let Dispatch::Call(pending) = tools.dispatch(&call("pay", id, most), at(0)) else {
            panic!()
        };
        let answer = pending.withdraw("The host is closing");
        assert_eq!((answer.verdict, code(&answer)), (Happened::NothingSent, "withdrawn"));
    }
    assert_eq!(told(&tools, &call("pay", "4", most), at(0)).verdict, Happened::Done);
    assert_eq!(
        (source.sent(), code(&told(&tools, &call("pay", "1", most), at(0)))),
        (1, "withdrawn")
    );
}

#[test]
fn a_question_says_whom_it_is_about() {
    let schema = json!({ "properties": { "buyer": { "type": "object" }, "amount": {} } });
    let spec = ToolSpec::new("charge", "test", ToolEffect::Known(Effect::MovesMoney));
    let source = Counting::new(vec![spec.input_schema(&schema.into())]);
    let tools = toolbox(&source, ToolboxOptions::new().before_money(BeforeMoney::Ask));
    let charge = call("charge", "1", r#"{"buyer":{"name":"Maria"},"amount":1}"#);
    let question = asked(&tools, &charge, at(0));
    assert_eq!(question.whom.as_deref(), Some(r#"buyer "Maria""#));
    assert!(question.text.ends_with(r#"buyer "Maria"?"#), "{}", question.text);
    assert!(!format!("{question:?}").contains("Maria"));
}

/// A person is shown whatever of the arguments may name who is paid, and nothing that a model could
/// write lines of the question with.
#[test]
fn a_question_names_everybody_and_a_currency_is_a_code() {
    let schema = json!({ "type": "object", "additionalProperties": true });
    let rule = AmountRule::new("amount", AmountUnit::Major, CurrencyRule::Argument("currency"));
    let decimals: fn(&str) -> Option<u32> = |_| Some(2);
    let spec = ToolSpec::new("charge", "test", ToolEffect::Known(Effect::MovesMoney))
        .input_schema(&schema.into())
        .money(Money::Amounts(AmountRules::new(vec![rule], decimals)));
    let tools =
        toolbox(&Counting::new(vec![spec]), ToolboxOptions::new().before_money(BeforeMoney::Ask));
    let both = r#"{"amount":1,"currency":"BRL","recipient":"Mum","copia_e_cola":"000201"}"#;
    let question = asked(&tools, &call("charge", "1", both), at(0));
    assert_eq!(question.whom.as_deref(), Some(r#"recipient "Mum", copia_e_cola "000201""#));
    let lines = r#"{"amount":1,"currency":"BRL\n\nAmount: 1 BRL","recipient":"Mum"}"#;
    let question = asked(&tools, &call("charge", "2", lines), at(0));
    assert!(question.amounts.unwrap_err().contains("currency"));
    assert!(!question.text.contains('\n'), "{}", question.text);
}
