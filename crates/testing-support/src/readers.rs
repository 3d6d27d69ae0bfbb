//! Every type that is read from what a server sends, or that carries what a caller sends: for the
//! test that nothing leaks and for the fuzz targets.

mod upivia;

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};

pub use self::upivia::{upivia_answers, upivia_arguments};

/// A type: its name, and how JSON is read as it and shown.
pub type Reader = (&'static str, fn(&[u8]) -> Option<String>);

/// Reads a value, writes it, and shows it as `Debug` does.
fn shown<T: DeserializeOwned + Debug>(json: &[u8]) -> Option<String> {
    let value: T = codespar_engine::kit::decode(json).ok()?;
    Some(format!("{value:?} {value:#?}"))
}

/// As [`shown`], of a value that can be written again: what was written reads as the same value.
fn round<T: DeserializeOwned + Debug + Serialize + PartialEq>(json: &[u8]) -> Option<String> {
    let value: T = codespar_engine::kit::decode(json).ok()?;
    if let Ok(text) = serde_json::to_vec(&value) {
        let again: Result<T, _> = codespar_engine::kit::decode(&text);
        assert!(again.is_ok_and(|again| again == value), "it changes when it is written");
    }
    Some(format!("{value:?} {value:#?}"))
}

macro_rules! readers {
    ($read:ident: $krate:path; $($name:ident)*) => {{
        use $krate as api;
        const READERS: &[$crate::readers::Reader] =
            &[$((stringify!($name), $read::<api::$name>)),*];
        READERS
    }};
}
use readers;

/// All types of the CodeSpar API in one place, whatever subject they belong to.
mod all {
    pub(super) use codespar_proto::{
        account::*, agents::*, api_keys::*, approvals::*, charges::*, chat::*, connections::*,
        consent_records::*, consents::*, consumers::*, events::*, funding_sources::*, mandates::*,
        meta_tools::*, payables::*, projects::*, providers::*, session::*, sessions::*,
        test_money::*, tool_calls::*, tools::*, types::*, wallet::*, wallets::*,
        webhook_endpoints::*,
    };
}

/// The answers of the CodeSpar API.
pub fn codespar_answers() -> &'static [Reader] {
    readers! { round: self::all;
        Whoami User Organization ProjectName KeyScope Health ApiKeyInfo CreatedApiKey Agent
        Authorization ProviderList Provider AuthSchema AuthField Verification ToolSearch ToolHit
        RoutePlan PlannedCall MetaTool Charge ChargeRecord SendResult ToolCallRecord UserMessage
        AssistantText ToolUse ChatToolOutput TurnError ServerConnection Tool SessionConnections
        ConsentLink Consent GrantedMandate ConsumerWallet Purse Transfer TransferFrom TransferTo SourceDebit
        CryptoPay TestDelivery Delivery PendingRetries Redelivery EventReplay Discovery ToolMatch
        PlanStep FundingSource ConsentRecord WebhookEndpoint RotatedSecret Invoice IssuedCard Kyc
        LedgerAnswer Connection WebhookSecretSet MandateRecord Notified Pay Batch BatchTotals
        BatchConfirmation BatchItem ItemOrigin ItemDestination ItemCheck ItemPayment ItemRefusal
        PayableFile Project Proxied Receipt ReceiptMandate ReceiptQuote ReceiptPayment
        ReceiptDelivery ReceiptException SessionMocks MockCounter LogRow SessionInfo Closed
        Shipment Offers Offer OfferVariant Checkout Spend SpendMandate SpendPayment SpendWallet
        SpendReceipt PaymentStatus PaymentEvent VerificationStatus VerificationEvent ToolCall
        ToolList RankedTools RankedTool ToolResult PixKeys PixKey RegisteredPixKey DeletedPixKey
        OrgWallet WalletBalance WalletTransfer PaidCharge ApprovalRecord Wizard
        WizardConnection ConnectSteps RequiredSecret
    }
}

/// What a webhook delivers.
pub fn webhook_answers() -> &'static [Reader] {
    readers! { round: codespar_proto::webhook; Event }
}

/// The arguments of the CodeSpar API that are read from JSON.
pub fn codespar_arguments() -> &'static [Reader] {
    readers! { shown: self::all;
        ChargeArgs Buyer PayArgs ShipArgs PostalAddress ShopCheckout ShopBuyer ShopAddress IssueArgs
        KycArgs NotifyArgs CryptoPayArgs CryptoRecipient PaymentArgs SpendArgs WizardArgs
        CreateConnection StartConnection RegisterPixKey CreateCharge CreateConsent
        SubmitConsent TransferArgs NewItem AddItems CreateBatch UpdateItem CreateWebhookEndpoint
        InvoiceArgs LedgerArgs DiscoverArgs ProxyCall AuthorizeArgs CreateApiKey RegisterAgent
        RecordToolCall UpdateToolCall ListProviders ListCharges ConsentIntent ConsentSlot
        PeriodicCap Mock ServerSpec TestFire ListWebhookEndpoints UpdateWebhookEndpoint Leg
        ListConnections
        CreateProject UpdateProject ListSessions ParcelItem ShopItem ShopSearch ListToolCalls
        ListTools Intent PlanRoute SearchTools ConnectionSecret PayBatch ServerRef ToolMatches
        WalletTransferArgs
    }
}
