//! The CodeSpar API as values: requests out, typed envelopes in, no I/O.
//!
//! This crate knows what the API takes and gives; a driver crate (`codespar-blocking`,
//! `codespar-async`) carries it over the network. [`Client`] and [`Session`] are the same types
//! in both: each method makes a [`Call`], finished by `.send()?` or `.await?`.
//!
//! Where to find things: [`Client`] opens sessions and has a handle per subject
//! (`client.charges()`), [`Session`] has one method per operation. Arguments and answers are in
//! the module of their subject: [`charges`], [`payables`], [`webhook_endpoints`], …; those of
//! sessions in [`session`], [`chat`] and [`workflow`], those of the tools that sessions run, such
//! as `session.charge`, in [`meta_tools`]. Ids, money and other shared types are in [`types`].
//! The `webhook` and `mandate` modules verify offline what comes from elsewhere.
//!
//! Money: [`Major`] and [`Minor`] are different types, because the API uses both units. Free JSON
//! is [`Json`], kept as it came. Enumerations keep values they do not know, structs keep members
//! they do not know (`extra`).
//!
//! Who brings a transport of their own needs [`driver`].

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

mod api;
mod check;
mod client;
pub mod driver;
pub mod meta_tools;
pub mod operations;
#[cfg(feature = "registry")]
pub mod registry;
pub mod session;
pub mod types;
mod verify;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "testing")]
pub use codespar_engine::testing;
pub use codespar_engine::{
    Call, CallOptions, CancelHandle, Effect, Error, ErrorKind, Items, Json, KeyRule, KeyUse, Page,
    Reply, RetryPolicy, Sensitive, Stage, Timestamp, Verdict,
};

#[cfg(feature = "mandate")]
pub use self::verify::mandate;
#[cfg(feature = "webhook")]
pub use self::verify::webhook;
pub use self::{
    api::{
        agents, api_keys, approvals, charges, charges::CreateCharge, connections, consent_records,
        consents, consumers, events, funding_sources, mandates, payables, projects, providers,
        sessions, test_money, tool_calls, tools, wallet, wallets, webhook_endpoints,
    },
    client::{Client, account, config, config::Config, request},
    meta_tools::{Buyer, Charge, ChargeArgs, ChargeMethod},
    session::{
        CreateSession, PaymentState, PaymentStatus, Preset, Session, ToolResult, chat,
        chat::ChatEvent, workflow,
    },
    types::{Currency, Major, Minor},
};

// TEMPORARY: the names that were at the root before they went to the modules of their subjects.
// To be deleted once the other crates name the modules.
#[doc(hidden)]
pub use self::{
    account::{Health, HealthStatus, KeyScope, Organization, ProjectName, User, Whoami},
    agents::{Agent, RegisterAgent},
    api_keys::{ApiKeyInfo, CreateApiKey, CreatedApiKey},
    approvals::{ApprovalRecord, ApprovalState},
    charges::{ChargeLocalStatus, ChargeRecord, ChargeSettlement, ChargeStatus, ListCharges},
    chat::{
        AssistantText, ChatToolOutput, ChatToolOutput as ToolOutput, SendResult, ToolCallRecord,
        ToolUse, TurnError, UserMessage,
    },
    config::{Identity, Limits, MANAGED_URL, Proxy, Roots, TransportSettings},
    connections::{
        Connection, ConnectionSecret, ConnectionStatus, CreateConnection, ListConnections,
        StartConnection, StoredConnection, WebhookSecretSet,
    },
    consent_records::ConsentRecord,
    consents::{
        CapWindow, Consent, ConsentIntent, ConsentLink, ConsentRail, ConsentSlot, ConsentSurface,
        CreateConsent, GrantedMandate, MerchantPin, PeriodicCap, SubmitConsent,
    },
    consumers::{
        ConsumerWallet, Purse, SourceDebit, Transfer, TransferArgs, TransferFrom, TransferTo,
    },
    driver::{
        AsyncTransport, BlockingTransport, BoxFlow, CallFuture, Connect, Event, Exchange, Flow,
        Step, Tick, Transport, TransportError, TransportErrorKind,
    },
    events::EventReplay,
    funding_sources::FundingSource,
    mandates::{
        MandateRecord, PaymentArgs, Spend, SpendArgs, SpendMandate, SpendPayment, SpendReceipt,
        SpendStatus, SpendWallet,
    },
    meta_tools::{
        AuthState, CardControl, Checkout, CheckoutStatus, ConnectSteps, CryptoDirection,
        CryptoMethod, CryptoPay, CryptoPayArgs, CryptoRail, CryptoRecipient, Difficulty,
        DiscoverArgs, Discovery, Invoice, InvoiceAction, InvoiceArgs, InvoiceKind, IssueAction,
        IssueArgs, IssuedCard, Kyc, KycArgs, KycCheck, LedgerAction, LedgerAnswer, LedgerArgs, Leg,
        Notified, NotifyArgs, NotifyChannel, Offer, OfferVariant, Offers, ParcelItem, Pay,
        PayAction, PayArgs, PayMethod, PlanStep, PostalAddress, RequiredSecret, SearchStrategy,
        ServiceLevel, ShipAction, ShipArgs, Shipment, ShopAddress, ShopBuyer, ShopCheckout,
        ShopItem, ShopSearch, ToolMatch, ToolMatches, ToolOutput as Called, Wizard, WizardAction,
        WizardArgs, WizardConnection, WizardEnvironment,
    },
    operations::{Condition, Route, VerdictRow, routes, verdict_rows},
    payables::{
        AddItems, AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus,
        BatchTotals, CheckStatus, CreateBatch, DestinationKind, FileKind, ItemCheck,
        ItemDestination, ItemOrigin, ItemPayment, ItemPaymentState, ItemRail, ItemRefusal,
        ItemState, MissingPart, NewItem, OriginKind, PayBatch, PayableFile, UpdateItem, Upload,
    },
    projects::{CreateProject, Environment, Project, UpdateProject},
    providers::{
        AuthField, AuthSchema, AuthType, ListProviders, Provider, ProviderList, SecretKind,
        Verification,
    },
    request::{Multipart, Payload},
    session::{
        Authorization, AuthorizeArgs, Closed, ConnectionsWait, ListTools, LogRow, McpConfig, Mock,
        MockCounter, PaymentEvent, Proxied, ProxyCall, ProxyMethod, RankedTool, RankedTools,
        RecordToolCall, ServerConnection, ServerRef, ServerSpec, SessionConnections,
        SessionConnections as Connections, SessionInfo, SessionMocks, SessionStatus, Tool,
        ToolList, ToolOutcome, ToolRefusal, UpdateToolCall, VerificationEvent, VerificationState,
        VerificationStatus,
    },
    sessions::ListSessions,
    test_money::PaidCharge,
    tool_calls::{CallStatus, ListToolCalls, ToolCall},
    tools::{
        Confidence, Intent, MetaTool, PlanRoute, PlannedCall, RoutePlan, SearchTools, ToolHit,
        ToolSearch,
    },
    types::{
        ChargeReference, Extra, MinorText, Patch, Patch as Change, PendingApproval, Receipt,
        ReceiptDelivery, ReceiptException, ReceiptMandate, ReceiptPayment, ReceiptQuote,
        ReceiptState, SessionId, ToolCallId,
    },
    wallet::{
        DeletedPixKey, KeyDeletion, PIX_KEY_DELETION, PixKey, PixKeyType, PixKeys, RegisterPixKey,
        RegisteredPixKey,
    },
    wallets::{OrgWallet, WalletBalance, WalletStatus, WalletTransfer, WalletTransferArgs},
    webhook_endpoints::{
        CreateWebhookEndpoint, Delivery, DeliveryStatus, ListWebhookEndpoints, PendingRetries,
        Redelivery, RotatedSecret, TestDelivery, TestFire, UpdateWebhookEndpoint, WebhookEndpoint,
        WebhookStatus,
    },
    workflow::{Backoff, StepResult, Workflow, WorkflowResult, WorkflowStep},
};
/// Handles by their old place.
#[doc(hidden)]
pub mod resource {
    pub use crate::{
        agents::Agents,
        api_keys::ApiKeys,
        approvals::Approvals,
        charges::Charges,
        connections::Connections,
        consent_records::ConsentRecords,
        consents::Consents,
        consumers::Consumers,
        events::Events,
        funding_sources::FundingSources,
        mandates::Mandates,
        payables::{Batches, Documents, Files, Payables},
        projects::Projects,
        providers::Providers,
        sessions::Sessions,
        test_money::TestMoney,
        tool_calls::ToolCalls,
        tools::Tools,
        wallet::{PixKeyring, Wallet},
        wallets::Wallets,
        webhook_endpoints::WebhookEndpoints,
    };
}
