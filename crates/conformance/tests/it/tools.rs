//! Conversations of a model with tools, in every dialect and through both drivers: the list, the
//! model's call as its provider writes it, what is sent, what the model is told.

use std::time::{Duration, SystemTime};

use codespar_proto::{
    Json, Session,
    agent_tools::{
        About, Dialect, Dispatch, Happened, Moment, OperationTools, SessionTools, ToolAnswer,
        ToolCall, ToolSource, Toolbox, ToolboxOptions,
        testing::{message_violations, violations},
    },
    session::Mock,
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};
use upivia_proto::agent_tools::ServiceTools;

use crate::support::{
    codespar::{args, arrived, client_of},
    upivia::upivia_of,
};

testing_support::with_both_drivers! {
    a_charge_is_made_once_however_often_its_call_comes
    a_wrong_argument_is_an_answer_and_the_turn_goes_on
    a_held_payment_names_its_approval
    a_cut_connection_is_unknown_and_nothing_is_sent_again
    a_keyed_call_is_repeated_under_its_key_to_one_effect
    a_service_is_asked_again_under_its_key_to_one_effect
    the_same_payment_under_another_id_is_a_question
    reads_and_lists_are_told_with_what_they_hold
}

/// A model that calls one tool, in the form of its provider.
struct Model {
    dialect: Dialect,
    /// The names that it was given.
    names: Vec<String>,
}

impl Model {
    /// What the model is given, which its provider takes.
    fn given<T: codespar_proto::driver::Transport>(dialect: Dialect, tools: &Toolbox<T>) -> Self {
        let list = tools.list(dialect);
        assert_eq!(violations(dialect, &list), [""; 0], "{dialect:?}");
        let list = list.to_value();
        let all = match dialect {
            Dialect::Gemini => &list[0]["functionDeclarations"],
            _ => &list,
        };
        let name = |tool: &Value| {
            let inner = if dialect == Dialect::OpenAiChat { &tool["function"] } else { tool };
            inner["name"].as_str().unwrap().to_owned()
        };
        Self { dialect, names: all.as_array().unwrap().iter().map(name).collect() }
    }

    /// Its call, as the provider hands it out.
    fn calls(&self, id: &str, name: &str, arguments: &Value) -> ToolCall {
        assert!(self.names.iter().any(|known| known == name), "{name} is not offered");
        let item = match self.dialect {
            Dialect::OpenAiChat => json!({ "id": id, "type": "function", "function": {
                "name": name, "arguments": arguments.to_string() } }),
            Dialect::OpenAiResponses => json!({ "type": "function_call", "id": "fc_1",
                "call_id": id, "name": name, "arguments": arguments.to_string() }),
            Dialect::Anthropic => {
                json!({ "type": "tool_use", "id": id, "name": name, "input": arguments })
            }
            Dialect::Gemini => {
                json!({ "functionCall": { "id": id, "name": name, "args": arguments } })
            }
            Dialect::Mcp => json!({ "name": name, "arguments": arguments,
                "_meta": { "claudecode/toolUseId": id, "progressToken": 1 } }),
            other => panic!("{other:?}"),
        };
        ToolCall::read(self.dialect, &Json::from(item)).unwrap().conversation("chat-7")
    }

    /// What it is told, in a form that its provider takes.
    fn is_told(&self, call: &ToolCall, answer: &ToolAnswer) -> String {
        let message = answer.message(self.dialect, call);
        assert_eq!(message_violations(self.dialect, &message), [""; 0], "{:?}", self.dialect);
        message.to_value().to_string()
    }
}

fn now() -> Moment {
    Moment::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

/// What a call comes to; a question is answered by nobody.
fn comes_to<D: Driver>(tools: &Toolbox<D>, call: &ToolCall) -> ToolAnswer {
    match tools.dispatch(call, now()) {
        Dispatch::Call(pending) => D::finish(pending.into_call()).unwrap(),
        Dispatch::Answer(answer) => *answer,
        Dispatch::Ask(question) => question.into_answer(),
    }
}

fn toolbox<D: Driver>(source: impl ToolSource<D> + 'static) -> Toolbox<D> {
    Toolbox::new(vec![Box::new(source)], ToolboxOptions::new())
}

/// The tools that a session lists.
fn tools_of<D: Driver>(session: &Session<D>) -> Toolbox<D> {
    let listed = D::finish(session.tools()).unwrap();
    toolbox(SessionTools::new(session, &listed))
}

fn charge() -> Value {
    json!({ "amount": 150.5, "currency": "BRL", "method": "pix", "description": "Order 42",
        "buyer": { "name": "Maria Silva" } })
}

fn charges(sandbox: &Sandbox) -> usize {
    sandbox.effects().count(EffectKind::Charge)
}

fn a_charge_is_made_once_however_often_its_call_comes<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
        let tools = tools_of(&session);
        let model = Model::given(dialect, &tools);
        let call = model.calls("call_1", "codespar_charge", &charge());
        let answer = comes_to(&tools, &call);
        assert_eq!((answer.verdict, answer.stage.as_deref()), (Happened::Done, Some("issued")));
        let told = model.is_told(&call, &answer);
        assert!(told.contains("is not paid yet") && told.contains("pix_copy_paste"), "{told}");
        assert!(told.contains("[image or file]"), "the picture is not shown: {told}");
        assert_eq!(comes_to(&tools, &call), answer, "{dialect:?}");
        let other = json!({ "amount": 1, "currency": "BRL", "method": "pix",
            "description": "Order 43", "buyer": { "name": "Maria Silva" } });
        let reused = comes_to(&tools, &model.calls("call_1", "codespar_charge", &other));
        assert_eq!(reused.code.as_deref(), Some("call_id_reused"));
        assert_eq!(charges(&sandbox), 1, "{dialect:?}");
        let amount = sandbox.effects().iter().next().unwrap().amount_minor;
        assert_eq!(amount, Some(15_050));
    }
    Ok(())
}

fn a_wrong_argument_is_an_answer_and_the_turn_goes_on<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
        let tools = tools_of(&session);
        let model = Model::given(dialect, &tools);
        let mut wrong = charge();
        wrong["amount"] = json!("150,50");
        let call = model.calls("call_1", "codespar_charge", &wrong);
        let answer = comes_to(&tools, &call);
        assert!(answer.is_error() && answer.verdict == Happened::NothingSent);
        let told = model.is_told(&call, &answer);
        assert!(told.contains("amount: expected a number, came a text"), "{told}");
        // The server's own refusal is an answer, too.
        wrong["amount"] = json!(0);
        let refused = comes_to(&tools, &model.calls("call_2", "codespar_charge", &wrong));
        assert_eq!(refused.verdict, Happened::Refused, "{refused:?}");
        assert_eq!(charges(&sandbox), 0);
        comes_to(&tools, &model.calls("call_1", "codespar_charge", &charge()));
        assert_eq!(charges(&sandbox), 1, "{dialect:?}");
    }
    Ok(())
}

fn a_held_payment_names_its_approval<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let held = json!({ "code": "approval_required", "approval_id": "apv_1",
            "expires_at": "2027-01-31T00:00:00Z", "message": "above the limit" });
        let args = args().server("asaas").mock("codespar_pay", Mock::always(&held)?);
        let session = D::finish(client_of::<D>(&sandbox).create(&args))?;
        let tools = tools_of(&session);
        let model = Model::given(dialect, &tools);
        let pay = json!({ "action": "pay", "amount": 900_000, "currency": "BRL",
            "description": "Refund", "recipient": "maria@example.com" });
        let call = model.calls("call_1", "codespar_pay", &pay);
        let answer = comes_to(&tools, &call);
        assert_eq!((answer.verdict, answer.is_error()), (Happened::Held, false), "{answer:?}");
        let told = model.is_told(&call, &answer);
        assert!(told.contains("apv_1") && told.contains("do not call it again"), "{told}");
        assert_eq!(comes_to(&tools, &call), answer);
        assert_eq!(arrived(&sandbox, "POST", &execute(&session)).len(), 1, "{dialect:?}");
    }
    Ok(())
}

fn execute<D: Driver>(session: &Session<D>) -> String {
    format!("/v1/sessions/{}/execute", session.id())
}

fn a_cut_connection_is_unknown_and_nothing_is_sent_again<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
        let tools = tools_of(&session);
        let model = Model::given(dialect, &tools);
        sandbox.inject(Fault::on("POST", execute(&session)).lose_answer());
        let call = model.calls("call_1", "codespar_charge", &charge());
        let answer = comes_to(&tools, &call);
        assert_eq!((answer.verdict, &answer.key), (Happened::Unknown, &None), "{answer:?}");
        let told = model.is_told(&call, &answer);
        assert!(told.contains("Do not repeat it"), "{told}");
        assert_eq!(comes_to(&tools, &call), answer);
        // The model tries another id: a person has to say that it is meant.
        let again = comes_to(&tools, &model.calls("call_2", "codespar_charge", &charge()));
        assert_eq!(again.code.as_deref(), Some("repeated_call"));
        assert_eq!(
            (charges(&sandbox), arrived(&sandbox, "POST", &execute(&session)).len()),
            (1, 1)
        );
    }
    Ok(())
}

fn a_keyed_call_is_repeated_under_its_key_to_one_effect<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let tools = toolbox(OperationTools::new(&client_of::<D>(&sandbox)));
        let model = Model::given(dialect, &tools);
        let boleto = json!({ "amount": 150.5, "currency": "BRL", "method": "boleto",
            "due_date": "2027-01-31", "consumer_id": "con_1", "description": "Order 42",
            "buyer": { "name": "Maria Silva", "document": "111.444.777-35" } });
        // Each try of the driver's own loses its answer.
        sandbox.inject(Fault::on("POST", "/v1/charges").times(3).lose_answer());
        let call = model.calls("call_1", "charges_create", &boleto);
        let lost = comes_to(&tools, &call);
        let key = lost.key.clone().unwrap();
        assert_eq!(lost.verdict, Happened::Unknown);
        let told = model.is_told(&call, &lost);
        assert!(told.contains(&key) && told.contains("never under another"), "{told}");
        // The host repeats the call, and so does the model, under the key that it was told.
        assert_eq!(comes_to(&tools, &call).verdict, Happened::Done);
        let mut named = boleto.clone();
        named["idempotency_key"] = json!(key);
        let again = comes_to(&tools, &model.calls("call_2", "charges_create", &named));
        assert_eq!((again.verdict, again.key.as_ref()), (Happened::Done, Some(&key)), "{again:?}");
        let effects = sandbox.effects();
        assert_eq!((effects.len(), effects.count_with_key(&key)), (1, 1), "{dialect:?}");
        assert_eq!(arrived(&sandbox, "POST", "/v1/charges").len(), 5);
    }
    Ok(())
}

fn a_service_is_asked_again_under_its_key_to_one_effect<D: Driver>() -> TestResult {
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::start()?;
        let client = upivia_of::<D>(&sandbox);
        let toolkit = D::finish(client.toolkit())?;
        let tools = toolbox(ServiceTools::new(&client, toolkit));
        let model = Model::given(dialect, &tools);
        let path = "/upivia/api/v1/service-requests";
        sandbox.inject(Fault::on("POST", path).times(3).lose_answer());
        let call = model.calls("call_1", "email_send", &json!({ "to": "ana@example.com" }));
        let lost = comes_to(&tools, &call);
        assert_eq!(lost.verdict, Happened::Unknown, "{lost:?}");
        let done = comes_to(&tools, &call);
        assert_eq!((done.verdict, &done.key), (Happened::Done, &lost.key), "{done:?}");
        assert!(model.is_told(&call, &done).contains("carried out"));
        let effects = sandbox.effects();
        assert_eq!(effects.count(EffectKind::ServiceCall), 1, "{dialect:?}");
        assert_eq!(effects.count_with_key(&done.key.unwrap()), 1);
        let wrong = comes_to(&tools, &model.calls("call_2", "email_send", &json!({ "to": 7 })));
        assert!(wrong.message.starts_with("to: expected a text"), "{}", wrong.message);
    }
    Ok(())
}

fn the_same_payment_under_another_id_is_a_question<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let tools = tools_of(&session);
    let model = Model::given(Dialect::Mcp, &tools);
    comes_to(&tools, &model.calls("call_1", "codespar_charge", &charge()));
    let again = model.calls("call_2", "codespar_charge", &charge());
    let Dispatch::Ask(question) = tools.dispatch(&again, now()) else { panic!() };
    assert!(matches!(&question.about, About::Repeat { first, .. } if first == "call_1"));
    assert_eq!(question.amounts.as_ref().unwrap()[0].to_string(), "150.5 BRL");
    comes_to(&tools, &again.confirmed(question.confirmation));
    assert_eq!(charges(&sandbox), 2);
    Ok(())
}

fn reads_and_lists_are_told_with_what_they_hold<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args()))?;
    for _ in 0..3 {
        D::finish(client.create(&args()))?;
    }
    let tools = toolbox(OperationTools::new(&client).session(&session));
    let model = Model::given(Dialect::Anthropic, &tools);
    let call = model.calls("call_1", "sessions_list", &json!({ "limit": 2 }));
    let listed = comes_to(&tools, &call);
    assert_eq!(listed.data["items"].as_array().unwrap().len(), 4, "{listed:?}");
    assert_eq!(listed.data["has_more"], false);
    let who = comes_to(&tools, &model.calls("call_2", "client_whoami", &json!({})));
    assert_eq!((who.verdict, who.stage.as_deref()), (Happened::Done, Some("completed")));
    // A read whose answer is lost is repeated; one that fails has changed nothing.
    sandbox.inject(Fault::on("GET", "/v1/whoami").times(3).lose_answer());
    let failed = comes_to(&tools, &model.calls("call_3", "client_whoami", &json!({})));
    assert_eq!((failed.verdict, failed.is_error()), (Happened::NothingSent, true), "{failed:?}");
    Ok(())
}
