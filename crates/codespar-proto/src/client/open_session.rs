//! The conversation that opens a session.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};

use codespar_engine::{
    Answer, CallOptions, Error, Extra, Sensitive, Timestamp,
    driver::{BoxFlow, Event, Flow, Step, Tick},
    endpoints,
    kit::{Check, Service, Unary, check_segment},
};
use serde::Serialize;

use crate::session::{
    SessionCore, connections,
    connections::answer::ConnectionsWait,
    create::{CreateSession, Mock, ServerSpec, SessionStatus},
    info::{ServerRef, SessionInfo},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Opens a session.
    fn create(; json: &Body<'_>) -> Created: "client.create" POST "/v1/sessions",
        scope "sessions:create", part of create;
}

#[derive(Serialize)]
struct Body<'a> {
    servers: Vec<&'a str>,
    user_id: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mocks: Option<&'a BTreeMap<String, Mock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    server_specs: &'a BTreeMap<String, ServerSpec>,
}

impl Check for Body<'_> {}

/// The answer to creating a session; a self-hosted runtime sends `id` and `status` only.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Created {
    id: String,
    org_id: Option<String>,
    project_id: Option<String>,
    #[wire(personal)]
    user_id: Option<Sensitive>,
    servers: Option<Vec<ServerRef>>,
    status: Option<SessionStatus>,
    created_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was asked for, where the answer does not say.
struct Requested {
    user_id: Sensitive,
    servers: Vec<ServerRef>,
}

/// Creates the session, then waits for its connections if that was asked for.
pub(crate) struct OpenSession {
    inner: Stage,
    asked: Requested,
    service: Arc<Service>,
    wait: Option<Duration>,
    made: Option<SessionInfo>,
    options: CallOptions,
}

enum Stage {
    Creating(Box<Unary<Created>>),
    Waiting(BoxFlow<ConnectionsWait>),
}

impl Flow for OpenSession {
    type Item = Infallible;
    type Output = SessionCore;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Self::Item, SessionCore> {
        if let Event::Start(options) = &event {
            self.options = options.clone();
        }
        match &mut self.inner {
            Stage::Creating(flow) => match flow.resume(tick, event).or_done() {
                Ok(step) => step,
                Err(Err(error)) => Step::Done(Err(error)),
                Err(Ok(created)) => self.on_created(tick, created),
            },
            Stage::Waiting(flow) => match flow.resume(tick, event).or_done() {
                Ok(step) => step,
                // The session exists: a wait that failed must not lose it.
                Err(outcome) => self.finish(Some(outcome)),
            },
        }
    }

    fn is_one_exchange(&self) -> bool {
        self.wait.is_none()
    }
}

impl OpenSession {
    /// Of arguments that were looked over.
    pub(crate) fn of(service: &Arc<Service>, args: &CreateSession) -> Self {
        let servers = args.server_list();
        let body = Body {
            servers: servers.clone(),
            user_id: args.user_id.expose(),
            metadata: &args.metadata,
            mocks: args.mocks.as_ref(),
            agent_id: args.agent_id.as_deref(),
            server_specs: &args.server_specs,
        };
        Self {
            inner: Stage::Creating(Box::new(create(service, &body))),
            asked: Requested {
                user_id: args.user_id.clone(),
                servers: servers.into_iter().map(ServerRef::from).collect(),
            },
            service: Arc::clone(service),
            wait: args.wait,
            made: None,
            options: CallOptions::default(),
        }
    }

    fn on_created(&mut self, tick: Tick<'_>, created: Created) -> Step<Infallible, SessionCore> {
        let info = SessionInfo::of_creation(
            created.id,
            created.user_id.unwrap_or_else(|| self.asked.user_id.clone()),
            created.servers.unwrap_or_else(|| std::mem::take(&mut self.asked.servers)),
        );
        let info = SessionInfo {
            org_id: created.org_id,
            project_id: created.project_id,
            status: created.status.unwrap_or(SessionStatus::Active),
            created_at: created.created_at,
            closed_at: created.closed_at,
            extra: created.extra,
            ..info
        };
        if check_segment("id", &info.id).is_err() {
            let error = Error::decode("id: expected an id that can stand in a path");
            return Step::Done(Err(error.at("client.create")));
        }
        self.made = Some(info);
        let Some(limit) = self.wait else { return self.finish(None) };
        let id = self.made.as_ref().map_or("", |info| info.id.as_str());
        let mut flow = connections::wait_until_connected(&self.service, id, limit);
        let mut options = self.options.clone();
        options.idempotency_key = None;
        let step = flow.resume(tick, Event::Start(options));
        self.inner = Stage::Waiting(flow);
        match step.or_done() {
            Ok(step) => step,
            Err(outcome) => self.finish(Some(outcome)),
        }
    }

    fn finish(
        &mut self,
        waited: Option<Result<ConnectionsWait, Error>>,
    ) -> Step<Infallible, SessionCore> {
        let Some(info) = self.made.take() else {
            return Step::Done(Err(Error::stream("the session was made already")));
        };
        let waited = waited.map(|outcome| outcome.unwrap_or_default());
        Step::Done(Ok(SessionCore::new(info, waited)))
    }
}
