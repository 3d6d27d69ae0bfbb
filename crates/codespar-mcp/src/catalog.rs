//! The tools that a server offers at a time, and how they come to be.

use std::sync::Arc;

use codespar_async::{
    Client, CreateSession, Error, HyperTransport, Session,
    agent_tools::{
        CallRecord, LeftOut, OperationTools, SessionTools, Tool, ToolSource, Toolbox,
        ToolboxOptions,
    },
    upivia,
};

use crate::{
    gates::Gate,
    options::Options,
    sources::{Operations, Prefixed},
};

type Sources = Vec<Box<dyn ToolSource<HyperTransport>>>;

/// The clients of a server.
#[derive(Default)]
pub(crate) struct Clients {
    pub(crate) codespar: Option<(Client, CreateSession)>,
    pub(crate) upivia: Option<upivia::Client>,
}

/// The tools that are offered, and those behind gates.
pub(crate) struct Catalog {
    pub(crate) session: Option<Session>,
    pub(crate) listed: Toolbox<HyperTransport>,
    pub(crate) gated: Option<Toolbox<HyperTransport>>,
}

impl Catalog {
    /// Opens a session, and asks for what there is.
    pub(crate) async fn open(
        clients: &Clients,
        options: &Options,
        record: &Arc<dyn CallRecord>,
    ) -> Result<Self, Error> {
        let session = match &clients.codespar {
            Some((client, args)) => Some(client.create(args).await?),
            None => None,
        };
        let made = Self::of_session(session.clone(), clients, options, record).await;
        if let (Err(_), Some(session)) = (&made, session) {
            // It is of no use to anybody; the error that is told is the first one.
            let _ = session.close().await;
        }
        made
    }

    /// The tools there are in a session that is open.
    pub(crate) async fn of_session(
        session: Option<Session>,
        clients: &Clients,
        options: &Options,
        record: &Arc<dyn CallRecord>,
    ) -> Result<Self, Error> {
        let (mut listed, mut operations) = (Sources::new(), Sources::new());
        if let (Some(session), Some((client, _))) = (&session, &clients.codespar) {
            // Asked for anew each time: `Session::tools` gives what it knows.
            let tools = session.connections().await?.tools;
            listed.push(Box::new(SessionTools::new(session, &tools)));
            if options.operations {
                operations.push(Box::new(Operations(OperationTools::new(client).session(session))));
            }
        }
        if let Some(client) = clients.upivia.as_ref().filter(|_| options.upivia) {
            let source = upivia::agent_tools::ServiceTools::new(client, client.toolkit().await?);
            listed.push(Box::new(Prefixed { prefix: "upivia.", title: "Upivia", source }));
            if options.operations {
                let source = upivia::agent_tools::OperationTools::new(client);
                let title = "Upivia's API";
                operations.push(Box::new(Prefixed { prefix: "upivia_api.", title, source }));
            }
        }
        let toolbox = |sources, options: ToolboxOptions| {
            Toolbox::new(sources, options).record(Arc::clone(record))
        };
        let many = operations.iter().map(|source| source.tools().len()).sum::<usize>();
        let gated = if many > options.listed_operations {
            Some(toolbox(operations, options.toolbox()))
        } else {
            listed.extend(operations);
            None
        };
        Ok(Self { session, listed: toolbox(listed, options.toolbox()), gated })
    }

    /// The gates, where there are any.
    fn gates(&self) -> impl Iterator<Item = Tool> {
        let count = self.gated.as_ref().map(|operations| operations.tools().count());
        let gates = count.map(|count| Gate::ALL.into_iter().filter_map(move |it| it.tool(count)));
        gates.into_iter().flatten()
    }

    /// Every entry of the list. A tool that has a gate's name gives way to it.
    pub(crate) fn tools(&self) -> Vec<Tool> {
        let gates: Vec<Tool> = self.gates().collect();
        let is_free = |tool: &&Tool| !gates.iter().any(|gate| gate.name == tool.name);
        let mut all: Vec<Tool> = self.listed.tools().filter(is_free).cloned().collect();
        all.extend(gates);
        all
    }

    /// What is not offered, and why.
    pub(crate) fn left_out(&self) -> Vec<LeftOut> {
        let gated = self.gated.iter().flat_map(Toolbox::left_out);
        self.listed.left_out().iter().chain(gated).cloned().collect()
    }

    /// The id of the session, where there is one.
    pub(crate) fn session_id(&self) -> &str {
        self.session.as_ref().map_or("", |session| session.id())
    }

    /// Whether the same is offered as before.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let said = |catalog: &Self| -> Vec<_> {
            let entry = |tool: &Tool| {
                (tool.name.clone(), tool.description(), tool.input_schema().clone(), tool.hints)
            };
            catalog.tools().iter().map(entry).collect()
        };
        said(self) == said(other)
    }
}
