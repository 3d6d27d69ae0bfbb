//! The CodeSpar API as values: requests out, typed envelopes in, no I/O.
//!
//! This crate knows what the API takes and gives; a driver crate (`codespar-blocking`,
//! `codespar-async`) carries it over the network. [`Client`] and [`Session`] are the same types
//! in both: each method makes a [`Call`], finished by `.send()?` or `.await?`.
//!
//! Where to find things: one file per subject, with its arguments, its answers and its endpoint
//! rows together. [`Session`] has one method per operation, [`Client`] opens sessions.
//!
//! Money: [`Major`] and [`Minor`] are different types, because the API uses both units. Free JSON
//! is [`Json`], kept as it came. Enumerations keep values they do not know, structs keep members
//! they do not know (`extra`).

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

mod account;
mod agents;
mod approvals;
mod args;
mod authorize;
mod bare;
mod called;
mod catalog;
mod change;
mod charge;
mod charges;
mod chat;
mod client;
mod config;
mod connections;
mod consents;
mod consumers;
mod create;
mod crypto_pay;
mod deliveries;
mod dialect;
mod discover;
mod funding;
mod hooks;
mod ids;
mod invoice;
mod issue;
mod keyed;
mod kyc;
mod ledger;
mod links;
#[cfg(feature = "mandate")]
pub mod mandate;
mod mandates_api;
mod minor_text;
mod money;
mod notify;
mod pay;
mod payables;
mod projects;
mod proxy;
mod receipt;
mod records;
mod refusal;
#[cfg(feature = "registry")]
pub mod registry;
pub mod request;
pub mod resource;
mod session;
mod sessions;
mod ship;
mod shop;
mod spend;
mod status;
mod test_money;
mod time;
mod tool_calls;
mod tool_list;
mod tool_result;
mod tool_search;
mod tools;
mod verdicts;
mod wallet;
mod wallets;
#[cfg(feature = "webhook")]
pub mod webhook;
mod wizard;
mod workflow;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use codespar_engine::kit::{Condition, VerdictRow};
#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    AsyncTransport, BlockingTransport, BoxFlow, Call, CallFuture, CallOptions, CancelHandle,
    Connect, Effect, Error, ErrorKind, Event, Exchange, Extra, Flow, Identity, Items, Json,
    KeyRule, KeyUse, Limits, Multipart, Page, Payload, PendingApproval, Proxy, Reply, RetryPolicy,
    Roots, Route, Sensitive, Stage, Step, Tick, Transport, TransportError, TransportErrorKind,
    TransportSettings, Verdict,
};

pub use self::{
    account::{
        ApiKeyInfo, CreateApiKey, CreatedApiKey, Health, HealthStatus, KeyScope, Organization,
        ProjectName, User, Whoami,
    },
    agents::{Agent, RegisterAgent},
    approvals::{ApprovalRecord, ApprovalState},
    authorize::{Authorization, AuthorizeArgs},
    called::Called,
    catalog::{
        AuthField, AuthSchema, ListProviders, Provider, ProviderList, SecretKind, Verification,
    },
    change::Change,
    charge::{Buyer, Charge, ChargeArgs, ChargeMethod},
    charges::{
        ChargeLocalStatus, ChargeRecord, ChargeSettlement, ChargeStatus, CreateCharge, ListCharges,
    },
    chat::{
        AssistantText, CallStatus, ChatEvent, SendResult, ToolCallRecord, ToolOutput, ToolUse,
        TurnError, UserMessage,
    },
    client::Client,
    config::{Config, MANAGED_URL},
    connections::{AuthType, Connections, ConnectionsWait, ServerConnection, Tool},
    consents::{
        CapWindow, Consent, ConsentIntent, ConsentLink, ConsentRail, ConsentSlot, ConsentSurface,
        CreateConsent, GrantedMandate, MerchantPin, PeriodicCap, SubmitConsent,
    },
    consumers::{
        ConsumerWallet, Purse, SourceDebit, Transfer, TransferArgs, TransferFrom, TransferTo,
    },
    create::{CreateSession, Mock, Preset, ServerSpec, SessionStatus},
    crypto_pay::{
        CryptoDirection, CryptoMethod, CryptoPay, CryptoPayArgs, CryptoRail, CryptoRecipient,
    },
    deliveries::{
        Delivery, DeliveryStatus, EventReplay, PendingRetries, Redelivery, TestDelivery, TestFire,
    },
    discover::{DiscoverArgs, Discovery, PlanStep, SearchStrategy, ToolMatch, ToolMatches},
    funding::{ConsentRecord, FundingSource},
    hooks::{
        CreateWebhookEndpoint, ListWebhookEndpoints, RotatedSecret, UpdateWebhookEndpoint,
        WebhookEndpoint, WebhookStatus,
    },
    ids::{ChargeReference, SessionId, ToolCallId},
    invoice::{Invoice, InvoiceAction, InvoiceArgs, InvoiceKind},
    issue::{CardControl, IssueAction, IssueArgs, IssuedCard},
    kyc::{Kyc, KycArgs, KycCheck},
    ledger::{LedgerAction, LedgerAnswer, LedgerArgs, Leg},
    links::{
        Connection, ConnectionSecret, ConnectionStatus, CreateConnection, ListConnections,
        StartConnection, StoredConnection, WebhookSecretSet,
    },
    mandates_api::MandateRecord,
    minor_text::MinorText,
    money::{Currency, Major, Minor},
    notify::{Notified, NotifyArgs, NotifyChannel},
    pay::{Pay, PayAction, PayArgs, PayMethod},
    payables::{
        AddItems, AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus,
        BatchTotals, CheckStatus, CreateBatch, DestinationKind, FileKind, ItemCheck,
        ItemDestination, ItemOrigin, ItemPayment, ItemPaymentState, ItemRail, ItemRefusal,
        ItemState, MissingPart, NewItem, OriginKind, PayBatch, PayableFile, UpdateItem, Upload,
    },
    projects::{CreateProject, Environment, Project, UpdateProject},
    proxy::{Proxied, ProxyCall, ProxyMethod},
    receipt::{
        Receipt, ReceiptDelivery, ReceiptException, ReceiptMandate, ReceiptPayment, ReceiptQuote,
        ReceiptState,
    },
    records::{LogRow, MockCounter, RecordToolCall, SessionMocks, UpdateToolCall},
    refusal::{ToolOutcome, ToolRefusal},
    session::{Closed, McpConfig, ServerRef, Session, SessionInfo},
    sessions::ListSessions,
    ship::{ParcelItem, PostalAddress, ServiceLevel, ShipAction, ShipArgs, Shipment},
    shop::{
        Checkout, CheckoutStatus, Offer, OfferVariant, Offers, ShopAddress, ShopBuyer,
        ShopCheckout, ShopItem, ShopSearch,
    },
    spend::{
        PaymentArgs, Spend, SpendArgs, SpendMandate, SpendPayment, SpendReceipt, SpendStatus,
        SpendWallet,
    },
    status::{
        PaymentEvent, PaymentState, PaymentStatus, VerificationEvent, VerificationState,
        VerificationStatus,
    },
    test_money::PaidCharge,
    time::Timestamp,
    tool_calls::{ListToolCalls, ToolCall},
    tool_list::{ListTools, RankedTool, RankedTools, ToolList},
    tool_result::ToolResult,
    tool_search::{
        Confidence, Intent, MetaTool, PlanRoute, PlannedCall, RoutePlan, SearchTools, ToolHit,
        ToolSearch,
    },
    wallet::{
        DeletedPixKey, KeyDeletion, PIX_KEY_DELETION, PixKey, PixKeyType, PixKeys, RegisterPixKey,
        RegisteredPixKey,
    },
    wallets::{OrgWallet, WalletBalance, WalletStatus, WalletTransfer, WalletTransferArgs},
    wizard::{
        AuthState, ConnectSteps, Difficulty, RequiredSecret, Wizard, WizardAction, WizardArgs,
        WizardConnection, WizardEnvironment,
    },
    workflow::{Backoff, StepResult, Workflow, WorkflowResult, WorkflowStep},
};

/// What the API's codes say about effects: the table by which every error and every result of a
/// tool is judged, but for the rows of statuses that follow in it.
pub const fn verdict_rows() -> &'static [VerdictRow] {
    verdicts::ROWS
}

/// Every route this crate calls, subject by subject.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    [
        create::ROUTES,
        session::ROUTES,
        connections::ROUTES,
        tools::ROUTES,
        chat::ROUTES,
        charge::ROUTES,
        pay::ROUTES,
        status::ROUTES,
        authorize::ROUTES,
        crypto_pay::ROUTES,
        discover::ROUTES,
        invoice::ROUTES,
        issue::ROUTES,
        kyc::ROUTES,
        ledger::ROUTES,
        notify::ROUTES,
        proxy::ROUTES,
        records::ROUTES,
        ship::ROUTES,
        shop::ROUTES,
        tool_list::ROUTES,
        wizard::ROUTES,
        account::ROUTES,
        catalog::ROUTES,
        deliveries::ROUTES,
        hooks::ROUTES,
        links::ROUTES,
        projects::ROUTES,
        sessions::ROUTES,
        tool_calls::ROUTES,
        tool_search::ROUTES,
        agents::ROUTES,
        approvals::ROUTES,
        charges::ROUTES,
        consents::ROUTES,
        consumers::ROUTES,
        funding::ROUTES,
        mandates_api::ROUTES,
        spend::ROUTES,
        test_money::ROUTES,
        wallet::ROUTES,
        wallets::ROUTES,
    ]
    .into_iter()
    .flatten()
    .chain(payables::routes())
}
