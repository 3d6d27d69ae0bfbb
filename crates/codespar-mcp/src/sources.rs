//! Sources of tools that offer a part of another source, or under other ids.

use codespar_async::{
    Call, Error, HyperTransport,
    agent_tools::{Arguments, OperationTools, Outcome, ToolSource, ToolSpec},
};

/// A source whose ids begin with a prefix, so that those of two APIs are told apart.
pub(crate) struct Prefixed<S> {
    pub(crate) prefix: &'static str,
    pub(crate) title: &'static str,
    pub(crate) source: S,
}

impl<S: ToolSource<HyperTransport>> ToolSource<HyperTransport> for Prefixed<S> {
    fn tools(&self) -> Vec<ToolSpec> {
        let mut tools = self.source.tools();
        for tool in &mut tools {
            tool.id.insert_str(0, self.prefix);
            tool.title = format!("{}: {}", self.title, tool.title);
        }
        tools
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<HyperTransport, Outcome>, Error> {
        let mut own = tool.clone();
        if let Some(id) = tool.id.strip_prefix(self.prefix) {
            own.id = id.to_owned();
        }
        self.source.start(&own, arguments, key)
    }
}

/// The operations of the API. Of those of a session only what reads: the session's tools do the
/// rest, and one payment has one name.
pub(crate) struct Operations(pub(crate) OperationTools<HyperTransport>);

impl ToolSource<HyperTransport> for Operations {
    fn tools(&self) -> Vec<ToolSpec> {
        let mut tools = self.0.tools();
        tools.retain(|tool| !tool.id.starts_with("session.") || tool.effect.only_reads());
        tools
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<HyperTransport, Outcome>, Error> {
        self.0.start(tool, arguments, key)
    }
}
