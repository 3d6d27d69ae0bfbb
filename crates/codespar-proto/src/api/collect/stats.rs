//! What links collected in a window of time.

use codespar_engine::{Answer, Extra, Timestamp};

use crate::types::money::{Currency, Minor};

/// What links collected in a window of time, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectStats {
    /// How long the window is: `30d`.
    pub window: Option<String>,
    /// Where it begins.
    pub from: Option<Timestamp>,
    /// Where it ends.
    pub to: Option<Timestamp>,
    /// The currency of the amounts: `BRL`.
    pub currency: Option<Currency>,
    /// What was received, in **minor** units.
    pub received_minor: Option<Minor>,
    /// What the window before received; none where there is no history.
    pub previous_received_minor: Option<Minor>,
    /// How many payments there were.
    pub payments: Option<u64>,
    /// The same by where it was paid.
    pub by_surface: Option<CollectBySurface>,
    /// The same for each link.
    #[wire(default)]
    pub links: Vec<CollectLinkStats>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// By where it was paid. The API does not say whether these are amounts or numbers of payments.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectBySurface {
    /// What was paid on pages.
    #[wire(undocumented)]
    pub page: Option<i64>,
    /// What was paid on WhatsApp.
    #[wire(undocumented)]
    pub whatsapp: Option<i64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What one link collected, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectLinkStats {
    /// The id of the link.
    pub link_id: Option<String>,
    /// What was received, in **minor** units.
    pub received_minor: Option<Minor>,
    /// How many payments there were.
    pub payments: Option<u64>,
    /// How many attempts there were.
    pub attempts: Option<u64>,
    /// The same by where it was paid.
    pub by_surface: Option<CollectBySurface>,
    /// Whether its one valid payment is there.
    pub paid: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
