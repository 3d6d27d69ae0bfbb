//! What is remembered of buying and selling (`/v1/commerce-memory`).

pub(crate) mod insights;
pub(crate) mod interactions;
pub(crate) mod negotiations;
pub(crate) mod preferences;

use codespar_engine::{Handle, endpoints};

pub use self::{
    insights::{
        CounterpartySummaries, CounterpartySummary, MemoryWindow, NegotiationStats,
        NegotiationStatsRow, RankCounterparties, SummarizeCounterparties, SummarizeNegotiations,
        TopCounterparties, TopCounterparty,
    },
    interactions::{
        Interaction, InteractionKind, InteractionSource, ListInteractions, RecordInteraction,
    },
    negotiations::{ListNegotiations, Negotiation, NegotiationOutcome, RecordNegotiation},
    preferences::{ListPreferences, Preference, PreferenceSource, PutPreference},
};
use crate::client::Client;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}

/// What is remembered of buying and selling: what happened, what was negotiated, what is preferred
/// (`/v1/commerce-memory`). It is a record: nothing here moves money.
#[derive(Handle)]
#[handle(Client.commerce_memory)]
pub struct CommerceMemory<T> {
    client: Client<T>,
}
