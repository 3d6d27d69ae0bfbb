//! An account: sessions and tool calls of the past, providers, connections, projects, keys.

use codespar_proto::{
    Client, Currency, Json,
    account::HealthStatus,
    api_keys::CreateApiKey,
    connections::{
        ConnectionSecret, ConnectionStatus, CreateConnection, ListConnections, StartConnection,
    },
    projects::{CreateProject, Environment, UpdateProject},
    providers::ListProviders,
    session::SessionStatus,
    sessions::ListSessions,
    tool_calls::{CallStatus, ListToolCalls},
    tools::{Confidence, Intent, PlanRoute, SearchTools},
};
use codespar_sandbox::Sandbox;
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, arrived, client_of, config_of, order, refused, wrong};

testing_support::with_both_drivers! {
    sessions_are_listed_page_by_page
    a_broken_page_keeps_what_came_before
    tool_calls_are_listed_counted_and_read
    providers_say_how_they_are_connected
    tools_are_searched_and_planned
    a_connection_lives_from_start_to_end
    projects_keep_their_things_apart
    the_account_says_who_asks_and_how_it_is
}

fn sessions_are_listed_page_by_page<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, D::finish(client.create(&args()))?.id().to_owned());
    }
    D::finish(client.session(&*ids[0])?.close())?;
    let two = ListSessions::default().limit(2);
    let (listed, failed) = D::collect(client.sessions().list(&two));
    assert!(failed.is_none(), "{failed:?}");
    let listed: Vec<_> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(listed, ids);
    let pages = arrived(&sandbox, "GET", "/v1/sessions");
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[1].query.as_deref(), Some(&*format!("before={}&limit=2", ids[1])));

    let page = D::finish(client.sessions().list_page(&two))?;
    assert_eq!((page.items.len(), page.next.as_deref()), (2, Some(&*ids[1])));
    let rest = D::finish(client.sessions().list_page(&two.cursor(page.next.unwrap())))?;
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let closed = ListSessions::default().status(SessionStatus::Closed).user_id("buyer-77");
    assert_eq!(D::finish(client.sessions().list_page(&closed))?.items[0].id, ids[0]);
    let seen = D::finish(client.sessions().get(&ids[1]))?;
    assert_eq!((seen.user_id.expose(), &seen.status), ("buyer-77", &SessionStatus::Active));
    assert_eq!(
        refused(&D::finish(client.sessions().get("ses_none")).unwrap_err()),
        (404, "not_found")
    );
    let (none, failed) = D::collect(client.sessions().list(&ListSessions::default().limit(0)));
    assert_eq!((none.len(), wrong(&failed.unwrap())), (0, "limit"));
    Ok(())
}

fn a_broken_page_keeps_what_came_before<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    for _ in 0..3 {
        D::finish(client.create(&args()))?;
    }
    let refusal = json!({"error": "forbidden"});
    sandbox.inject(codespar_sandbox::Fault::on("GET", "/v1/sessions").skip(1).answer(403, refusal));
    let (listed, failed) = D::collect(client.sessions().list(&ListSessions::default().limit(2)));
    assert_eq!(listed.len(), 2);
    let failed = failed.unwrap();
    assert_eq!((refused(&failed), failed.operation()), ((403, "forbidden"), "sessions.list"));
    Ok(())
}

fn tool_calls_are_listed_counted_and_read<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args()))?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, D::finish(session.charge(&order()))?.call_id()?.clone());
    }
    let two = ListToolCalls::default().limit(2);
    let (listed, failed) = D::collect(client.tool_calls().list(&two));
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(listed.iter().map(|call| call.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(arrived(&sandbox, "GET", "/v1/tool-calls").len(), 2);
    assert_eq!(D::finish(client.tool_calls().list_page(&two))?.items.len(), 2);
    assert_eq!(D::finish(client.tool_calls().count(&ListToolCalls::default()))?, 3);
    let later = ListToolCalls::default().since("2100-01-01T00:00:00Z");
    assert_eq!(D::finish(client.tool_calls().count(&later))?, 0);

    let call = D::finish(client.tool_calls().get(&ids[0]))?;
    assert_eq!(
        (&call.status, call.tool_name.as_deref()),
        (&Some(CallStatus::Success), Some("codespar_charge"))
    );
    assert_eq!(call.session_id.as_ref().map(|id| id.as_str()), Some(session.id()));
    let error = D::finish(client.tool_calls().get("tc_999999")).unwrap_err();
    assert_eq!(refused(&error), (404, "tool_call_not_found"));
    let error = D::finish(client.tool_calls().get("nonsense")).unwrap_err();
    assert_eq!(refused(&error), (400, "invalid_tool_call_id"));
    Ok(())
}

fn providers_say_how_they_are_connected<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let filter = ListProviders::default().category("payments").country("BR");
    let found = D::finish(client.providers().list(&filter))?;
    assert_eq!(found.filtered, Some(found.servers.len() as u64));
    assert!(found.total > found.filtered && found.servers.iter().any(|it| it.id == "zoop"));
    assert_eq!(D::finish(client.providers().get("z-api"))?.name.as_deref(), Some("Z-API"));
    let schema = D::finish(client.providers().auth_schema("z-api"))?;
    let names: Vec<_> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["instance_id", "instance_token"]);
    assert_eq!(schema.environment, Some(Environment::Test));

    let error = D::finish(client.providers().verify_connection("zoop")).unwrap_err();
    assert_eq!(refused(&error), (424, "not_connected"));
    D::finish(client.connections().create(&CreateConnection::new("zoop", "zk-1")))?;
    assert!(D::finish(client.providers().verify_connection("zoop"))?.ok);
    let error = D::finish(client.providers().get("nobody")).unwrap_err();
    assert_eq!(refused(&error), (404, "server_unknown"));
    Ok(())
}

fn tools_are_searched_and_planned<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let found = D::finish(client.tools().search(&SearchTools::new("send money").limit(1)))?;
    assert_eq!((found.hits.len(), found.hits[0].tool_name.as_str()), (1, "codespar_pay"));
    assert_eq!(found.hits[0].confidence, Some(Confidence::High));
    let error = D::finish(client.tools().search(&SearchTools::new("x").limit(9))).unwrap_err();
    assert_eq!(wrong(&error), "limit");

    let intent = Intent::new("charge", Currency::BRL, "BR");
    let plan = D::finish(client.tools().plan(&PlanRoute::default().intent(intent.clone())))?;
    assert_eq!(plan.recommended.as_ref().unwrap().tool.as_deref(), Some("codespar_charge"));
    let prose = D::finish(client.tools().plan(&PlanRoute::default().description("charge Maria")));
    assert_eq!(refused(&prose.unwrap_err()), (501, "nl_unavailable"));
    let both = PlanRoute::default().intent(intent).description("charge Maria");
    assert_eq!(wrong(&D::finish(client.tools().plan(&both)).unwrap_err()), "intent");
    let meta = D::finish(client.tools().meta())?;
    assert!(meta.iter().any(|tool| tool.name == "codespar_ship" && tool.input_schema.is_some()));
    Ok(())
}

fn a_connection_lives_from_start_to_end<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let connections = client.connections();
    let begun = StartConnection::new("nuvem-fiscal", "buyer-77", "https://shop.test/back");
    let begun = D::finish(connections.start(&begun))?;
    assert!(begun.link_token.is_some() && begun.authorize_url.is_some());

    let secrets = [("instance_id", "id-1"), ("instance_token", "tok-1")];
    let create =
        CreateConnection::new("z-api", ConnectionSecret::named(secrets)).user_id("buyer-77");
    assert!(!format!("{create:?}").contains("tok-1"));
    let made = D::finish(connections.create(&create))?;
    assert_eq!((made.rotated, &made.status), (false, &Some(ConnectionStatus::Connected)));
    let again = D::finish(connections.create(&create))?;
    assert_eq!((again.rotated, &again.id), (true, &made.id));
    let wrong_names = ConnectionSecret::named([("api_key", "x")]);
    let error =
        D::finish(connections.create(&CreateConnection::new("z-api", wrong_names))).unwrap_err();
    assert_eq!(refused(&error), (400, "path_secret_keys_mismatch"));
    let empty = D::finish(connections.create(&CreateConnection::new("zoop", ""))).unwrap_err();
    assert_eq!(wrong(&empty), "secret");

    let mine = ListConnections::default().user_id("buyer-77").status(ConnectionStatus::Connected);
    assert_eq!(D::finish(connections.list(&mine))?.len(), 1);
    let noted = D::finish(connections.update_metadata(&made.id, &json!({"store": 7})))?;
    assert_eq!(noted.connection_metadata.unwrap().to_value(), json!({"store": 7}));
    let set = D::finish(connections.set_webhook_secret(&made.id, "whsec-1"))?;
    assert_eq!((set.updated, set.server_id.as_deref()), (Some(true), Some("z-api")));

    let error = D::finish(connections.delete(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "cannot_delete_active"));
    let revoked = D::finish(connections.revoke(&made.id))?;
    assert_eq!((&revoked.status, revoked.already), (&Some(ConnectionStatus::Revoked), None));
    assert_eq!(D::finish(connections.revoke(&made.id))?.already, Some(true));
    assert!(D::finish(connections.get(&made.id))?.revoked_at.is_some());
    D::finish(connections.delete(&made.id))?;
    assert_eq!(refused(&D::finish(connections.get(&made.id)).unwrap_err()), (404, "not_found"));
    Ok(())
}

fn projects_keep_their_things_apart<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let create = CreateProject::new("Loja", "loja").environment(Environment::Test);
    let made = D::finish(client.projects().create(&create))?;
    assert_eq!((made.slug.as_deref(), made.is_default), (Some("loja"), Some(false)));
    let taken = D::finish(client.projects().create(&create)).unwrap_err();
    assert_eq!(refused(&taken), (400, "slug_conflict"));
    assert_eq!(D::finish(client.projects().list())?.len(), 2);
    let renamed = UpdateProject::default().name("Loja 2");
    assert_eq!(
        D::finish(client.projects().update(&made.id, &renamed))?.name.as_deref(),
        Some("Loja 2")
    );
    assert_eq!(D::finish(client.projects().get(&made.id))?.name.as_deref(), Some("Loja 2"));
    let settings =
        D::finish(client.projects().update_settings(&made.id, &json!({"theme": "dark"})))?;
    assert_eq!(D::finish(client.projects().settings(&made.id))?, settings);

    let there = Client::<D>::with_config(config_of(&sandbox).project(made.id.clone()))?;
    D::finish(there.create(&args()))?;
    assert_eq!(D::finish(there.sessions().list_page(&ListSessions::default()))?.items.len(), 1);
    assert!(D::finish(client.sessions().list_page(&ListSessions::default()))?.items.is_empty());
    assert_eq!(D::finish(there.whoami())?.project.unwrap().id, made.id);

    D::finish(client.projects().update(&made.id, &UpdateProject::default().is_default(true)))?;
    let error = D::finish(client.projects().delete(&made.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "cannot_delete_default"));
    let first =
        D::finish(client.projects().list())?.into_iter().find(|it| it.id != made.id).unwrap();
    D::finish(client.projects().delete(&first.id))?;
    assert_eq!(D::finish(client.projects().list())?.len(), 1);
    let error =
        D::finish(client.projects().create(&CreateProject::new("x", "Big Slug"))).unwrap_err();
    assert_eq!(wrong(&error), "slug");
    Ok(())
}

fn the_account_says_who_asks_and_how_it_is<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let who = D::finish(client.whoami())?;
    assert_eq!(who.key.unwrap().environment, Some(Environment::Test));
    let organization = D::finish(client.organization(&who.organization.unwrap().id))?;
    assert_eq!(organization.name.as_deref(), Some("Sandbox"));
    assert_eq!(refused(&D::finish(client.organization("org_x")).unwrap_err()), (404, "not_found"));
    assert_eq!(D::finish(client.health())?.status, HealthStatus::Healthy);
    let made =
        D::finish(client.api_keys().create(&CreateApiKey::new("ci").env(Environment::Test)))?;
    assert!(made.full_key.expose().starts_with("csk_test_"));
    assert!(!format!("{made:?}").contains(made.full_key.expose()));
    let listed = D::finish(client.api_keys().list())?;
    assert_eq!((listed.len(), &listed[0].id), (1, &made.id));
    assert_eq!(
        wrong(&D::finish(client.api_keys().create(&CreateApiKey::new(" "))).unwrap_err()),
        "name"
    );
    for error in [
        D::finish(client.openapi()).map(drop).unwrap_err(),
        D::finish(client.manifest()).map(drop).unwrap_err(),
    ] {
        assert_eq!(refused(&error), (501, "not_in_sandbox"));
    }
    assert_eq!(
        Json::of(&D::finish(client.health())?)?.member("status").unwrap().as_str(),
        "\"healthy\""
    );
    Ok(())
}
