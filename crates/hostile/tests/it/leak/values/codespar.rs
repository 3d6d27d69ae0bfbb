//! Of the CodeSpar API.

use std::time::Duration;

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::testing::Recorded;
use codespar_proto::{
    Buyer, ChargeArgs, ChargeMethod, ChatEvent, Client, Config, CreateSession, Currency, Error,
    Json, Major, Minor, Sensitive,
    connections::{ConnectionSecret, CreateConnection},
    devolutions::{CreateDevolution, PaymentDirection},
    mandates::{GovernedSpend, SpendArgs, SpendOutcome},
    payables::{DocumentUpload, Upload},
    session::{ConnectionsWait, Mock, ServerSpec, ToolOutcome, ToolRefusal},
    types::{Patch, QrCode},
    workflow::{Workflow, WorkflowStep},
};
use hostile::{Driver, everything};
use serde_json::json;

use super::{answer, replayed, walk};
use crate::leak::planted::{SESAME, hidden};

pub(super) fn arguments() -> Vec<(&'static str, &'static str)> {
    let mut spec = ServerSpec::stdio(["serve", SESAME]);
    spec.env.insert("API_KEY".to_owned(), SESAME.to_owned());
    let mock = Mock::always(&json!({"token": SESAME})).unwrap();
    let charge = json!({"document": SESAME});
    let refund = CreateDevolution::new("x", PaymentDirection::Inbound, "refund-42");
    let step = WorkflowStep::new("codespar_charge", &charge);
    walk! { "codespar-proto";
        Patch: Patch::Set(Sensitive::from(SESAME));
        CreateSession: CreateSession::new(SESAME).server_spec("own", spec).mock("x", mock);
        Upload: Upload::guess(format!("{SESAME}.pdf"), SESAME);
        DocumentUpload: DocumentUpload::guess(format!("{SESAME}.pdf"), SESAME).actor(SESAME);
        WorkflowStep: WorkflowStep::new("codespar_charge", &charge);
        CreateDevolution: refund.description(SESAME);
        QrCode: QrCode::of(&Sensitive::from(SESAME)).unwrap();
        Workflow: Workflow::new().step(step);
        GovernedSpend: GovernedSpend::new("mnd_1", spend());
    }
}

fn spend() -> SpendArgs {
    SpendArgs::new("att-1", Minor::new(5), SESAME)
}

fn settled() -> SpendOutcome {
    let paid = json!({
        "status": "completed", "payment": {"moneyMoved": true, "pix_key": SESAME}, "token": SESAME,
        "idempotent_replay": false,
    });
    let presented = replayed(answer(paid)).mandates().spend("mnd_1", &spend()).send();
    SpendOutcome::of(presented).unwrap()
}

pub(super) fn answers() -> Vec<(&'static str, &'static str)> {
    let secret = Json::of(&json!({"token": SESAME, "cpf": SESAME})).unwrap();
    let data = json!({"id": "pay_1", "br_code": SESAME, "copia_e_cola": SESAME, "secret": SESAME});
    let done = json!({"success": true, "data": data, "tool_call": {"id": "tc_1"}});
    let session = || replayed(answer(done.clone())).session("ses_1").unwrap();
    let buyer = Buyer::new("Ana").email(SESAME);
    let charge = ChargeArgs::new(Major::new(5), Currency::BRL, ChargeMethod::Pix, "x", buyer);
    let tool = json!({"type": "tool_use", "id": "x", "name": "x", "input": {"pix_key": SESAME}});
    let chat = Recorded::events([format!("data: {tool}\n\n")]);
    let chat = replayed(chat).session("ses_1").unwrap().send_stream("hi").next();
    let mut waited = ConnectionsWait::default();
    let listed = json!({"servers": [{"id": "x", "token": SESAME}], "secret": SESAME});
    waited.connections = serde_json::from_value(listed).ok();
    let denied = json!({"code": "mocks_exhausted", "message": "no", "secret": SESAME});
    let workflow = || Workflow::new().step(WorkflowStep::new("codespar_charge", &data));
    let mut ran = session().run_workflow(workflow()).send().unwrap();
    let connection = json!({"id": "con_1", "server_id": "x", "secret": SESAME, "token": SESAME});
    let create = CreateConnection::new("x", ConnectionSecret::from(SESAME));
    let last = ran.results.remove(0);
    hidden(&ChatEvent::Other { event: "new".to_owned(), data: secret });
    walk! { "codespar-proto";
        SpendOutcome: settled();
        PaidSpend: match settled() {
            SpendOutcome::Settled(paid) => *paid,
            other => panic!("{other:?}"),
        };
        ToolOutput: session().charge(&charge).send().unwrap();
        ChatEvent: chat.unwrap().unwrap();
        ConnectionsWait: waited;
        StepResult: last;
        WorkflowResult: session().run_workflow(workflow()).send().unwrap();
        StoredConnection:
            replayed(answer(connection)).connections().create(&create).send().unwrap();
        ToolRefusal: ToolRefusal::of(&Json::of(&denied).unwrap()).unwrap();
        ToolOutcome: ToolOutcome::Refused(
            ToolRefusal::of(&Json::of(&denied).unwrap()).unwrap()
        );
    }
}

pub(super) fn clients() -> Vec<(&'static str, &'static str)> {
    let config = Config::new(format!("csk_{SESAME}"))
        .base_url("http://127.0.0.1:9")
        .timeout(Duration::from_secs(5))
        .header("cookie", SESAME)
        .header("x-secret", SESAME)
        .transport(super::engine::settings());
    hidden(&config);
    let with_ureq = of_driver::<UreqTransport>(&config);
    assert_eq!(with_ureq, of_driver::<HyperTransport>(&config));
    for bad in [format!("{SESAME}\n"), format!("{SESAME} ")] {
        let error: Error = Client::<UreqTransport>::new(bad).unwrap_err();
        assert!(!everything(&error).contains(SESAME));
    }
    with_ureq
}

fn of_driver<D: Driver>(config: &Config) -> Vec<(&'static str, &'static str)> {
    let client = Client::<D>::with_config(config.clone()).unwrap();
    let session = client.session("ses_1").unwrap();
    walk! { "codespar-proto";
        Config: config.clone();
        Client: client;
        McpConfig: session.mcp();
        Session: session;
    }
}
