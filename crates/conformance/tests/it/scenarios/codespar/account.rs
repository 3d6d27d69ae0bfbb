// An account: sessions and tool calls of the past, providers, connections, projects, keys.

use codespar_proto::{
    CallStatus, Confidence, ConnectionSecret, ConnectionStatus, CreateApiKey, CreateConnection,
    CreateProject, Currency, Environment, HealthStatus, Intent, Json, ListConnections,
    ListProviders, ListSessions, ListToolCalls, PlanRoute, SearchTools, SessionStatus,
    StartConnection, UpdateProject,
};
use codespar_sandbox::Sandbox;
use serde_json::json;

use super::bench::{args, arrived, client_of, config_of, order, refused, wrong};

scenario! { sessions_are_listed_page_by_page {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, run!(client.create(&args()))?.id().to_owned());
    }
    run!(client.session(&*ids[0])?.close())?;
    let two = ListSessions::default().limit(2);
    let (listed, failed) = all!(client.sessions().list(&two));
    assert!(failed.is_none(), "{failed:?}");
    let listed: Vec<_> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(listed, ids);
    let pages = arrived(&sandbox, "GET", "/v1/sessions");
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[1].query.as_deref(), Some(&*format!("before={}&limit=2", ids[1])));

    let page = run!(client.sessions().page(&two))?;
    assert_eq!((page.items.len(), page.next.as_deref()), (2, Some(&*ids[1])));
    let rest = run!(client.sessions().page(&two.before(page.next.unwrap())))?;
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let closed = ListSessions::default().status(SessionStatus::Closed).user_id("buyer-77");
    assert_eq!(run!(client.sessions().page(&closed))?.items[0].id, ids[0]);
    let seen = run!(client.sessions().get(&ids[1]))?;
    assert_eq!((seen.user_id.as_str(), &seen.status), ("buyer-77", &SessionStatus::Active));
    assert_eq!(refused(&run!(client.sessions().get("ses_none")).unwrap_err()), (404, "not_found"));
    let (none, failed) = all!(client.sessions().list(&ListSessions::default().limit(0)));
    assert_eq!((none.len(), wrong(&failed.unwrap())), (0, "limit"));
}}

scenario! { a_broken_page_keeps_what_came_before {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    for _ in 0..3 {
        run!(client.create(&args()))?;
    }
    let refusal = json!({"error": "forbidden"});
    sandbox.inject(codespar_sandbox::Fault::on("GET", "/v1/sessions").skip(1).answer(403, refusal));
    let (listed, failed) = all!(client.sessions().list(&ListSessions::default().limit(2)));
    assert_eq!(listed.len(), 2);
    let failed = failed.unwrap();
    assert_eq!((refused(&failed), failed.operation()), ((403, "forbidden"), "sessions.list"));
}}

scenario! { tool_calls_are_listed_counted_and_read {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let session = run!(client.create(&args()))?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, run!(session.charge(&order()))?.call_id()?.clone());
    }
    let two = ListToolCalls::default().limit(2);
    let (listed, failed) = all!(client.tool_calls().list(&two));
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(listed.iter().map(|call| call.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(arrived(&sandbox, "GET", "/v1/tool-calls").len(), 2);
    assert_eq!(run!(client.tool_calls().page(&two))?.items.len(), 2);
    assert_eq!(run!(client.tool_calls().count(&ListToolCalls::default()))?, 3);
    let later = ListToolCalls::default().since("2100-01-01T00:00:00Z");
    assert_eq!(run!(client.tool_calls().count(&later))?, 0);

    let call = run!(client.tool_calls().get(&ids[0]))?;
    assert_eq!(
        (&call.status, call.tool_name.as_deref()),
        (&Some(CallStatus::Success), Some("codespar_charge"))
    );
    assert_eq!(call.session_id.as_ref().map(|id| id.as_str()), Some(session.id()));
    let error = run!(client.tool_calls().get("tc_999999")).unwrap_err();
    assert_eq!(refused(&error), (404, "tool_call_not_found"));
    let error = run!(client.tool_calls().get("nonsense")).unwrap_err();
    assert_eq!(refused(&error), (400, "invalid_tool_call_id"));
}}

scenario! { providers_say_how_they_are_connected {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let filter = ListProviders::default().category("payments").country("BR");
    let found = run!(client.providers().list(&filter))?;
    assert_eq!(found.filtered, Some(found.servers.len() as u64));
    assert!(found.total > found.filtered && found.servers.iter().any(|it| it.id == "zoop"));
    assert_eq!(run!(client.providers().get("z-api"))?.name.as_deref(), Some("Z-API"));
    let schema = run!(client.providers().auth_schema("z-api"))?;
    let names: Vec<_> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["instance_id", "instance_token"]);
    assert_eq!(schema.environment, Some(Environment::Test));

    let error = run!(client.providers().verify_connection("zoop")).unwrap_err();
    assert_eq!(refused(&error), (424, "not_connected"));
    run!(client.connections().create(&CreateConnection::new("zoop", "zk-1")))?;
    assert!(run!(client.providers().verify_connection("zoop"))?.ok);
    let error = run!(client.providers().get("nobody")).unwrap_err();
    assert_eq!(refused(&error), (404, "server_unknown"));
}}

scenario! { tools_are_searched_and_planned {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let found = run!(client.tools().search(&SearchTools::new("send money").limit(1)))?;
    assert_eq!((found.hits.len(), found.hits[0].tool_name.as_str()), (1, "codespar_pay"));
    assert_eq!(found.hits[0].confidence, Some(Confidence::High));
    let error = run!(client.tools().search(&SearchTools::new("x").limit(9))).unwrap_err();
    assert_eq!(wrong(&error), "limit");

    let intent = Intent::new("charge", Currency::BRL, "BR");
    let plan = run!(client.tools().plan(&PlanRoute::default().intent(intent.clone())))?;
    assert_eq!(plan.recommended.as_ref().unwrap().tool.as_deref(), Some("codespar_charge"));
    let prose = run!(client.tools().plan(&PlanRoute::default().description("charge Maria")));
    assert_eq!(refused(&prose.unwrap_err()), (501, "nl_unavailable"));
    let both = PlanRoute::default().intent(intent).description("charge Maria");
    assert_eq!(wrong(&run!(client.tools().plan(&both)).unwrap_err()), "intent");
    let meta = run!(client.tools().meta())?;
    assert!(meta.iter().any(|tool| tool.name == "codespar_ship" && tool.input_schema.is_some()));
}}

scenario! { a_connection_lives_from_start_to_end {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let connections = client.connections();
    let begun = StartConnection::new("nuvem-fiscal", "buyer-77", "https://shop.test/back");
    let begun = run!(connections.start(&begun))?;
    assert!(begun.link_token.is_some() && begun.authorize_url.is_some());

    let secrets = [("instance_id", "id-1"), ("instance_token", "tok-1")];
    let create =
        CreateConnection::new("z-api", ConnectionSecret::named(secrets)).user_id("buyer-77");
    assert!(!format!("{create:?}").contains("tok-1"));
    let made = run!(connections.create(&create))?;
    assert_eq!((made.rotated, &made.status), (false, &Some(ConnectionStatus::Connected)));
    let again = run!(connections.create(&create))?;
    assert_eq!((again.rotated, &again.id), (true, &made.id));
    let wrong_names = ConnectionSecret::named([("api_key", "x")]);
    let error = run!(connections.create(&CreateConnection::new("z-api", wrong_names))).unwrap_err();
    assert_eq!(refused(&error), (400, "path_secret_keys_mismatch"));
    let empty = run!(connections.create(&CreateConnection::new("zoop", ""))).unwrap_err();
    assert_eq!(wrong(&empty), "secret");

    let mine = ListConnections::default().user_id("buyer-77").status(ConnectionStatus::Connected);
    assert_eq!(run!(connections.list(&mine))?.len(), 1);
    let noted = run!(connections.update_metadata(&made.id, &json!({"store": 7})))?;
    assert_eq!(noted.connection_metadata.unwrap().to_value(), json!({"store": 7}));
    let set = run!(connections.set_webhook_secret(&made.id, "whsec-1"))?;
    assert_eq!((set.updated, set.server_id.as_deref()), (Some(true), Some("z-api")));

    let error = run!(connections.delete(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "cannot_delete_active"));
    let revoked = run!(connections.revoke(&made.id))?;
    assert_eq!((&revoked.status, revoked.already), (&Some(ConnectionStatus::Revoked), None));
    assert_eq!(run!(connections.revoke(&made.id))?.already, Some(true));
    assert!(run!(connections.get(&made.id))?.revoked_at.is_some());
    run!(connections.delete(&made.id))?;
    assert_eq!(refused(&run!(connections.get(&made.id)).unwrap_err()), (404, "not_found"));
}}

scenario! { projects_keep_their_things_apart {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let create = CreateProject::new("Loja", "loja").environment(Environment::Test);
    let made = run!(client.projects().create(&create))?;
    assert_eq!((made.slug.as_deref(), made.is_default), (Some("loja"), Some(false)));
    let taken = run!(client.projects().create(&create)).unwrap_err();
    assert_eq!(refused(&taken), (400, "slug_conflict"));
    assert_eq!(run!(client.projects().list())?.len(), 2);
    let renamed = UpdateProject::default().name("Loja 2");
    assert_eq!(run!(client.projects().update(&made.id, &renamed))?.name.as_deref(), Some("Loja 2"));
    assert_eq!(run!(client.projects().get(&made.id))?.name.as_deref(), Some("Loja 2"));
    let settings = run!(client.projects().update_settings(&made.id, &json!({"theme": "dark"})))?;
    assert_eq!(run!(client.projects().settings(&made.id))?, settings);

    let there = Client::with_config(config_of(&sandbox).project(made.id.clone()))?;
    run!(there.create(&args()))?;
    assert_eq!(run!(there.sessions().page(&ListSessions::default()))?.items.len(), 1);
    assert!(run!(client.sessions().page(&ListSessions::default()))?.items.is_empty());
    assert_eq!(run!(there.whoami())?.project.unwrap().id, made.id);

    run!(client.projects().update(&made.id, &UpdateProject::default().is_default(true)))?;
    let error = run!(client.projects().delete(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "cannot_delete_default"));
    let first = run!(client.projects().list())?.into_iter().find(|it| it.id != made.id).unwrap();
    run!(client.projects().delete(&first.id))?;
    assert_eq!(run!(client.projects().list())?.len(), 1);
    let error = run!(client.projects().create(&CreateProject::new("x", "Big Slug"))).unwrap_err();
    assert_eq!(wrong(&error), "slug");
}}

scenario! { the_account_says_who_asks_and_how_it_is {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let who = run!(client.whoami())?;
    assert_eq!(who.key.unwrap().environment, Some(Environment::Test));
    let organization = run!(client.organization(&who.organization.unwrap().id))?;
    assert_eq!(organization.name.as_deref(), Some("Sandbox"));
    assert_eq!(refused(&run!(client.organization("org_x")).unwrap_err()), (404, "not_found"));
    assert_eq!(run!(client.health())?.status, HealthStatus::Healthy);
    let made = run!(client.api_keys().create(&CreateApiKey::new("ci").env(Environment::Test)))?;
    assert!(made.full_key.expose().starts_with("csk_test_"));
    assert!(!format!("{made:?}").contains(made.full_key.expose()));
    let listed = run!(client.api_keys().list())?;
    assert_eq!((listed.len(), &listed[0].id), (1, &made.id));
    assert_eq!(
        wrong(&run!(client.api_keys().create(&CreateApiKey::new(" "))).unwrap_err()),
        "name"
    );
    for call in [client.openapi(), client.manifest()] {
        assert_eq!(refused(&run!(call).unwrap_err()), (501, "not_in_sandbox"));
    }
    assert_eq!(
        Json::of(&run!(client.health())?)?.member("status").unwrap().as_str(),
        "\"healthy\""
    );
}}
