//! Which credentials go with which request.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Client, Config, ErrorKind, UpiviaError, UpiviaErrorKind, auth, auth::AuthMode,
    delegate::DelegatedTaskQuery,
};

const MODES: [AuthMode; 7] = [
    auth::AGENT,
    auth::WORKSPACE,
    auth::SESSION,
    auth::SESSION_ONLY,
    auth::ANY,
    auth::OPEN,
    auth::NOBODY,
];

/// What a request of each mode carries: `authorization` and `cookie`, or the missing field.
fn carried(config: Config) -> String {
    let lines = MODES.map(|mode| {
        let replay = Replay::new().answer(Recorded::json(200, json!({})));
        let client = Client::with_transport(config.clone(), replay.clone()).unwrap();
        let carried = match client.request("GET", "/api/v1/x").auth(mode).done().send() {
            Ok(_) => {
                let sent = replay.requests().remove(0);
                let values = ["authorization", "cookie"]
                    .map(|name| sent.header(name).unwrap_or("-").to_owned());
                values.join(" | ")
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Config);
                assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Unauthorized));
                assert!(replay.requests().is_empty());
                format!("{} is missing", error.field().unwrap())
            }
        };
        format!("{}: {carried}\n", mode.as_str())
    });
    lines.concat()
}

fn config() -> Config {
    Config::new("https://upivia.test")
}

#[test]
fn each_mode_takes_what_it_may() {
    let agent = || config().api_key("agent_key_1");
    let cookie = || config().session_cookie("session=s1");
    let text: String = [
        ("all", agent().pat("pat_1").session_cookie("session=s1")),
        ("an access token", config().pat("pat_1")),
        ("a session cookie", cookie()),
        ("an agent key", agent()),
        ("nothing", config()),
        ("nothing, but elsewhere", config().credentials_elsewhere(true)),
    ]
    .map(|(given, config)| format!("# {given}\n{}", carried(config)))
    .concat();
    insta::assert_snapshot!(text, @r#"
    # all
    agent: Bearer agent_key_1 | -
    workspace: Bearer pat_1 | session=s1
    session: Bearer pat_1 | session=s1
    session-only: Bearer pat_1 | session=s1
    any: Bearer agent_key_1 | -
    open: - | session=s1
    nobody: - | -
    # an access token
    agent: api_key is missing
    workspace: Bearer pat_1 | -
    session: Bearer pat_1 | -
    session-only: Bearer pat_1 | -
    any: Bearer pat_1 | -
    open: - | -
    nobody: - | -
    # a session cookie
    agent: api_key is missing
    workspace: - | session=s1
    session: - | session=s1
    session-only: - | session=s1
    any: - | session=s1
    open: - | session=s1
    nobody: - | -
    # an agent key
    agent: Bearer agent_key_1 | -
    workspace: pat is missing
    session: pat is missing
    session-only: session_cookie is missing
    any: Bearer agent_key_1 | -
    open: - | -
    nobody: - | -
    # nothing
    agent: api_key is missing
    workspace: pat is missing
    session: pat is missing
    session-only: session_cookie is missing
    any: api_key is missing
    open: - | -
    nobody: - | -
    # nothing, but elsewhere
    agent: api_key is missing
    workspace: - | -
    session: - | -
    session-only: - | -
    any: - | -
    open: - | -
    nobody: - | -
    "#);
}

#[test]
fn cookies_of_answers_are_kept_by_the_client_and_its_clones() {
    let switched =
        |cookie: &str| Recorded::json(200, json!({"ok": true})).header("set-cookie", cookie);
    let replay = Replay::new()
        .answer(switched("active_team=team_1; Path=/; HttpOnly"))
        .answer(Recorded::json(200, json!({"teams": []})))
        .answer(switched("active_team=; Path=/; Max-Age=0"))
        .answer(Recorded::json(200, json!({"teams": []})));
    let config = config().session_cookie("session=s1");
    let client = Client::with_transport(config, replay.clone()).unwrap();
    client.teams().switch(Some("team_1")).send().unwrap();
    client.clone().teams().list().send().unwrap();
    assert_eq!(client.session_cookie().unwrap().expose(), "session=s1; active_team=team_1");
    client.teams().switch(None).send().unwrap();
    client.teams().list().send().unwrap();
    let requests = replay.requests();
    let cookies: Vec<_> = requests.iter().map(|sent| sent.header("cookie").unwrap()).collect();
    let both = "session=s1; active_team=team_1";
    assert_eq!(cookies, ["session=s1", both, both, "session=s1"]);
}

#[test]
fn a_credential_of_the_call_counts_instead() {
    let replay = Replay::new().answer(Recorded::json(200, json!({})));
    let client = Client::with_transport(config().pat("pat_1"), replay.clone()).unwrap();
    client.balance().get().header("authorization", "Bearer other").send().unwrap();
    assert_eq!(replay.requests()[0].header("authorization"), Some("Bearer other"));
    assert_eq!(replay.requests()[0].header("cookie"), None);
}

#[test]
fn what_a_user_may_read_too_needs_no_agent_key() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"agents": []})))
        .answer(Recorded::json(200, json!({"memories": []})))
        .answer(Recorded::json(200, json!({"tasks": []})));
    let client = Client::with_transport(config().pat("pat_1"), replay.clone()).unwrap();
    client.agents().list().send().unwrap();
    client.memory().list("agt_1").send().unwrap();
    client.delegate().list("agt_1", &DelegatedTaskQuery::default()).send().unwrap();
    for sent in replay.requests() {
        assert_eq!(sent.header("authorization"), Some("Bearer pat_1"), "{}", sent.uri);
    }
}

#[test]
fn the_environment_names_address_and_credentials() {
    let shown = |vars: &[(&str, &str)]| {
        let lookup = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let config = Config::from_vars(lookup);
        let client = Client::with_transport(config.clone(), Replay::new()).unwrap();
        let text = |secret: &Option<upivia_proto::Sensitive>| {
            secret.as_ref().map_or("-", |secret| secret.expose()).to_owned()
        };
        let credentials = config.credentials();
        [client.base_url().to_owned(), text(&credentials.api_key), text(&credentials.pat)]
    };
    let new = [
        ("UPIVIA_BASE_URL", "https://upivia.test/"),
        ("UPIVIA_API_KEY", "agent_new"),
        ("UPIVIA_PAT", "pat"),
    ];
    let old = [
        ("AGENTWALLET_BASE_URL", "https://old.test"),
        ("AGENTWALLET_API_KEY", "agent_old"),
        ("AGENTWALLET_PAT", "ignored"),
        ("UPIVIA_API_KEY", ""),
    ];
    assert_eq!(shown(&new), ["https://upivia.test", "agent_new", "pat"]);
    assert_eq!(shown(&old), ["https://old.test", "agent_old", "-"]);
    assert_eq!(
        shown(&[new, [old[0], old[1], old[2]]].concat()),
        ["https://upivia.test", "agent_new", "pat"]
    );
}

#[test]
fn no_secret_is_shown() {
    let config = config().api_key("hunter2a").pat("hunter2b").session_cookie("s=hunter2c");
    let client = Client::with_transport(config.clone(), Replay::new()).unwrap();
    let request = client.request("POST", "/api/v1/x").auth(auth::AGENT).pair("a", "hunter2d");
    let shown = format!("{config:?} {client:?} {request:?} {:?}", client.agents());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn credentials_go_out_in_plain_text_only_nearby_or_where_that_is_allowed() {
    let field = |config: Config| {
        Client::with_transport(config, Replay::new())
            .map_err(|error| error.field().map(str::to_owned))
    };
    let at = |url: &str| Config::new(url).pat("pat_1");
    for url in ["http://www.upivia.com", "http://upivia.com:80", "http://api.UPIVIA.com."] {
        for config in [at(url), at(url).allow_plain_http()] {
            assert_eq!(field(config).unwrap_err().as_deref(), Some("base_url"), "{url}");
        }
    }
    for url in ["http://203.0.113.7", "http://desk.example"] {
        assert_eq!(field(at(url)).unwrap_err().as_deref(), Some("base_url"), "{url}");
        assert!(field(at(url).allow_plain_http()).is_ok());
    }
    for url in ["http://localhost:3000", "http://desk:3000", "https://desk.example"] {
        assert!(field(at(url)).is_ok(), "{url}");
    }
}

/// The place for an upload is another server's: what it sets is not the service's.
#[test]
fn cookies_of_another_server_never_enter_the_jar() {
    let planted = Recorded::status(200).header("set-cookie", "session=planted; Path=/");
    let replay = Replay::new().answer(planted).answer(Recorded::json(200, json!({"teams": []})));
    let client =
        Client::with_transport(config().session_cookie("session=s1"), replay.clone()).unwrap();
    let objects = client.storage().objects();
    objects.put("https://files.example.test/put", "text/plain", "hello").send().unwrap();
    assert_eq!(client.session_cookie().unwrap().expose(), "session=s1");
    client.teams().list().send().unwrap();
    assert_eq!(replay.requests()[1].header("cookie"), Some("session=s1"));
}
