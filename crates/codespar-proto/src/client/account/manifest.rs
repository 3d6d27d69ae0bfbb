//! What the service tells agents about what a project sells (`/v1/discovery/manifest`).

use codespar_engine::{Answer, Extra, Sensitive};

use crate::{
    api::{
        payment_links::GatewayUnavailableReason, paywalls::PaywallPricing, projects::Environment,
    },
    types::atomic_text::AtomicText,
};

/// What the gateway tells agents about what a project sells.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DiscoveryManifest {
    /// What it tells.
    pub manifest: Option<X402Manifest>,
    /// The id of the project.
    pub project_id: Option<String>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What agents can pay for, by the protocol x402.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct X402Manifest {
    /// The version of the protocol: 2.
    #[serde(rename = "x402Version")]
    pub x402_version: Option<u32>,
    /// What there is: active paywalls.
    #[wire(default)]
    pub resources: Vec<X402Resource>,
    /// Why there is no gateway.
    pub gateway_unavailable_reason: Option<GatewayUnavailableReason>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that agents can pay for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct X402Resource {
    /// The address that agents call.
    pub url: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// How the price of a call is found.
    pub pricing_model: Option<PaywallPricing>,
    /// Whether the price is only a hint.
    pub variable_price: Option<bool>,
    /// By which ways it is paid.
    #[wire(default)]
    pub accepts: Vec<X402Accept>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A way to pay. The API has a member `extra` here, with name and version of the token: it is in
/// [`extra`](Self::extra), as everything is that has no field.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct X402Accept {
    /// How it is paid: `exact`.
    pub scheme: Option<String>,
    /// The chain, such as `eip155:8453`.
    pub network: Option<String>,
    /// The contract of the token.
    pub asset: Option<String>,
    /// How much, in millionths of a USDC.
    pub amount: Option<AtomicText>,
    /// The address that receives it.
    #[serde(rename = "payTo")]
    pub pay_to: Option<Sensitive>,
    /// For how many seconds it holds.
    #[serde(rename = "maxTimeoutSeconds")]
    #[wire(seconds)]
    pub max_timeout_seconds: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
