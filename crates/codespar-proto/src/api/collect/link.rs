//! A link that collects money: what it is made of, and how it stands.

use codespar_engine::{Answer, Extra, Json, Sensitive, Timestamp, WireEnum};

use crate::{
    api::projects::Environment,
    types::{
        atomic_text::AtomicText,
        decimal_text::DecimalText,
        money::{Currency, Minor},
    },
};

/// How a link stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectState {
    /// It was never shown to payers.
    Draft,
    /// Payers can pay it.
    Published,
    /// It issues no new attempts; one that was issued can still be paid.
    Paused,
    /// It is over for good.
    Archived,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether a version of a link was shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectVersionState {
    /// It can still be changed.
    Draft,
    /// It was shown to payers, and never changes again.
    Published,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where a link is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectSurface {
    /// On its page.
    Page,
    /// In a conversation on WhatsApp.
    Whatsapp,
    /// By an agent.
    Agent,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether a payer is asked for something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectField {
    /// The payer has to say it.
    Required,
    /// The payer may say it.
    Optional,
    /// The payer is not asked.
    Off,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is known of a payer beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CollectPayerField {
    /// The name of the payer.
    Name,
    /// How to reach the payer.
    Contact,
    /// A reference of the caller's own.
    ExternalReference,
    /// The CPF or CNPJ.
    Document,
    /// Where the payer lives.
    Address,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether an agent can pay a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CollectAgentStatus {
    /// It can be paid.
    Ready,
    /// It cannot, and there is a reason.
    Refused,
    /// The gateway is not there.
    GatewayUnavailable,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A link that collects one payment (`cl_…`).
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectLink {
    /// The id of the link: `cl_…`.
    pub id: String,
    /// What it is: `collect_link`.
    pub object: Option<String>,
    /// How it stands.
    pub state: Option<CollectState>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// The consumer who is paid.
    pub consumer_id: Option<String>,
    /// The name of who is paid.
    pub receiver: Option<CollectReceiverName>,
    /// Whether its one valid payment is there.
    pub paid: Option<bool>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// The number of the version that payers see.
    pub current_version: Option<u64>,
    /// Until when it can be paid.
    pub valid_until: Option<Timestamp>,
    /// The page where it is paid.
    pub url: Option<String>,
    /// What is known of the payer already; the values are never given back.
    #[wire(default)]
    pub payer_prefilled: Vec<CollectPayerField>,
    /// The payer's CPF or CNPJ, most digits covered.
    #[wire(personal)]
    pub payer_document_masked: Option<Sensitive>,
    /// The version that payers see.
    pub version: Option<CollectVersion>,
    /// The version that can still be changed.
    pub draft: Option<CollectVersion>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// When it was shown to payers first.
    pub published_at: Option<Timestamp>,
    /// When it was paused.
    pub paused_at: Option<Timestamp>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
    /// How an agent pays it; only [`get`](crate::collect::CollectLinks::get) says it.
    pub agent: Option<CollectAgent>,
    /// Whether the call changed anything; only the answer of a change says it.
    pub changed: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Who is paid, by name.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectReceiverName {
    /// The name that payers see.
    pub name: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a link asks for, in one of its versions.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectVersion {
    /// The number of the version.
    pub version: Option<u64>,
    /// Whether it was shown to payers.
    pub status: Option<CollectVersionState>,
    /// What is paid for, in a few words.
    pub title: Option<String>,
    /// The same at length.
    pub description: Option<String>,
    /// What a payer reads afterwards.
    pub success_message: Option<String>,
    /// What is paid for, line by line.
    #[wire(default)]
    pub items: Vec<CollectItem>,
    /// The total as the server adds it up, in **minor** units.
    pub total_minor: Option<Minor>,
    /// The currency of the amounts: `BRL`.
    pub currency: Option<Currency>,
    /// How the page looks.
    pub brand: Option<Json>,
    /// Where it can be paid.
    #[wire(default)]
    pub surfaces: Vec<CollectSurface>,
    /// How many days a payer has, from the attempt on.
    #[wire(days)]
    pub due_in_days: Option<u32>,
    /// What a payer is asked for.
    pub payer_fields: Option<CollectPayerForm>,
    /// What an agent would pay, in **major** units of USDC.
    pub usdc_price: Option<DecimalText>,
    /// The same in millionths of a USDC.
    pub usdc_price_atomic: Option<AtomicText>,
    /// When that price was confirmed.
    pub usdc_price_confirmed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was shown to payers.
    pub published_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// One line of what is paid for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectItem {
    /// What it is.
    pub name: Option<String>,
    /// How many of it.
    pub quantity: Option<u64>,
    /// What one costs, in **minor** units.
    pub unit_amount_minor: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a payer is asked for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectPayerForm {
    /// The name: always required.
    pub name: Option<CollectField>,
    /// How to reach the payer.
    pub contact: Option<CollectField>,
    /// A reference of the caller's own.
    pub external_reference: Option<CollectField>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How an agent pays a link.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectAgent {
    /// Where an agent pays it.
    pub url: Option<String>,
    /// Whether an agent can pay it.
    pub status: Option<CollectAgentStatus>,
    /// Why not, as a code.
    pub reason: Option<String>,
    /// What the gateway asks an agent for.
    pub challenge: Option<Json>,
    /// What the gateway refused it with.
    pub refusal: Option<CollectAgentRefusal>,
    /// What it would be in USDC. It is not payable today.
    pub usdc: Option<CollectUsdc>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a gateway refused a link with.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectAgentRefusal {
    /// The code of the refusal.
    pub code: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// The HTTP status of the refusal.
    pub http_status: Option<u16>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a link would be in USDC.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectUsdc {
    /// The price in **major** units of USDC.
    pub price: Option<DecimalText>,
    /// The same in millionths of a USDC.
    pub amount: Option<AtomicText>,
    /// The currency: `USDC`.
    pub currency: Option<Currency>,
    /// The chain that moves it.
    pub network: Option<String>,
    /// The contract of the token.
    pub asset: Option<String>,
    /// Whether it can be paid; not today.
    pub payable: Option<bool>,
    /// Why not, as a code.
    pub reason: Option<String>,
    /// The same in words.
    pub message: Option<String>,
    /// What the service says about it.
    pub statement: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
