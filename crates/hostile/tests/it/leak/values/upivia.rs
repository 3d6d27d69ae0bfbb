//! Of the Upivia API.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::{
    kit::KeySource,
    testing::{Recorded, Replay},
};
use hostile::Driver;
use serde_json::json;
use upivia_proto::{
    Client, Config, Json, Object, Outcome, ServiceRequest,
    agent_tools::{OperationTools, ServiceTools},
    auth::AGENT,
    chat::{Turn, TurnEvent, TurnSoFar},
    knowledge::NewDocument,
    storage::Upload,
    toolkit::{ToolOperation, ToolResult, Toolkit},
};

use super::{answer, walk};
use crate::leak::planted::{SESAME, hidden};

fn config() -> Config {
    Config::new("http://127.0.0.1:9")
        .api_key(format!("agent_key_{SESAME}"))
        .pat(format!("upivia_pat_{SESAME}"))
        .session_cookie(format!("session={SESAME}"))
        .header("x-secret", SESAME)
        .transport(super::engine::settings())
}

fn replayed(answer: Recorded) -> Client<Replay> {
    Client::with_transport(config(), Replay::new().answer(answer)).unwrap()
}

fn of_driver<D: Driver>() -> Vec<(&'static str, &'static str)> {
    let client = Client::<D>::with_config(config()).unwrap();
    hidden(&client.session_cookie());
    let request = client.request("POST", "/api/v1/x").auth(AGENT).pair("cpf", SESAME);
    let mut walked = walk! { "codespar-engine";
        Request: request.json(&json!({"document": SESAME}));
    };
    walked.extend(walk! { "upivia-proto";
        Client: client;
    });
    walked
}

pub(super) fn values() -> Vec<(&'static str, &'static str)> {
    let secret = json!({"cpf": SESAME, "token": SESAME});
    let executed = json!({"status": "executed", "request_id": "r", "result": secret});
    let outcome: Outcome = serde_json::from_value(executed.clone()).unwrap();
    let request = ServiceRequest::new("cards", "issue", &secret).unwrap();
    let made = replayed(answer(executed)).service_requests().create(&request).send().unwrap();
    let pending = format!("event: tool_pending\ndata: {}\n\n", json!({"secret": SESAME}));
    let broken = format!("event: error\ndata: {secret}\n\n{pending}");
    let turn = replayed(Recorded::events([broken])).chat().turn(&Turn::new("cs_1").message("Oi"));
    let (events, errors): (Vec<_>, Vec<_>) = turn.partition(Result::is_ok);
    let so_far = errors[0].as_ref().unwrap_err().last::<TurnSoFar>().cloned().unwrap();
    assert_eq!(events.len(), 2);
    let toolkit = Toolkit::of_operations([ToolOperation::new("email", "send", "Sends")]).unwrap();
    let tooled = replayed(answer(json!({})));
    let raw = replayed(answer(json!({"cpf": SESAME}))).request("GET", "/api/v1/x").raw();
    let mut walked = walk! { "codespar-engine";
        KeySource: KeySource::Operation(SESAME.to_owned());
        RawAnswer: raw.send().unwrap();
    };
    walked.extend(walk! { "upivia-proto";
        Config: config();
        Secrets: config().credentials().clone();
        Outcome: outcome.clone();
        Requested: made;
        ToolResult: ToolResult::of(&outcome);
        Tool: toolkit.tools()[0].clone();
        ServiceTools: ServiceTools::new(&tooled, toolkit.clone());
        OperationTools: OperationTools::new(&tooled);
        Toolkit: toolkit;
        TurnSoFar: so_far;
        TurnEvent: TurnEvent::ToolPlanned(Json::of(&secret).unwrap());
        Object: Object::of("payload", &secret).unwrap();
        Upload: Upload::new(format!("{SESAME}.pdf"), SESAME);
        NewDocument: NewDocument::file(Upload::new(format!("{SESAME}.pdf"), SESAME));
    });
    let with_ureq = of_driver::<UreqTransport>();
    assert_eq!(with_ureq, of_driver::<HyperTransport>());
    walked.extend(with_ureq);
    walked
}
