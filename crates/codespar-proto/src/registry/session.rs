//! Operations of a session whose methods do more than make one request.

use std::{sync::Arc, time::Duration};

use codespar_engine::{Json, compositions};

use crate::{
    meta_tools::{
        output::ToolOutput,
        shop::{Checkout, ShopArgs},
    },
    registry::{
        settings::Mcp,
        started::{Start, Started},
    },
    session::{
        Session,
        authorize::{Authorization, AuthorizeArgs},
        chat::ChatEvent,
        connections::{ConnectionsWait, SessionConnections, Tool},
        execute::tool_result::ToolResult,
        status::{
            Reconnect,
            state::{PaymentStatus, VerificationStatus},
        },
        workflow::{plan::WorkflowArgs, result::WorkflowResult},
    },
    types::ids::ToolCallId,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(session: Session) -> Started;

    /// Runs a tool by its name; unless it only reads, it may move money.
    "session.execute" {
        /// A catalog tool, `server/tool`, or a meta-tool such as `codespar_charge`.
        tool_name: String,
        /// What the tool is given: an object.
        params: Json,
    } -> ToolResult, of "session.execute" => session.execute(&tool_name, &params);
    /// Hands a message to the session's agent, which may move money, and follows it at work.
    "session.send_stream" {
        /// The message, in words.
        message: String,
    } -> ChatEvent, of "session.send_stream" => session.send_stream(&message);
    /// Says how the payment behind a tool call stands.
    "session.payment_status" {
        /// The tool call that made it.
        tool_call_id: ToolCallId,
    } -> PaymentStatus, of "session.payment_status" => session.payment_status(&tool_call_id);
    /// Says how the verification behind a tool call stands.
    "session.verification_status" {
        /// The tool call that began it.
        tool_call_id: ToolCallId,
    } -> VerificationStatus, of "session.verification_status" =>
        session.verification_status(&tool_call_id);
    /// Follows a payment: its state now, and at every change.
    "session.payment_status_stream" {
        /// The tool call that made it.
        tool_call_id: ToolCallId,
        /// Whether a stream that ends before the payment is settled is opened again.
        reconnect: Option<bool>,
    } -> PaymentStatus, of "session.payment_status_stream" =>
        session.payment_status_stream(&tool_call_id, reconnecting(reconnect));
    /// Follows a verification: its state now, and at every change.
    "session.verification_status_stream" {
        /// The tool call that began it.
        tool_call_id: ToolCallId,
        /// Whether a stream that ends before the verification is decided is opened again.
        reconnect: Option<bool>,
    } -> VerificationStatus, of "session.verification_status_stream" =>
        session.verification_status_stream(&tool_call_id, reconnecting(reconnect));
    /// Waits until a payment is settled, and gives its last state.
    "session.settled" {
        /// The tool call that made it.
        tool_call_id: ToolCallId,
    } -> PaymentStatus, of "session.payment_status_stream" => session.settled(&tool_call_id);
    /// Waits until a verification is decided, and gives its last state.
    "session.decided" {
        /// The tool call that began it.
        tool_call_id: ToolCallId,
    } -> VerificationStatus, of "session.verification_status_stream" =>
        session.decided(&tool_call_id);

    /// Lists the servers of the session and its tools.
    "session.connections" {} -> SessionConnections, of "session.connections" =>
        session.connections();
    /// Waits until all servers of the session are connected, or the time is up.
    "session.wait_for_connections" {
        /// How long at most.
        #[wire(seconds)]
        limit_s: u64,
    } -> ConnectionsWait, of "session.connections" =>
        session.wait_for_connections(Duration::from_secs(limit_s));
    /// Lists the session's tools: those seen last, or else asked for once.
    "session.tools" {} -> Arc<[Tool]>, of "session.connections" => session.tools();
    /// Lists the session's tools whose name or description holds a text.
    "session.find_tools" {
        /// The text that they hold.
        intent: String,
    } -> Vec<Tool>, of "session.connections" => session.find_tools(&intent);
    /// Says where an agent reaches the session's tools by the Model Context Protocol.
    "session.mcp" {} -> Mcp<'static> => Json::of(&Mcp::of(&session.mcp()));
    /// Begins to connect a provider by OAuth; a person finishes it in a browser.
    "session.authorize"(args: AuthorizeArgs) -> Authorization, of "session.authorize" =>
        session.authorize(&args);

    /// Searches shops, begins to buy, or says how a checkout stands.
    "session.shop"(args: ShopArgs) -> Json, of "session.shop_checkout" => match args {
        ShopArgs::Search(args) => session.shop_search(&args).and_then(|found| Json::of(&found)),
        ShopArgs::Checkout(args) => session.shop_checkout(&args).and_then(|begun| Json::of(&begun)),
        ShopArgs::CheckoutStatus(args) => {
            let seen = session.shop_checkout_status(&args.checkout_session_id);
            seen.and_then(|seen| Json::of(&seen))
        }
    };
    /// Looks at a checkout until it is ready for payment or canceled, or the time is up.
    "session.shop_checkout_end" {
        /// The id of the checkout.
        checkout_session_id: String,
        /// How long at most.
        #[wire(seconds)]
        limit_s: u64,
    } -> ToolOutput<Checkout>, of "session.shop_checkout_status" =>
        session.shop_checkout_end(&checkout_session_id, Duration::from_secs(limit_s));
    /// Runs tools one after another; unless they only read, they may move money.
    "session.run_workflow"(args: WorkflowArgs) -> WorkflowResult, of "session.execute" =>
        session.run_workflow(args.into());
}

fn reconnecting(reconnect: Option<bool>) -> Reconnect {
    if reconnect == Some(true) { Reconnect::UntilOver } else { Reconnect::Never }
}
