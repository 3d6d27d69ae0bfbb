//! The conversations that are driven by hand: one of each kind there is.

use std::time::Duration;

use codespar_engine::testing::Offline;
use codespar_proto::{
    Client, Config, CreateSession, Minor, Reconnect, Session,
    charges::ListCharges,
    payables::{CreateBatch, NewItem, PayBatch, Upload},
    workflow::{Workflow, WorkflowStep},
};
use serde_json::json;
use upivia_proto::{
    ServiceRequest, Wait, audit_logs::AuditLogQuery, chat::Turn, workflows::RunWorkflow,
};

use super::{
    requests::{CODESPAR, UPIVIA},
    talk::Talk,
    witness::Conduct,
};

/// Who has conversations.
pub(super) struct Clients {
    codespar: Client<Offline>,
    session: Session<Offline>,
    upivia: upivia_proto::Client<Offline>,
}

/// A conversation.
#[non_exhaustive]
pub struct Conversation {
    /// A good answer of the server.
    pub answer: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    pub(super) conduct: Conduct,
    /// Has it.
    pub(super) begin: fn(&mut Talk<'_>, &Clients),
}

impl Conversation {
    const fn new(
        name: &'static str,
        answer: &'static str,
        begin: fn(&mut Talk<'_>, &Clients),
    ) -> Self {
        let media_type = "application/json";
        Self { answer, media_type, conduct: Conduct::new(name), begin }
    }

    /// What the inputs call it.
    pub const fn name(&self) -> &'static str {
        self.conduct.name
    }

    const fn stream(mut self) -> Self {
        self.media_type = "text/event-stream";
        self
    }

    const fn forgiving(mut self) -> Self {
        self.conduct.forgiving = true;
        self
    }

    const fn patient(mut self) -> Self {
        self.conduct.patient = true;
        self
    }

    const fn looks(mut self) -> Self {
        self.conduct.looks = true;
        self
    }
}

impl Clients {
    /// Clients with a key each.
    pub(super) fn new(clock: &Offline) -> Option<Self> {
        let config = Config::new("csk_test_fuzz").base_url(CODESPAR);
        let codespar = Client::with_transport(config, clock.clone()).ok()?;
        let session = codespar.session("ses_1").ok()?;
        Some(Self { codespar, session, upivia: upivia_client(clock)? })
    }
}

/// A client of Upivia with credentials of each kind.
pub(super) fn upivia_client(clock: &Offline) -> Option<upivia_proto::Client<Offline>> {
    let config = upivia_proto::Config::new(UPIVIA)
        .api_key("agent_key_fuzz")
        .pat("upivia_pat_fuzz")
        .session_cookie("session=fuzz");
    upivia_proto::Client::with_transport(config, clock.clone()).ok()
}

const STATUS: &str = "event: snapshot\ndata: {\"payment_status\":\"pending\",\"events\":[]}\n\n\
    event: update\ndata: {\"payment_status\":\"succeeded\",\"events\":[]}\n\n\
    event: done\ndata: {\"reason\":\"terminal\"}\n\n";
const DECIDED: &str = "event: snapshot\ndata: {\"verification_status\":\"pending\"}\n\n\
    event: update\ndata: {\"verification_status\":\"approved\"}\n\n";
const CHAT: &str = "data: {\"type\":\"assistant_text\",\"content\":\"Um momento…\",\
    \"iteration\":1}\n\n\
    data: {\"type\":\"done\",\"result\":{\"message\":\"Pronto.\",\"tool_calls\":[],\
    \"iterations\":1}}\n\n";
const TURN: &str = "event: model\ndata: {\"model\":\"m1\"}\n\n\
    event: message_delta\ndata: {\"delta\":\"Oi\"}\n\n\
    event: tool_pending\ndata: {\"approval_id\":\"apr_1\",\"request_id\":\"req_1\"}\n\n\
    event: done\ndata: {\"ok\":true}\n\n";
const RESULT: &str = concat!(
    r#"{"success":true,"data":{"id":"pay_1"},"duration":12,"#,
    r#""checkout_session_id":"chk_1","status":"pending"}"#
);
const CONNECTED: &str = r#"{"id":"ses_1","servers":[{"id":"asaas","connected":false}],"tools":[]}"#;
const BATCH: &str = concat!(
    r#"{"batch_id":"pbat_1","status":"paying","items":[{"item_id":"i1","#,
    r#""status":"approved"}],"remaining":1}"#
);
const RUN: &str = concat!(
    r#"{"workflow":{"id":"wf_1"},"versions":[{"id":"v1","status":"published","#,
    r#""version":1}],"run":{"id":"run_1","status":"running"}}"#
);
const STORED: &str = concat!(
    r#"{"object":{"id":"obj_1","status":"ready"},"#,
    r#""upload_url":"https://storage.test/put?sig=1","#,
    r#""expires_at":"2026-01-01T00:00:00Z"}"#
);

/// All of them.
pub const CONVERSATIONS: &[Conversation] = &[
    Conversation::new("get", r#"{"payment_status":"pending","events":[]}"#, |talk, clients| {
        talk.drive(clients.session.payment_status("tc_1").into_flow());
    }),
    Conversation::new("execute", RESULT, |talk, clients| {
        talk.drive(clients.session.execute("codespar_pay", &json!({"amount": 500})).into_flow());
    }),
    Conversation::new("reply", RESULT, |talk, clients| {
        let call = clients.session.execute("codespar_pay", &json!({"amount": 500}));
        talk.drive(call.with_response().map(|reply| reply.attempts).into_flow());
    }),
    Conversation::new("close", r#"{"id":"ses_1","status":"closed"}"#, |talk, clients| {
        talk.drive(clients.session.close().into_flow());
    }),
    Conversation::new("chat", CHAT, |talk, clients| {
        talk.drive(clients.session.send_stream("hi").into_flow());
    })
    .stream(),
    Conversation::new("status", STATUS, |talk, clients| {
        talk.drive(clients.session.payment_status_stream("tc_1", Reconnect::UntilOver).into_flow());
    })
    .stream(),
    Conversation::new("status-once", STATUS, |talk, clients| {
        talk.drive(clients.session.payment_status_stream("tc_1", Reconnect::Never).into_flow());
    })
    .stream(),
    Conversation::new("settled", STATUS, |talk, clients| {
        talk.drive(clients.session.settled(&"tc_1".into()).into_flow());
    })
    .stream(),
    Conversation::new("decided", DECIDED, |talk, clients| {
        talk.drive(clients.session.decided(&"vf_1".into()).into_flow());
    })
    .stream(),
    Conversation::new("workflow", RESULT, |talk, clients| {
        let workflow = Workflow::new()
            .step(WorkflowStep::new("codespar_discover", &json!({"use_case": "pix"})))
            .step(WorkflowStep::new("codespar_pay", &json!({"amount": 500})));
        talk.drive(clients.session.run_workflow(workflow.go_on()).into_flow());
    })
    .patient(),
    Conversation::new("wait", CONNECTED, |talk, clients| {
        talk.drive(clients.session.wait_for_connections(Duration::from_secs(20)).into_flow());
    })
    .patient(),
    Conversation::new("checkout", RESULT, |talk, clients| {
        let limit = Duration::from_secs(60);
        talk.drive(clients.session.shop_checkout_end("chk_1", limit).into_flow());
    })
    .looks(),
    Conversation::new("create", CONNECTED, |talk, clients| {
        let args = CreateSession::new("user_1").server("asaas");
        let args = args.wait_for_connections(Duration::from_secs(20));
        talk.drive(clients.codespar.create(&args).into_flow());
    }),
    Conversation::new(
        "charges",
        r#"{"data":[{"id":"ch_1"}],"next_cursor":"c2"}"#,
        |talk, clients| {
            talk.drive(clients.codespar.charges().list(&ListCharges::default()).into_flow());
        },
    ),
    Conversation::new("batch", BATCH, |talk, clients| {
        let bill = NewItem::pix_key("landlord@example.com", Minor::new(185_000));
        let batch = CreateBatch::default().items(vec![bill]);
        talk.drive(clients.codespar.payables().batches().create(&batch).into_flow());
    }),
    Conversation::new("pay", BATCH, |talk, clients| {
        let pay = PayBatch::new(3, "hash_v3");
        talk.drive(clients.codespar.payables().batches().pay("pbat_1", &pay).into_flow());
    }),
    Conversation::new("upload", r#"{"file_id":"pfile_1","size_bytes":4}"#, |talk, clients| {
        let upload = Upload::guess("bills.pdf", &b"%PDF"[..]);
        talk.drive(clients.codespar.payables().files().upload(&upload).into_flow());
    }),
    Conversation::new("turn", TURN, |talk, clients| {
        talk.drive(clients.upivia.chat().turn(&Turn::new("cs_1").message("hi")).into_flow());
    })
    .stream()
    .forgiving(),
    Conversation::new("agents", r#"{"agents":[]}"#, |talk, clients| {
        talk.drive(clients.upivia.agents().list().into_flow());
    }),
    Conversation::new(
        "request",
        r#"{"status":"executed","request_id":"req_1"}"#,
        |talk, clients| {
            if let Ok(request) = ServiceRequest::new("email", "send", &json!({"to": "a@b.c"})) {
                talk.drive(clients.upivia.service_requests().create(&request).into_flow());
            }
        },
    ),
    Conversation::new(
        "request-wait",
        r#"{"status":"running","request_id":"req_1"}"#,
        |talk, clients| {
            if let Ok(request) = ServiceRequest::new("email", "send", &json!({"to": "a@b.c"})) {
                let call =
                    clients.upivia.service_requests().create_and_wait(&request, Wait::default());
                talk.drive(call.into_flow());
            }
        },
    ),
    Conversation::new("run", RUN, |talk, clients| {
        let call = clients.upivia.workflows().run_and_wait(
            "wf_1",
            &RunWorkflow::default(),
            Wait::default(),
        );
        talk.drive(call.into_flow());
    }),
    Conversation::new(
        "audit",
        r#"{"logs":[{"id":"l1"}],"total":2,"pagination":{"total":2}}"#,
        |talk, clients| {
            talk.drive(clients.upivia.audit_logs().list(&AuditLogQuery::default()).into_flow());
        },
    ),
    Conversation::new(
        "document",
        r#"{"document":{"id":"doc_1","status":"processing"}}"#,
        |talk, clients| {
            let collections = clients.upivia.knowledge();
            talk.drive(collections.documents().wait("kc_1", "doc_1", Wait::default()).into_flow());
        },
    ),
    Conversation::new("store", STORED, |talk, clients| {
        let file = upivia_proto::storage::Upload::new("menu.txt", "1 feijoada");
        talk.drive(clients.upivia.storage().objects().upload_large(&file).into_flow());
    }),
];
