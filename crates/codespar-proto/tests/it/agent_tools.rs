//! A session's tools and the operations as tools of a model: described, hinted, legal.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use codespar_engine::Effect;
use codespar_proto::{
    Json, Session,
    agent_tools::{META_TOOLS, NOT_OFFERED, OperationTools, READ_ACTIONS, SessionTools},
    registry,
    testing::{Recorded, Replay},
};
use codespar_tools::{
    Dialect, Dispatch, Happened, KeySupport, Moment, Money, ToolAnswer, ToolCall, ToolEffect,
    ToolSource, Toolbox, ToolboxOptions, testing::violations,
};
use serde_json::{Value, json};

use crate::support;

fn session(replay: &Replay) -> Session<Replay> {
    support::client(replay).session("ses_1").unwrap()
}

fn toolbox(source: impl ToolSource<Replay> + 'static) -> Toolbox<Replay> {
    Toolbox::new(vec![Box::new(source)], ToolboxOptions::new())
}

fn meta_tools(replay: &Replay) -> Toolbox<Replay> {
    toolbox(SessionTools::meta_tools(&session(replay)).unwrap())
}

fn operations(replay: &Replay) -> Toolbox<Replay> {
    toolbox(OperationTools::new(&support::client(replay)).session(&session(replay)))
}

fn listed(tools: Value) -> Toolbox<Replay> {
    let tools: Vec<codespar_proto::session::Tool> = serde_json::from_value(tools).unwrap();
    toolbox(SessionTools::new(&session(&Replay::new()), &tools.into()))
}

/// What the model is told.
fn told(toolbox: &Toolbox<Replay>, name: &str, id: &str, arguments: Value) -> ToolAnswer {
    let call = ToolCall::new(name, arguments.to_string()).id(id).conversation("c");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    match toolbox.dispatch(&call, Moment::new(now)) {
        Dispatch::Call(pending) => pending.into_call().send().unwrap(),
        Dispatch::Answer(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_list_is_taken_by_every_provider_and_every_tool_is_offered() {
    let replay = Replay::new();
    for tools in [meta_tools(&replay), operations(&replay)] {
        for dialect in Dialect::ALL {
            let found = violations(dialect, &tools.list(dialect));
            assert!(found.is_empty(), "{dialect:?}: {found:?}");
        }
        assert_eq!(tools.left_out(), []);
    }
    assert_eq!(meta_tools(&replay).tools().count(), 15 + 9);
}

/// What the published definitions of the meta-tools take; `*` is required.
const PUBLISHED: &[(&str, &str)] = &[
    ("codespar_discover", "use_case* category country limit"),
    ("codespar_get_started", ""),
    (
        "codespar_manage_connections",
        "action server_id country environment return_to session_id context_id consumer_id profile",
    ),
    (
        "codespar_checkout",
        "items* amount paymentMethod currency description buyer metadata recipient",
    ),
    (
        "codespar_pay",
        "action* amount currency country method recipient copia_e_cola consumer_id \
         checkout_session_id description mandateId payment_id linha_digitavel",
    ),
    ("codespar_wallet", "action* consumer_id amount description dynamic limit"),
    (
        "codespar_shop",
        "action* merchant query limit items url paymentMethod consumer_id checkout_session_id \
         auto_pay buyer address",
    ),
    ("codespar_charge", "amount* currency* method* description* buyer* country due_date metadata"),
    ("codespar_invoice", "type* action recipient items dueDate invoice_id correction reason"),
    ("codespar_ship", "action* origin destination items service_level tracking_code metadata"),
    ("codespar_notify", "channel* to* template message variables"),
    ("codespar_crypto_pay", "amount* currency* direction* network counterparty metadata"),
    ("codespar_kyc", "buyer* check_type* verification_id document_number consumer_id metadata"),
    (
        "codespar_ledger",
        "action* receipt_id consumer_id limit asset scale source destination description account \
         alias name type metadata",
    ),
    (
        "codespar_issue",
        "action* cardholder_id program_id card_id control reason shipping_address metadata",
    ),
];

#[test]
fn the_meta_tools_take_what_is_published_of_them() {
    let tools = meta_tools(&Replay::new());
    assert_eq!(PUBLISHED.len(), META_TOOLS.len());
    for (name, members) in PUBLISHED {
        let schema = tools.find(name).unwrap().input_schema();
        assert_eq!(schema["additionalProperties"], false, "{name}");
        for member in members.split_whitespace() {
            let (member, is_required) = match member.strip_suffix('*') {
                Some(member) => (member, true),
                None => (member, false),
            };
            let property = &schema["properties"][member];
            assert!(property.is_object(), "{name}.{member}");
            assert!(property["description"].is_string(), "{name}.{member} is not described");
            let is_typed = ["type", "anyOf"].iter().any(|key| property.get(key).is_some());
            assert!(is_typed, "{name}.{member} has no type");
            let required = schema["required"].as_array();
            let is_it = required.is_some_and(|all| all.iter().any(|known| known == member));
            let splits = READ_ACTIONS.iter().any(|it| it.tool == *name && it.argument == member);
            assert_eq!(is_it, is_required || splits, "{name}.{member}");
        }
    }
}

/// Whether a member is an amount of money, as far as its name says.
fn is_amount(name: &str) -> bool {
    let words = ["amount", "price", "total", "cap", "declared_value", "fund", "balance"];
    words.iter().any(|word| name == *word || name.contains(&format!("{word}_minor")))
}

fn amounts(schema: &Value, at: &str, found: &mut BTreeMap<String, String>) {
    if let Some(properties) = schema["properties"].as_object() {
        for (name, property) in properties {
            let path = format!("{at}.{name}");
            let kinds = property["type"].to_string();
            let counts = kinds.contains("integer") || kinds.contains("number");
            if counts && (is_amount(name) || name.ends_with("_minor")) {
                let about = property["description"].as_str().unwrap_or_default();
                found.insert(path.clone(), about.to_owned());
            }
            amounts(property, &path, found);
        }
    }
    for inner in [&schema["items"], &schema["additionalProperties"]] {
        if inner.is_object() {
            amounts(inner, at, found);
        }
    }
    for part in schema["anyOf"].as_array().into_iter().flatten() {
        amounts(part, at, found);
    }
}

#[test]
fn every_amount_says_its_unit() {
    let replay = Replay::new();
    let mut found = BTreeMap::new();
    for tools in [meta_tools(&replay), operations(&replay)] {
        for tool in tools.tools() {
            amounts(tool.input_schema(), &tool.name, &mut found);
        }
    }
    for (path, about) in &found {
        assert!(
            about.contains("Unit: ") || about.contains("Unit not documented"),
            "{path}: {about}"
        );
    }
    for (path, words) in [
        ("codespar_charge.amount", "Unit: major units"),
        ("codespar_pay.amount", "Unit: minor units"),
        ("codespar_checkout.amount", "Unit: major units"),
        ("codespar_wallet.amount", "Unit: minor units"),
        ("codespar_ledger.source.amount", "Unit: minor units"),
        ("codespar_ship.items.declared_value", "Unit not documented"),
        ("charges_create.amount", "Unit: major units"),
        ("mandates_spend.amount_minor", "Unit: minor units"),
    ] {
        assert!(found.get(path).is_some_and(|about| about.contains(words)), "{path}: {found:#?}");
    }
    let tools = meta_tools(&replay);
    for (tool, member) in [("codespar_invoice", "items"), ("codespar_checkout", "items")] {
        let about = tools.find(tool).unwrap().input_schema()["properties"][member]["description"]
            .as_str()
            .unwrap();
        assert!(about.contains("unit not documented"), "{about}");
    }
    let provider = listed(json!([{ "name": "asaas/create_payment", "description": "Creates.",
        "input_schema": { "type": "object", "properties": { "value": { "type": "number" },
            "split": { "type": "array", "items": { "properties": { "fixedValue": {} } } } } } }]));
    let schema = provider.find("asaas__create_payment").unwrap().input_schema().clone();
    assert_eq!(schema["properties"]["value"]["description"], "Unit not documented.");
    let inner = &schema["properties"]["split"]["items"]["properties"]["fixedValue"];
    assert_eq!(inner["description"], "Unit not documented.");
}

#[test]
fn nine_tools_are_two_and_only_the_read_actions_are_split_off() {
    let tools = meta_tools(&Replay::new());
    assert_eq!(READ_ACTIONS.len(), 9);
    for actions in READ_ACTIONS {
        let values = |name: &str| -> BTreeSet<String> {
            let schema = tools.find(name).unwrap().input_schema();
            let values = schema["properties"][actions.argument]["enum"].as_array().unwrap();
            values.iter().map(|value| value.as_str().unwrap().to_owned()).collect()
        };
        let read_name = format!("{}_read", actions.tool);
        let (read, acts) = (values(&read_name), values(actions.tool));
        assert_eq!(read, actions.values.iter().map(|it| (*it).to_owned()).collect());
        assert!(read.is_disjoint(&acts) && !acts.is_empty(), "{}", actions.tool);
        let reads = tools.find(&read_name).unwrap();
        assert_eq!(reads.spec.effect, ToolEffect::Inferred(Effect::Reads));
        assert!(reads.hints.read_only && !tools.find(actions.tool).unwrap().hints.read_only);
    }
    let read_only: BTreeSet<_> =
        tools.tools().filter(|tool| tool.hints.read_only).map(|tool| tool.name.clone()).collect();
    assert_eq!(read_only.len(), 9 + 2, "{read_only:?}");
    assert!(read_only.contains("codespar_discover") && read_only.contains("codespar_get_started"));
    // A read is no payment, whatever it is called by.
    let wrong = told(&tools, "codespar_pay_read", "1", json!({ "action": "pay" }));
    assert_eq!(wrong.message, "action: expected one of \"status\". Nothing was changed.");
    let wrong = told(&tools, "codespar_invoice_read", "2", json!({ "type": "nfe" }));
    assert!(wrong.message.starts_with("action: expected, it is missing"), "{}", wrong.message);
}

#[test]
fn hints_are_those_of_the_rows() {
    let tools = operations(&Replay::new());
    for operation in registry::operations() {
        let is_left_out = NOT_OFFERED.iter().any(|(name, _)| *name == operation.name);
        let tool = tools.tools().find(|tool| tool.spec.id == operation.name);
        assert_eq!(tool.is_none(), is_left_out, "{}", operation.name);
        let Some(tool) = tool else { continue };
        let effect = registry::route(operation).map_or(Effect::Reads, |route| route.effect());
        assert_eq!(tool.spec.effect, ToolEffect::Known(effect), "{}", operation.name);
        assert_eq!(tool.hints.read_only, effect == Effect::Reads, "{}", operation.name);
        if matches!(effect, Effect::MovesMoney | Effect::Destroys) {
            assert!(tool.hints.destructive, "{}", operation.name);
        }
        assert_eq!(tool.spec.effect.counts_as_money(), effect == Effect::MovesMoney);
        if effect != Effect::MovesMoney {
            assert!(matches!(tool.spec.money, Money::None), "{}", operation.name);
        }
        assert_eq!(
            registry::takes_key(operation),
            matches!(tool.spec.key, KeySupport::Honoured),
            "{}",
            operation.name
        );
    }
    for (name, _) in NOT_OFFERED {
        assert!(registry::operations().any(|operation| operation.name == *name), "{name}");
    }
    let tool = |name: &str| tools.find(name).unwrap();
    assert!(matches!(tool("mandates_spend").spec.key, KeySupport::Argument("attempt_id")));
    assert!(matches!(tool("charges_create").spec.key, KeySupport::Depends(_)));
    assert!(tool("mandates_pause").hints.idempotent && !tool("mandates_resume").hints.idempotent);
    assert!(
        !tool("projects_create").hints.destructive && tool("projects_update").hints.destructive
    );
    let meta = meta_tools(&Replay::new());
    for name in ["codespar_charge", "codespar_pay", "codespar_checkout", "codespar_wallet"] {
        let spec = &meta.find(name).unwrap().spec;
        assert!(spec.effect.counts_as_money(), "{name}");
    }
}

#[test]
fn an_unknown_tool_of_the_server_is_offered_with_what_is_known() {
    let tools = listed(json!([
        { "name": "codespar_pay", "description": "Send money", "input_schema": { "type": "object",
            "properties": { "action": { "enum": ["pay", "refund"] },
                "new": { "type": "array" } } } },
        { "name": "codespar_new", "description": "New." },
        { "name": "asaas/create_payment", "input_schema": { "type": "string" } },
    ]));
    let pay = tools.find("codespar_pay").unwrap().input_schema();
    assert_eq!(pay["properties"]["action"]["enum"], json!(["pay", "refund"]));
    assert_eq!(pay["properties"]["new"], json!({ "type": "array", "items": {} }));
    assert_eq!(tools.find("codespar_new").unwrap().spec.effect, ToolEffect::Unknown);
    assert_eq!(tools.left_out().len(), 1);
}

#[test]
fn a_boleto_with_a_due_date_carries_a_key_that_nothing_relies_on() {
    let replay = Replay::new()
        .answer(support::tool(json!({ "id": "ch_1", "status": "PROCESSING" })))
        .answer(support::tool(json!({ "id": "ch_2", "status": "PENDING" })));
    let tools = meta_tools(&replay);
    let charge = |method: &str, id: &str| {
        let mut arguments = json!({ "amount": 150.5, "currency": "BRL", "method": method,
            "description": "Order 42", "buyer": { "name": "Maria" } });
        if method == "boleto" {
            arguments["due_date"] = json!("2027-01-31");
            arguments["consumer_id"] = json!("con_1");
        }
        told(&tools, "codespar_charge", id, arguments)
    };
    let boleto = charge("boleto", "call_1");
    assert_eq!((boleto.verdict, boleto.stage.as_deref()), (Happened::Done, Some("issued")));
    assert_eq!((&boleto.key, boleto.tool_call_id.as_deref()), (&None, Some("tc_1")));
    charge("pix", "call_2");
    // The same id again sends nothing: there is no third answer.
    assert_eq!(charge("boleto", "call_1"), boleto);
    let sent = replay.requests();
    let body = |at: usize| Json::from_slice(&sent[at].body).unwrap().to_value();
    assert_eq!(body(0)["tool"], "codespar_charge");
    assert_eq!(body(0)["input"]["action"], "create");
    assert!(body(0)["input"]["idempotency_key"].as_str().unwrap().starts_with("tool-"));
    assert!(sent[0].body.windows(14).any(|it| it == br#""amount":150.5"#));
    assert_eq!(body(1)["input"].get("idempotency_key"), None);
    assert!(sent.iter().all(|sent| sent.header("idempotency-key").is_none()));
    let wrong = told(&tools, "codespar_charge", "call_3", json!({ "idempotency_key": "mine" }));
    assert!(
        wrong.message.contains("idempotency_key: expected no such member"),
        "{}",
        wrong.message
    );
}

#[test]
fn results_of_tools_are_told_with_their_verdict() {
    let held = json!({ "code": "approval_required", "approval_id": "apv_1",
        "expires_at": "2027-01-31T00:00:00Z", "message": "above the limit" });
    let failed =
        Recorded::json(200, json!({ "success": false, "error": "psp_timeout: no answer" }));
    let replay = Replay::new()
        .answer(support::tool(held))
        .answer(failed)
        .answer(Recorded::json(403, json!({ "error": "policy_denied", "message": "not allowed" })))
        .answer(support::tool(json!({ "id": "pay_1", "status": "pending" })));
    let tools = meta_tools(&replay);
    let pay = |id: &str, amount: u32| {
        told(
            &tools,
            "codespar_pay",
            id,
            json!({ "action": "pay", "amount": amount,
            "currency": "BRL", "description": "Refund", "recipient": "m@x.example" }),
        )
    };
    let answer = pay("1", 1);
    assert_eq!((answer.verdict, answer.is_error()), (Happened::Held, false));
    assert_eq!(answer.approval.unwrap().id, "apv_1");
    let answer = pay("2", 2);
    assert_eq!((answer.verdict, answer.code.as_deref()), (Happened::Unknown, Some("psp_timeout")));
    assert_eq!(pay("3", 3).verdict, Happened::Refused);
    let read = told(
        &tools,
        "codespar_pay_read",
        "4",
        json!({ "action": "status", "payment_id": "pay_1" }),
    );
    assert_eq!((read.verdict, read.stage.as_deref()), (Happened::Done, Some("completed")));
}

#[test]
fn operations_go_out_under_their_key_where_one_is_honoured() {
    let batch = json!({ "batch_id": "b_1", "status": "draft", "version": 1, "items": [] });
    let wallet = json!({ "id": "w_1" });
    let replay = Replay::new()
        .answer(Recorded::json(200, batch))
        .answer(Recorded::json(200, wallet))
        .answer(Recorded::json(200, json!({ "status": "completed" })))
        .answer(Recorded::json(201, json!({ "devolution_id": "d_1", "status": "pending" })));
    let tools = operations(&replay);
    let made = told(&tools, "payables_batches_create", "1", json!({ "items": [] }));
    assert!(made.key.as_deref().is_some_and(|key| key.starts_with("tool-")), "{made:?}");
    told(&tools, "wallets_get", "2", json!({ "wallet_id": "w_1" }));
    told(
        &tools,
        "mandates_spend",
        "3",
        json!({ "mandate_id": "m_1", "amount_minor": 100, "payee": "k" }),
    );
    // A key that the operation requires is not the model's to make up.
    let refund = told(
        &tools,
        "devolutions_create",
        "4",
        json!({
            "consumer_id": "c_1", "end_to_end_id": "E18236120202610241200s0123456789",
            "payment_direction": "inbound", "amount_minor": 100,
        }),
    );
    let sent = replay.requests();
    assert_eq!(sent[0].header("idempotency-key"), made.key.as_deref());
    assert_eq!(sent[1].header("idempotency-key"), None);
    let spend = Json::from_slice(&sent[2].body).unwrap().to_value();
    assert!(spend["attempt_id"].as_str().unwrap().starts_with("tool-"), "{spend}");
    let sent = Json::from_slice(&sent[3].body).unwrap().to_value();
    assert!(sent["idempotency_key"].as_str().unwrap().starts_with("tool-"), "{refund:?}");
}

/// A model that knew two ways of one payment would pay twice: a repetition is one of the same tool.
#[test]
fn a_payment_under_a_mandate_has_one_tool() {
    let tools = operations(&Replay::new());
    let arguments = json!({ "mandate_id": "m_1", "amount_minor": 1, "payee": "k" });
    for name in ["mandates_pay", "mandates_look_up"] {
        let answer = told(&tools, name, "1", arguments.clone());
        assert_eq!(answer.verdict, Happened::NothingSent);
        assert_eq!(answer.code.as_deref(), Some("unknown_tool"), "{answer:?}");
    }
}
