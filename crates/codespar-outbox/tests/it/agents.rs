//! Agents that are killed and started again: a call that may have been paid is not paid again.

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, SystemTime},
};

use codespar_blocking::{
    Client, Config, RetryPolicy, UreqTransport,
    agent_tools::{
        CallRecord, Dispatch, Happened, MemoryRecord, Moment, OperationTools, RecordedCall,
        ToolAnswer, ToolCall, Toolbox, ToolboxOptions,
    },
};
use codespar_outbox::{
    Clock, Outbox, Row, SqliteStore, State, Store, StoreAnswer, StoreRequest, Swap,
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Kind, TestResult, World};

const CONVERSATION: &str = "chat-1";
pub(crate) const SPEND: &str = "mandates.spend";
/// The variables that make this program the agent of a test.
const AGENT: [&str; 4] =
    ["OUTBOX_AGENT_URL", "OUTBOX_AGENT_KEY", "OUTBOX_AGENT_FILE", "OUTBOX_AGENT_CALL"];

pub(crate) fn toolbox<S>(
    client: &Client,
    outbox: &Outbox<UreqTransport, S>,
) -> Toolbox<UreqTransport>
where
    S: Store + Clone + Send + Sync + 'static,
{
    let tools = OperationTools::new(client);
    Toolbox::new(vec![Box::new(tools)], ToolboxOptions::new()).record(Arc::new(outbox.tool_calls()))
}

pub(crate) fn call(
    tools: &Toolbox<UreqTransport>,
    id: &str,
    tool: &str,
    arguments: &Value,
) -> ToolAnswer {
    let tool = tools.tools().find(|it| it.spec.id == tool).unwrap();
    let call = ToolCall::new(tool.name.clone(), arguments.to_string()).id(id);
    let call = call.conversation(CONVERSATION);
    match tools.dispatch(&call, Moment::new(SystemTime::now())) {
        Dispatch::Call(pending) => pending.into_call().send().unwrap(),
        Dispatch::Answer(answer) => *answer,
        Dispatch::Ask(question) => question.into_answer(),
    }
}

pub(crate) fn charge(method: &str) -> Value {
    let mut arguments = json!({
        "amount": 15, "currency": "BRL", "method": method, "consumer_id": "con_1",
        "buyer": {"name": "Maria Silva", "document": "11144477735"},
    });
    if method == "boleto" {
        arguments["due_date"] = json!("2030-12-31");
    }
    arguments
}

/// What a child process of the test below does; without the variables, nothing.
#[test]
fn agent_process() {
    let [Ok(url), Ok(key), Ok(file), Ok(method)] = AGENT.map(env::var) else { return };
    let client = Client::with_config(Config::new(key).base_url(url)).unwrap();
    let store = Arc::new(SqliteStore::open(file).unwrap());
    let outbox = Outbox::builder(client.clone()).open(store).unwrap();
    call(&toolbox(&client, &outbox), "call-1", "charges.create", &charge(&method));
}

fn agent(sandbox: &Sandbox, file: &std::path::Path, method: &str) -> Child {
    let values = [
        sandbox.base_url(),
        sandbox.api_key().to_owned(),
        file.display().to_string(),
        method.into(),
    ];
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "agents::agent_process", "--nocapture"])
        .envs(AGENT.into_iter().zip(values))
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn an_agent_that_is_killed_in_the_middle_of_a_call_does_not_pay_again() -> TestResult {
    for (method, state, verdict) in
        [("boleto", State::Done, Happened::Done), ("pix", State::NeedsPerson, Happened::Unknown)]
    {
        let sandbox = Sandbox::start()?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("outbox.sqlite");
        // The charge is made, and its answer never comes to an end.
        sandbox.inject(Fault::on("POST", "/v1/charges").stall_after_bytes(10));
        let mut child = agent(&sandbox, &file, method);
        while sandbox.effects().count(EffectKind::Charge) == 0 {
            assert_eq!(child.try_wait().unwrap(), None, "the agent ended by itself");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let client =
            Client::with_config(Config::new(sandbox.api_key()).base_url(sandbox.base_url()))?;
        // Two minutes later, when what was on its way has arrived.
        let later = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let clock = Clock::new(move || i64::try_from(later().as_millis()).unwrap() + 120_000);
        let store = Arc::new(SqliteStore::open_with(&file, clock)?);
        let outbox = Outbox::builder(client.clone()).open(store)?;
        let tools = toolbox(&client, &outbox);
        let again = call(&tools, "call-1", "charges.create", &charge(method));
        assert_eq!(again.verdict, verdict, "{method} {again:?}");
        outbox.reconcile()?;
        let row = outbox.row("tools.call/chat-1", "call-1")?;
        assert_eq!(row.state, state, "{method}");
        assert_eq!(call(&tools, "call-1", "charges.create", &charge(method)).verdict, verdict);
        assert_eq!(sandbox.effects().count(EffectKind::Charge), 1, "{method}");
    }
    Ok(())
}

#[test]
fn a_conversation_is_known_again_with_its_answers() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let first =
        call(&toolbox(&world.client, &world.outbox()), "1", "charges.create", &charge("pix"));
    assert_eq!(first.verdict, Happened::Done);
    let outbox = world.builder().open(world.reopened())?;
    let tools = toolbox(&world.client, &outbox);
    let told = call(&tools, "1", "charges.create", &charge("pix"));
    assert_eq!(told, first);
    let other = call(&tools, "1", "charges.create", &charge("boleto"));
    assert_eq!(other.code.as_deref(), Some("call_id_reused"));
    // The same payment under another id is a question, which nobody answers here.
    let same = call(&tools, "2", "charges.create", &charge("pix"));
    assert_eq!(same.code.as_deref(), Some("repeated_call"), "{same:?}");
    let broken = json!({"error": {"code": "boom", "message": "no"}});
    world.sandbox.inject(Fault::on("POST", "/v1/charges").answer(400, broken));
    let refused = call(&tools, "3", "charges.create", &charge("boleto"));
    assert_eq!(refused.verdict, Happened::Refused);
    let states: Vec<_> = ["1", "3"]
        .into_iter()
        .map(|id| outbox.row("tools.call/chat-1", id).map(|row| row.state))
        .collect::<Result<_, _>>()?;
    assert_eq!(states, [State::Done, State::NotDone]);
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 1);
    Ok(())
}

/// A toolbox whose client does not try again by itself.
pub(crate) fn one_try<S>(world: &World, outbox: &Outbox<UreqTransport, S>) -> Toolbox<UreqTransport>
where
    S: Store + Clone + Send + Sync + 'static,
{
    let config = Config::new(world.sandbox.api_key()).base_url(world.sandbox.base_url());
    toolbox(&Client::with_config(config.retry(RetryPolicy::default().retries(0))).unwrap(), outbox)
}

/// How often something was sent there.
pub(crate) fn posts(world: &World, path: &str) -> usize {
    let sent = world.sandbox.requests();
    sent.iter().filter(|request| request.method == "POST" && request.path == path).count()
}

/// A row of the conversation is written as handed to a person.
pub(crate) fn hand_over(world: &World, row: &Row) {
    let (from, state) = (row.version, State::NeedsPerson);
    let row = Row { state, next_at: None, version: from + 1, ..row.clone() };
    let swap = StoreRequest::Swap(Box::new(Swap { row, from, note: None }));
    let stored = world.store.carry_out(&swap).unwrap();
    assert!(matches!(stored.answer, StoreAnswer::Written(1)));
}

#[test]
fn what_may_not_be_presented_again_is_told_as_unknown_and_left_to_a_person() -> TestResult {
    for kind in Kind::all() {
        // A person has it; its key is too old.
        for is_handed_over in [true, false] {
            let world = World::new(kind);
            let outbox = world.outbox();
            let tools = one_try(&world, &outbox);
            let boleto = charge("boleto");
            let charge = || call(&tools, "1", "charges.create", &boleto);
            world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
            let first = charge();
            assert_eq!(first.verdict, Happened::Unknown);
            let row = || outbox.row("tools.call/chat-1", "1");
            match is_handed_over {
                true => hand_over(&world, &row()?),
                false => world.pass(Duration::from_secs(25 * 60 * 60)),
            }
            assert_eq!(charge().verdict, Happened::Unknown, "{kind:?}");
            assert_eq!(row()?.state, State::NeedsPerson);
            assert_eq!(charge().verdict, Happened::Unknown);
            // Nor under another call id that names the key.
            let mut arguments = boleto.clone();
            arguments["idempotency_key"] = json!(first.key);
            let other = call(&tools, "2", "charges.create", &arguments);
            assert!(other.message.contains("needs a person"), "{other:?}");
            assert_eq!(posts(&world, "/v1/charges"), 1);
            assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 1);
        }
        // An attempt, of a server that is not known to honour those.
        let world = World::new(kind);
        let outbox = Outbox::builder(world.client.clone()).open(Arc::clone(&world.store))?;
        let tools = one_try(&world, &outbox);
        let mandate = world.mandate();
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
        let spend = || {
            let arguments =
                json!({"mandate_id": mandate, "amount_minor": 100, "payee": "shop@pix.test"});
            call(&tools, "1", SPEND, &arguments)
        };
        let (first, again) = (spend(), spend());
        assert_eq!((first.verdict, again.verdict), (Happened::Unknown, Happened::Unknown));
        assert_eq!(outbox.row("tools.call/chat-1", "1")?.state, State::NeedsPerson);
        assert_eq!(posts(&world, &path), 1, "{again:?}");
        assert_eq!(world.sandbox.effects().count(EffectKind::Payment), 1);
    }
    Ok(())
}

#[test]
fn a_key_of_which_nobody_knows_how_old_it_is_is_not_presented_again() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let tools = one_try(&world, &outbox);
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        let charge = || call(&tools, "1", "charges.create", &charge("boleto"));
        assert_eq!(charge().verdict, Happened::Unknown);
        // The clock is set back: it may be two days old, or not.
        world.set_back(Duration::from_secs(47 * 60 * 60));
        assert_eq!(charge().verdict, Happened::Unknown, "{kind:?}");
        assert_eq!(posts(&world, "/v1/charges"), 1, "{kind:?}");
    }
    Ok(())
}

#[test]
fn what_a_person_has_is_not_moved_by_a_late_answer() -> TestResult {
    let world = World::new(Kind::Memory);
    let outbox = world.outbox();
    let record = outbox.tool_calls();
    assert!(tell(&record, "chat", &Told::Entered(0)));
    hand_over(&world, &outbox.row("tools.call/chat", "0")?);
    tell(&record, "chat", &Told::Settled(0, Happened::Done));
    assert_eq!(outbox.row("tools.call/chat", "0")?.state, State::NeedsPerson);
    // The person is told what came, though, and the agent, too.
    let known = calls(&record, "chat").remove(0).answer.map(|answer| answer.verdict);
    assert_eq!(known, Some(Happened::Done));
    Ok(())
}

#[test]
fn what_an_agent_never_asks_for_again_needs_a_person_in_the_end() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        call(&one_try(&world, &outbox), "1", "charges.create", &charge("boleto"));
        world.rounds(&outbox, 1)?;
        assert_eq!(outbox.row("tools.call/chat-1", "1")?.state, State::Unknown, "{kind:?}");
        world.pass(Duration::from_secs(25 * 60 * 60));
        outbox.reconcile()?;
        assert_eq!(outbox.row("tools.call/chat-1", "1")?.state, State::NeedsPerson);
        assert_eq!(posts(&world, "/v1/charges"), 1);
    }
    Ok(())
}

/// A call of two, which a record is told of.
#[derive(Clone, Debug)]
enum Told {
    /// It is entered, where the guard would send it: anew, or again under its key.
    Entered(usize),
    /// A try of it came to this.
    Settled(usize, Happened),
}

fn told() -> impl Strategy<Value = Told> {
    let verdict = prop::sample::select(vec![
        Happened::NothingSent,
        Happened::Refused,
        Happened::Held,
        Happened::Unknown,
        Happened::Done,
    ]);
    prop_oneof![
        (0..2_usize).prop_map(Told::Entered),
        (0..2_usize, verdict).prop_map(|(call, verdict)| Told::Settled(call, verdict)),
    ]
}

/// The calls of the conversation, by their ids.
fn calls(record: &dyn CallRecord, conversation: &str) -> Vec<RecordedCall> {
    let mut calls = Vec::new();
    let shown = record.enter(conversation, &mut |known| {
        calls = known.to_vec();
        None
    });
    shown.unwrap();
    calls.sort_by(|one, other| one.id.cmp(&other.id));
    calls
}

/// Tells a record of it. Gives whether the call was entered.
fn tell(record: &dyn CallRecord, conversation: &str, told: &Told) -> bool {
    let mut is_entered = false;
    match told {
        Told::Entered(call) => {
            let id = call.to_string();
            let mut decide = |known: &[RecordedCall]| {
                let known = known.iter().find(|known| known.id == id);
                let answer = known.and_then(|known| known.answer.as_ref());
                let is_open = answer.is_none_or(|answer| {
                    matches!(answer.verdict, Happened::Unknown | Happened::NothingSent)
                });
                let call = json!({
                    "id": id, "tool": "charges.create", "fingerprint": "f", "key": "k", "at": 1,
                    "is_money": true, "amounts": [], "answer": null,
                });
                is_entered = is_open;
                is_open.then(|| serde_json::from_value(call).unwrap())
            };
            record.enter(conversation, &mut decide).unwrap();
        }
        Told::Settled(call, verdict) => {
            let answer = json!({"verdict": verdict, "message": ""});
            let answer = serde_json::from_value(answer).unwrap();
            record.settle(conversation, &call.to_string(), &answer).unwrap();
        }
    }
    is_entered
}

#[test]
fn what_was_or_may_have_been_done_is_never_taken_back() {
    let world = World::new(Kind::Memory);
    let outbox = world.outbox();
    let (kept, number) = (outbox.tool_calls(), std::cell::Cell::new(0_u32));
    proptest!(|(history in prop::collection::vec(told(), 0..12))| {
        number.set(number.get() + 1);
        let conversation = number.get().to_string();
        let memory = MemoryRecord::new();
        // Each try settles once.
        let mut tries = [0_u32; 2];
        for told in &history {
            let before = calls(&kept, &conversation);
            match told {
                Told::Settled(call, _) if tries[*call] == 0 => continue,
                Told::Settled(call, _) => tries[*call] -= 1,
                Told::Entered(_) => {}
            }
            let is_entered = tell(&kept, &conversation, told);
            // A row that may be done is sent again where the record in memory would not.
            match told {
                Told::Entered(call) if is_entered => tries[*call] += 1,
                _ => {}
            }
            tell(&memory, &conversation, told);
            let after = calls(&kept, &conversation);
            // Where the record in memory says that something may be done, so does the one that
            // is kept; and done is done.
            for (mine, other) in after.iter().zip(calls(&memory, &conversation)) {
                assert_eq!(mine.id, other.id);
                assert!(other.is_nothing_done() || !mine.is_nothing_done(), "{mine:?} {other:?}");
            }
            let is_done = |call: &RecordedCall| {
                call.answer.as_ref().is_some_and(|answer| answer.verdict == Happened::Done)
            };
            for was in before.iter().filter(|call| is_done(call)) {
                assert!(after.iter().any(|call| call.id == was.id && is_done(call)));
            }
        }
    });
}
