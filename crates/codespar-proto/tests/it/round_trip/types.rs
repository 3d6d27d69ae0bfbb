//! The answer types and the enumerations, and what is done to each.

use std::fmt;

use codespar_proto::{
    Charge, ChargeMethod, Error, Json, PaymentState, PaymentStatus, ToolResult,
    account::{Health, HealthStatus, KeyScope, Organization, ProjectName, User, Whoami},
    agents::Agent,
    api_keys::{ApiKeyInfo, CreatedApiKey},
    approvals::{ApprovalRecord, ApprovalState},
    charges::{ChargeLocalStatus, ChargeRecord, ChargeSettlement, ChargeStatus},
    chat::{
        AssistantText, ChatToolOutput, SendResult, ToolCallRecord, ToolUse, TurnError, UserMessage,
    },
    connections::{Connection, ConnectionStatus, WebhookSecretSet},
    consent_records::ConsentRecord,
    consents::{
        CapWindow, Consent, ConsentLink, ConsentRail, ConsentSurface, GrantedMandate, MerchantPin,
    },
    consumers::{ConsumerWallet, Purse, SourceDebit, Transfer, TransferFrom, TransferTo},
    events::EventReplay,
    funding_sources::FundingSource,
    mandates::{
        MandateRecord, Spend, SpendMandate, SpendPayment, SpendReceipt, SpendStatus, SpendWallet,
    },
    meta_tools::{
        AuthState, CardControl, Checkout, CheckoutStatus, ConnectSteps, CryptoDirection,
        CryptoMethod, CryptoPay, CryptoRail, Difficulty, Discovery, Invoice, InvoiceAction,
        InvoiceKind, IssueAction, IssuedCard, Kyc, KycCheck, LedgerAction, LedgerAnswer, Notified,
        NotifyChannel, Offer, OfferVariant, Offers, Pay, PayAction, PayMethod, PlanStep,
        RequiredSecret, SearchStrategy, ServiceLevel, ShipAction, Shipment, ToolMatch, Wizard,
        WizardAction, WizardConnection, WizardEnvironment,
    },
    payables::{
        AmountSource, Batch, BatchConfirmation, BatchItem, BatchSource, BatchStatus, BatchTotals,
        CheckStatus, DestinationKind, FileKind, ItemCheck, ItemDestination, ItemOrigin,
        ItemPayment, ItemPaymentState, ItemRail, ItemRefusal, ItemState, MissingPart, OriginKind,
        PayableFile,
    },
    projects::{Environment, Project},
    providers::{
        AuthField, AuthSchema, AuthType, Provider, ProviderList, SecretKind, Verification,
    },
    session::{
        Authorization, Closed, LogRow, MockCounter, PaymentEvent, Proxied, RankedTool, RankedTools,
        ServerConnection, SessionConnections, SessionInfo, SessionMocks, SessionStatus, Tool,
        ToolList, VerificationEvent, VerificationState, VerificationStatus,
    },
    test_money::PaidCharge,
    tool_calls::{CallStatus, ToolCall},
    tools::{Confidence, MetaTool, PlannedCall, RoutePlan, ToolHit, ToolSearch},
    types::{
        Receipt, ReceiptDelivery, ReceiptException, ReceiptMandate, ReceiptPayment, ReceiptQuote,
        ReceiptState,
    },
    wallet::{DeletedPixKey, PixKey, PixKeyType, PixKeys, RegisteredPixKey},
    wallets::{OrgWallet, WalletBalance, WalletStatus, WalletTransfer},
    webhook::{Event, EventType},
    webhook_endpoints::{
        Delivery, DeliveryStatus, PendingRetries, Redelivery, RotatedSecret, TestDelivery,
        WebhookEndpoint, WebhookStatus,
    },
};
use serde::{Serialize, de::DeserializeOwned};

/// An answer type.
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    /// Reads it as the calls do.
    pub(crate) read: fn(&str) -> Result<(), Error>,
    /// Reads it, writes it and reads it again.
    pub(crate) pass: fn(&str) -> Result<String, String>,
    /// Reads it and says what `Debug` shows.
    pub(crate) shown: fn(&str) -> String,
}

/// An enumeration.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The texts of the values it knows.
    pub(crate) values: fn() -> Vec<String>,
    /// Reads JSON and writes it again: the text, and whether it is a value it knows.
    pub(crate) pass: fn(&str) -> Result<(String, bool), String>,
}

macro_rules! answers {
    ($($elsewhere:ident),*; $($name:ident),* $(,)?) => {
        pub(crate) const ANSWERS: &[Answer] = &[
            $(answers!(@row $elsewhere),)*
            $(answers!(@row $name),)*
        ];
    };
    (@row $name:ident) => {
        Answer {
            name: stringify!($name),
            read: |text| Json::parse_str(text)?.read::<$name>().map(drop),
            pass: pass::<$name>,
            shown: |text| format!("{:?}", serde_json::from_str::<$name>(text).unwrap()),
        }
    };
}

macro_rules! enums {
    ($($elsewhere:ident),*; $($name:ident),* $(,)?) => {
        pub(crate) const ENUMS: &[Known] = &[
            $(enums!(@row $elsewhere),)*
            $(enums!(@row $name),)*
        ];
    };
    (@row $name:ident) => {
        Known {
            name: stringify!($name),
            values: || $name::KNOWN.iter().map(|value| value.as_str().to_owned()).collect(),
            pass: |json| {
                let value: $name = serde_json::from_str(json).map_err(|error| error.to_string())?;
                let text = pass::<$name>(json)?;
                let text = serde_json::from_str(&text).map_err(|error| error.to_string())?;
                Ok((text, !matches!(value, $name::Other(_))))
            },
        }
    };
}

fn pass<T: DeserializeOwned + Serialize + PartialEq + fmt::Debug>(
    text: &str,
) -> Result<String, String> {
    let words = |error: serde_json::Error| error.to_string();
    let read: T = serde_json::from_str(text).map_err(words)?;
    let written = serde_json::to_string(&read).map_err(words)?;
    let again: T = serde_json::from_str(&written).map_err(words)?;
    if again == read { Ok(written) } else { Err(format!("{read:?} became {again:?}")) }
}

answers! {
    Event;
    Agent, ApiKeyInfo, ApprovalRecord, AssistantText, AuthField, AuthSchema, Authorization, Batch,
    BatchConfirmation, BatchItem, BatchTotals, Charge, ChargeRecord, Checkout, Closed,
    ConnectSteps, Connection, SessionConnections, Consent, ConsentLink, ConsentRecord, ConsumerWallet,
    CreatedApiKey, CryptoPay, DeletedPixKey, Delivery, Discovery, EventReplay, FundingSource,
    GrantedMandate, Health, Invoice, IssuedCard, ItemCheck, ItemDestination, ItemOrigin,
    ItemPayment, ItemRefusal, KeyScope, Kyc, LedgerAnswer, LogRow, MandateRecord, MetaTool,
    MockCounter, Notified, Offer, OfferVariant, Offers, OrgWallet, Organization, Pay, PaidCharge, PayableFile,
    PaymentEvent, PaymentStatus, PendingRetries, PixKey, PixKeys, PlanStep, PlannedCall, Project,
    ProjectName, Provider, ProviderList, Proxied, Purse, RankedTool, RankedTools, Receipt,
    ReceiptDelivery, ReceiptException, ReceiptMandate, ReceiptPayment, ReceiptQuote, Redelivery,
    RegisteredPixKey, RequiredSecret, RotatedSecret, RoutePlan, SendResult, ServerConnection,
    SessionInfo, SessionMocks, Shipment, SourceDebit, Spend, SpendMandate, SpendPayment,
    SpendReceipt, SpendWallet, TestDelivery, Tool, ToolCall, ToolCallRecord, ToolHit, ToolList,
    ToolMatch, ChatToolOutput, ToolResult, ToolSearch, ToolUse, Transfer, TransferFrom, TransferTo,
    TurnError, User, UserMessage, Verification, VerificationEvent, VerificationStatus,
    WalletBalance, WalletTransfer, WebhookEndpoint, WebhookSecretSet, Whoami, Wizard, WizardConnection,
}

enums! {
    EventType;
    AmountSource, ApprovalState, AuthState, AuthType, BatchSource, BatchStatus, CallStatus, CapWindow,
    CardControl, ChargeLocalStatus, ChargeMethod, ChargeSettlement, ChargeStatus, CheckStatus,
    CheckoutStatus, Confidence, ConnectionStatus, ConsentRail, ConsentSurface, CryptoDirection,
    CryptoMethod, CryptoRail, DeliveryStatus, DestinationKind, Difficulty, Environment, FileKind,
    HealthStatus, InvoiceAction, InvoiceKind, IssueAction, ItemPaymentState, ItemRail, ItemState,
    KycCheck, LedgerAction, MerchantPin, MissingPart, NotifyChannel, OriginKind, PayAction,
    PayMethod, PaymentState, PixKeyType, ReceiptState, SearchStrategy, SecretKind, ServiceLevel,
    SessionStatus, ShipAction, SpendStatus, VerificationState, WalletStatus, WebhookStatus,
    WizardAction, WizardEnvironment,
}
