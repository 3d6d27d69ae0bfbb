//! Operations of a session around commerce: meta-tools, providers, workflows, records.

use std::time::Duration;

use codespar_engine::Json;

use crate::{
    api::tool_calls::CallStatus,
    meta_tools::{
        connection_wizard::WizardArgs,
        crypto_pay::CryptoPayArgs,
        discover::DiscoverArgs,
        invoice::InvoiceArgs,
        issue::IssueArgs,
        kyc::KycArgs,
        ledger::LedgerArgs,
        notify::NotifyArgs,
        ship::ShipArgs,
        shop::{ShopArgs, ShopCheckout, ShopSearch},
    },
    session::{
        authorize::AuthorizeArgs,
        history::{RecordToolCall, UpdateToolCall},
        proxy_execute::ProxyCall,
        tools::ListTools,
        workflow::plan::WorkflowArgs,
    },
    types::ids::ToolCallId,
};

operations! {
    Session session;

    "session.discover" (args: DiscoverArgs) => session.discover(&args);
    "session.connection_wizard" (args: WizardArgs) => session.connection_wizard(&args);
    "session.ship" (args: ShipArgs) => session.ship(&args);
    "session.ledger" (args: LedgerArgs) => session.ledger(&args);
    "session.issue" (args: IssueArgs) => session.issue(&args);
    "session.shop" (args: ShopArgs) => match args {
        ShopArgs::Search(args) => session.shop_search(&args).and_then(|found| Json::of(&found)),
        ShopArgs::Checkout(args) => session.shop_checkout(&args).and_then(|begun| Json::of(&begun)),
        ShopArgs::CheckoutStatus(args) => {
            session.shop_checkout_status(&args.checkout_session_id).and_then(|seen| Json::of(&seen))
        }
    };
    "session.shop_search" (args: ShopSearch) => session.shop_search(&args);
    "session.shop_checkout" (args: ShopCheckout) => session.shop_checkout(&args);
    "session.shop_checkout_status" { checkout_session_id: String } =>
        session.shop_checkout_status(&checkout_session_id);
    "session.shop_checkout_end" { checkout_session_id: String, limit_s: u64 } =>
        session.shop_checkout_end(&checkout_session_id, Duration::from_secs(limit_s));
    "session.kyc" (args: KycArgs) => session.kyc(&args);
    "session.invoice" (args: InvoiceArgs) => session.invoice(&args);
    "session.notify" (args: NotifyArgs) => session.notify(&args);
    "session.crypto_pay" (args: CryptoPayArgs) => session.crypto_pay(&args);
    "session.proxy_execute" (args: ProxyCall) => session.proxy_execute(&args);
    "session.authorize" (args: AuthorizeArgs) => session.authorize(&args);
    "session.run_workflow" (args: WorkflowArgs) => session.run_workflow(args.into());
    "session.wait_for_connections" { limit_s: u64 } =>
        session.wait_for_connections(Duration::from_secs(limit_s));
    "session.list_tools" (args: ListTools) => session.list_tools(&args);
    "session.search_tools" { intent: String } => session.search_tools(&intent);
    "session.refresh" {} => session.refresh();
    "session.mocks" {} => session.mocks();
    "session.tool_calls" { limit: Option<u32> } => session.tool_calls(limit);
    "session.record_tool_call" (args: RecordToolCall) => session.record_tool_call(&args);
    "session.update_tool_call" {
        tool_call_id: ToolCallId,
        status: Option<CallStatus>,
        duration_ms: Option<u64>,
        error_code: Option<String>,
        output: Option<Json>,
    } => {
        let mut update = UpdateToolCall::default();
        (update.status, update.duration_ms) = (status, duration_ms);
        (update.error_code, update.output) = (error_code, output);
        session.update_tool_call(&tool_call_id, &update)
    };
    "session.logs" {} => session.logs();
}
