//! The server as `rmcp` sees it.

use std::borrow::Cow;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ProtocolVersion, ServerCapabilities, ServerConfig, SubscriptionFilter,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};

use crate::{
    calls::Given,
    options::Protocol,
    result::Form,
    server::{Offer, Server},
    set_up,
};

const INSTRUCTIONS: &str = "\
Every result begins with a verdict: done, nothing sent, refused, held or unknown. \
\"held\" waits for a person and then happens by itself: do not call it again. \
\"unknown\" may have happened: repeat it under the key that it names, or not at all. \
Amounts are in the unit that their description says. \
Before money moves, the user may be asked.";

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities =
            ServerCapabilities::builder().enable_tools().enable_tool_list_changed().build();
        // What `initialize` falls back to: the newest that has it.
        let newest = self.shared.options.newest_protocol.min(Protocol::V2025_11_25);
        let server = Implementation::new("codespar", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(capabilities)
            .with_protocol_version(newest.version())
            .with_server_info(server.with_title("CodeSpar"))
            .with_instructions(INSTRUCTIONS)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(self.shared.options.newest_protocol.versions())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = match self.shared.offer().await {
            Ok(Offer::Tools(catalog)) => catalog.tools(),
            Ok(Offer::SetUp(_)) => set_up::tool().into_iter().collect(),
            Err(error) => return Err(ErrorData::internal_error(error.to_string(), None)),
        };
        let form = self.form(&context);
        let entries = tools.iter().filter_map(|tool| form.tool(tool)).collect();
        Ok(ListToolsResult::with_all_items(entries))
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(match self.shared.call(params, &context).await {
            Given::Answer(answer) => self.form(&context).result(&answer).into(),
            Given::Question(question) => (*question).into(),
        })
    }

    // There are none of these. Some clients ask whatever is declared, and end on an error.
    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::default())
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::default())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::default())
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        self.shared.remember(context.peer);
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(requested.intersection(&SubscriptionFilter::builder().tools_list_changed().build()))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.shared.changes.subscribe();
        loop {
            tokio::select! {
                () = context.cancelled() => return Ok(()),
                () = self.end.reached() => return Ok(()),
                changed = changes.changed() => {
                    if changed.is_err() {
                        return Ok(());
                    }
                    if context.sink().notify_tool_list_changed().await.is_err() {
                        return Ok(());
                    }
                }
            }
        }
    }
}

impl Server {
    fn form(&self, context: &RequestContext<RoleServer>) -> Form {
        Form::new(self.shared.options.results, context.protocol_version().as_ref())
    }
}
