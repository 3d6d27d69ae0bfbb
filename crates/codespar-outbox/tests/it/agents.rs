//! Agents that are killed and started again: a call that may have been paid is not paid again.

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::SystemTime,
};

use codespar_blocking::{
    Client, Config, UreqTransport,
    agent_tools::{
        Dispatch, Happened, Moment, OperationTools, ToolAnswer, ToolCall, Toolbox, ToolboxOptions,
    },
};
use codespar_outbox::{Clock, Outbox, SqliteStore, State, Store};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};

use crate::support::{TestResult, World};

const CONVERSATION: &str = "chat-1";
/// The variables that make this program the agent of a test.
const AGENT: [&str; 4] =
    ["OUTBOX_AGENT_URL", "OUTBOX_AGENT_KEY", "OUTBOX_AGENT_FILE", "OUTBOX_AGENT_CALL"];

fn toolbox<S>(client: &Client, outbox: &Outbox<UreqTransport, S>) -> Toolbox<UreqTransport>
where
    S: Store + Clone + Send + Sync + 'static,
{
    let tools = OperationTools::new(client);
    Toolbox::new(vec![Box::new(tools)], ToolboxOptions::new()).record(Arc::new(outbox.tool_calls()))
}

fn call(tools: &Toolbox<UreqTransport>, id: &str, tool: &str, arguments: &Value) -> ToolAnswer {
    let tool = tools.tools().find(|it| it.spec.id == tool).unwrap();
    let call = ToolCall::new(tool.name.clone(), arguments.to_string()).id(id);
    let call = call.conversation(CONVERSATION);
    match tools.dispatch(&call, Moment::new(SystemTime::now())) {
        Dispatch::Call(pending) => pending.into_call().send().unwrap(),
        Dispatch::Answer(answer) => *answer,
        Dispatch::Ask(question) => question.into_answer(),
    }
}

fn charge(method: &str) -> Value {
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
    let world = World::new(crate::support::Kind::Sqlite);
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
