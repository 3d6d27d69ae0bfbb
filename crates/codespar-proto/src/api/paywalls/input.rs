//! What paywalls are made with.

use codespar_engine::{Args, Error, Sensitive};

use crate::{
    api::{payment_links::PayToKind, paywalls::PaywallPricing},
    check::{check_filled, check_https},
    types::{atomic_text::AtomicText, decimal_text::DecimalText, money::Currency, patch::Patch},
};

/// The paywall to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreatePaywall {
    /// Its name in addresses: `a-z`, `0-9`, `_` and `-`, once over all organizations.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// The server behind it, at a host that is public.
    pub upstream_url: String,
    /// What a call costs, in **major** units of USDC, at most six decimals.
    pub price: DecimalText,
    /// Where the income goes.
    pub payto: PaywallPayTo,
    /// The currency: `USDC`.
    #[wire(into)]
    pub currency: Option<Currency>,
    /// The consumer who is paid, where the service keeps the address.
    pub consumer_id: Option<String>,
    /// What it sells, in words.
    pub description: Option<String>,
    /// What kind of thing it sells.
    pub category: Option<String>,
    /// The HTTP methods that are let through; any unless said otherwise.
    pub methods: Option<Vec<String>>,
    /// How the price of a call is found: always the same unless said otherwise.
    pub pricing_model: Option<PaywallPricing>,
    /// The prices by how many calls there were, rising; the last has no end.
    pub pricing_tiers: Option<Vec<NewPaywallTier>>,
    /// Who is asked for the price; `price` where that fails.
    pub dynamic_price_url: Option<String>,
    /// How calls are metered.
    pub metered_config: Option<NewPaywallMetering>,
}

impl CreatePaywall {
    fn check(&self) -> Result<(), Error> {
        let fits = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        check_filled("slug", &self.slug)?;
        if !self.slug.as_bytes().iter().all(fits) {
            return Err(Error::config("slug", "expected only a-z, 0-9, _ and -"));
        }
        check_filled("name", &self.name)?;
        check_filled("upstream_url", &self.upstream_url)?;
        self.price.check("price")?;
        self.check_payee()?;
        for (place, tier) in self.pricing_tiers.iter().flatten().enumerate() {
            tier.price_atomic.check(&format!("pricing_tiers[{place}].price_atomic"))?;
        }
        if let Some(url) = &self.dynamic_price_url {
            check_https("dynamic_price_url", url)?;
        }
        match &self.metered_config {
            Some(metering) => metering.base_atomic.check("metered_config.base_atomic"),
            None => Ok(()),
        }
    }

    fn check_payee(&self) -> Result<(), Error> {
        let address = self.payto.address.as_ref().map(Sensitive::expose).unwrap_or_default();
        match self.payto.kind {
            PayToKind::Byo => check_filled("payto.address", address),
            PayToKind::Provisioned => {
                check_filled("consumer_id", self.consumer_id.as_deref().unwrap_or_default())
            }
            PayToKind::Other(_) => Ok(()),
        }
    }
}

/// Where the income of a paywall goes.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(private_new)]
#[non_exhaustive]
pub struct PaywallPayTo {
    /// Whose address it is.
    pub kind: PayToKind,
    /// The address, where it is the caller's own.
    #[wire(no_setter)]
    pub address: Option<Sensitive>,
}

impl PaywallPayTo {
    /// To an address of the caller's own.
    pub fn byo(address: impl Into<Sensitive>) -> Self {
        Self { kind: PayToKind::Byo, address: Some(address.into()) }
    }

    /// To the address that the service keeps for the paywall's `consumer_id`.
    pub fn provisioned() -> Self {
        Self::new(PayToKind::Provisioned)
    }
}

/// The price of calls up to a number.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(private_new)]
#[non_exhaustive]
pub struct NewPaywallTier {
    /// Up to how many calls, that one not included; `null` in the last.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(no_setter)]
    pub up_to: Patch<u64>,
    /// What a call costs, in millionths of a USDC.
    pub price_atomic: AtomicText,
}

impl NewPaywallTier {
    /// So many calls cost this each, in millionths of a USDC.
    pub fn below(calls: u64, price: AtomicText) -> Self {
        Self { up_to: Patch::Set(calls), price_atomic: price }
    }

    /// All further calls cost this each, in millionths of a USDC.
    pub fn rest(price: AtomicText) -> Self {
        Self { up_to: Patch::Clear, price_atomic: price }
    }
}

/// How calls are metered: a payer signs for the most, and what is not used is given back.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct NewPaywallMetering {
    /// What is counted, such as `tokens`.
    pub basis: String,
    /// What one of it costs, in millionths of a USDC.
    pub base_atomic: AtomicText,
    /// How many of it are counted at least.
    pub min_mult: f64,
    /// How many of it are counted at most.
    pub max_mult: f64,
    /// The header in which the server says how many it was.
    pub units_header: String,
}

/// What is changed of a paywall; one thing at least.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdatePaywall {
    /// The name for people.
    pub name: Option<String>,
    /// The server behind it, at a host that is public.
    pub upstream_url: Option<String>,
    /// What a call costs, in **major** units of USDC, at most six decimals.
    pub price: Option<DecimalText>,
    /// Whether it is switched on.
    pub active: Option<bool>,
}

impl UpdatePaywall {
    fn check(&self) -> Result<(), Error> {
        if *self == Self::default() {
            return Err(Error::config("name", "expected something to change"));
        }
        self.price.as_ref().map_or(Ok(()), |price| price.check("price"))
    }
}
