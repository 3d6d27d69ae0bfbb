//! A host with a person before it, and the server it talks to.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use codespar_async::{Client, Config, CreateSession, upivia};
use codespar_mcp::{Options, Protocol, Server, serve};
use codespar_sandbox::{ReceivedRequest, Sandbox};
use rmcp::{
    ClientHandler, ClientServiceExt as _, ErrorData, RoleClient, ServiceExt as _,
    model::{
        CallToolRequestParams, CallToolResponse, ClientCapabilities, ClientConfig,
        ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability,
        Implementation, InputRequiredResult, ProgressNotificationParam, ProtocolVersion,
        RequestMetaObject,
    },
    service::{ClientLifecycleMode, NotificationContext, RequestContext, RunningService},
};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// The newest version of either generation.
pub(crate) const GENERATIONS: [Protocol; 2] = [Protocol::V2025_11_25, Protocol::V2026_07_28];

/// How long a test waits for what never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a person says to questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Yes,
    No,
    /// Nothing yet: the question stays open.
    Nothing,
    /// There is nobody: the client cannot ask.
    Nobody,
}

/// The client's side: a person, and what the client was told.
#[derive(Clone)]
pub(crate) struct Person {
    says: Says,
    version: Protocol,
    asked: Arc<Mutex<Vec<String>>>,
    progress: mpsc::UnboundedSender<String>,
    changes: Arc<watch::Sender<usize>>,
}

impl ClientHandler for Person {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        if self.says != Says::Nobody {
            capabilities.elicitation = Some(ElicitationCapability::default());
        }
        let version: ProtocolVersion =
            serde_json::from_value(self.version.as_str().into()).unwrap();
        ClientConfig::new(capabilities, Implementation::new("host", "1"))
            .with_protocol_version(version)
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, requested_schema, .. } = request
        else {
            panic!("no form: {request:?}")
        };
        let schema = serde_json::to_value(requested_schema).unwrap();
        assert_eq!(schema["properties"]["confirm"]["type"], "boolean");
        self.asked.lock().unwrap().push(message);
        Ok(match self.says {
            Says::Yes => answer(true),
            Says::No => ElicitResult::new(ElicitationAction::Decline),
            Says::Nothing => std::future::pending().await,
            Says::Nobody => panic!("a client that cannot ask was asked"),
        })
    }

    async fn on_progress(
        &self,
        params: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let _ = self.progress.send(params.message.unwrap_or_default());
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

pub(crate) fn answer(yes: bool) -> ElicitResult {
    ElicitResult::new(ElicitationAction::Accept).with_content(json!({ "confirm": yes }))
}

/// A host that has started a server.
pub(crate) struct Host {
    pub(crate) client: RunningService<RoleClient, Person>,
    pub(crate) served: JoinHandle<Result<(), codespar_async::Error>>,
    pub(crate) progress: mpsc::UnboundedReceiver<String>,
    person: Person,
}

impl Host {
    pub(crate) async fn start(server: &Server, version: Protocol, says: Says) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (input, output) = tokio::io::split(theirs);
        let server = server.clone();
        let served = tokio::spawn(serve(server, input, output, std::future::pending()));
        let (sender, progress) = mpsc::unbounded_channel();
        let person = Person {
            says,
            version,
            asked: Arc::default(),
            progress: sender,
            changes: Arc::default(),
        };
        let client = match version {
            Protocol::V2026_07_28 => {
                let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
                let lifecycle = ClientLifecycleMode::Discover { preferred_versions };
                person.clone().serve_with_lifecycle(ours, lifecycle).await.unwrap()
            }
            _ => person.clone().serve(ours).await.unwrap(),
        };
        Self { client, served, progress, person }
    }

    /// The list of tools, as it came.
    pub(crate) async fn tools(&self) -> Vec<Value> {
        let tools = self.client.peer().list_all_tools().await.unwrap();
        tools.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect()
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
        self.tools().await.iter().map(name).collect()
    }

    /// What a call comes to, questions answered by the person. It fits what was declared.
    pub(crate) async fn call(&self, id: &str, name: &str, arguments: Value) -> Value {
        let result = self.client.call_tool(params(id, name, arguments)).await.unwrap();
        let result = serde_json::to_value(result).unwrap();
        self.fits(name, &result).await;
        result
    }

    /// The structure of what a call comes to.
    pub(crate) async fn answer(&self, id: &str, name: &str, arguments: Value) -> Value {
        self.call(id, name, arguments).await["structuredContent"].clone()
    }

    /// One request, and its question if there is one.
    pub(crate) async fn once(&self, params: CallToolRequestParams) -> Once {
        match self.client.call_tool_once(params).await.unwrap() {
            CallToolResponse::Complete(result) => {
                Once::Answer(serde_json::to_value(result).unwrap()["structuredContent"].clone())
            }
            CallToolResponse::InputRequired(question) => Once::Question(question),
            other => panic!("{other:?}"),
        }
    }

    /// A result fits the schema that its tool declared, and has a structure if it declared one.
    async fn fits(&self, name: &str, result: &Value) {
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(!text.trim().is_empty() && result["content"][0]["type"] == "text");
        assert!(result["isError"].is_boolean());
        let tools = self.tools().await;
        let schema = tools.iter().find(|tool| tool["name"] == name).map(|it| &it["outputSchema"]);
        let Some(schema) = schema.filter(|schema| !schema.is_null()) else { return };
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("http://localhost/result.json", schema.clone()).unwrap();
        let index = compiler.compile("http://localhost/result.json", &mut schemas).unwrap();
        let checked = schemas.validate(&result["structuredContent"], index);
        assert!(checked.is_ok(), "{name}: {:#}", checked.unwrap_err());
    }

    /// What the person was asked, oldest first.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.person.asked.lock().unwrap().clone()
    }

    /// Waits until the list has changed so often.
    pub(crate) async fn changed(&self, times: usize) {
        let mut changes = self.person.changes.subscribe();
        let changed = changes.wait_for(|changes| *changes >= times);
        tokio::time::timeout(PATIENCE, changed).await.unwrap().unwrap();
    }

    /// The host goes, and the server ends.
    pub(crate) async fn quit(self) {
        self.client.cancel().await.unwrap();
        self.served.await.unwrap().unwrap();
    }
}

/// What one request came to.
pub(crate) enum Once {
    Answer(Value),
    Question(InputRequiredResult),
}

impl Once {
    pub(crate) fn answer(self) -> Value {
        match self {
            Self::Answer(answer) => answer,
            Self::Question(question) => panic!("a question: {question:?}"),
        }
    }

    pub(crate) fn question(self) -> InputRequiredResult {
        match self {
            Self::Question(question) => question,
            Self::Answer(answer) => panic!("an answer: {answer}"),
        }
    }
}

/// A call with the id that a host gives it; none, if it is empty.
pub(crate) fn params(id: &str, name: &str, arguments: Value) -> CallToolRequestParams {
    let Value::Object(arguments) = arguments else { panic!("no object") };
    let mut params = CallToolRequestParams::new(name.to_owned()).with_arguments(arguments);
    if !id.is_empty() {
        let meta: RequestMetaObject =
            serde_json::from_value(json!({ "claudecode/toolUseId": id })).unwrap();
        params.meta = Some(meta);
    }
    params
}

pub(crate) fn client(sandbox: &Sandbox) -> Client {
    let mut retry = codespar_async::RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url()).retry(retry);
    Client::with_config(config).unwrap()
}

pub(crate) fn server(sandbox: &Sandbox, options: Options) -> Server {
    server_with(sandbox, options, CreateSession::new("agent-1"))
}

pub(crate) fn server_with(sandbox: &Sandbox, options: Options, session: CreateSession) -> Server {
    let mut builder = Server::builder(options.clone()).codespar(&client(sandbox), session);
    if options.upivia {
        let config = upivia::Config::new(sandbox.upivia_url()).api_key(sandbox.upivia_agent_key());
        builder = builder.upivia(&upivia::Client::with_config(config).unwrap());
    }
    builder.build().unwrap()
}

/// Money moves up to 200 reais without a question.
pub(crate) fn allowed() -> Options {
    let mut options = Options::new();
    options.allow_money = true;
    options.max_amount = vec![codespar_mcp::amount("200.00BRL").unwrap()];
    options
}

pub(crate) fn charge(amount: f64) -> Value {
    json!({ "amount": amount, "currency": "BRL", "method": "pix", "description": "Order 42",
        "buyer": { "name": "Maria Silva" } })
}

/// A charge that the server honours a key for.
pub(crate) fn boleto() -> Value {
    json!({ "amount": 150.5, "currency": "BRL", "method": "boleto", "due_date": "2027-01-31",
        "consumer_id": "con_1", "description": "Order 42",
        "buyer": { "name": "Maria Silva", "document": "111.444.777-35" } })
}

pub(crate) fn arrived(sandbox: &Sandbox, method: &str, path_end: &str) -> Vec<ReceivedRequest> {
    let mut requests = sandbox.requests();
    requests.retain(|it| it.method == method && it.path.ends_with(path_end));
    requests
}
