//! What goes with a payment under a mandate: the seller's quote, who acts, what was approved, and
//! the account of a wire.

use codespar_engine::{Args, Error, Sensitive, Timestamp, WireEnum};

use crate::{check::check_filled, types::money::Minor};

/// The seller's quote. It is sealed into the receipt; where what was paid differs from it the money
/// moves all the same, and the receipt says so. Without a quote the receipt commits to no payee.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct SpendQuote {
    /// The seller who made the offer.
    pub seller: String,
    /// The thing or service that is bought.
    pub resource: String,
    /// For how much, in **minor** units.
    pub price_minor: Minor,
    /// Who gets the money: a Pix key, a Pix code, an address.
    #[wire(personal)]
    pub payee: Sensitive,
    /// The session of the store in which the offer was made.
    pub session_id: Option<String>,
    /// When the offer was made (RFC 3339, with an offset). It is part of the payment: come back
    /// with the same one.
    #[wire(into)]
    pub at: Option<Timestamp>,
}

impl SpendQuote {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_filled("quote.seller", &self.seller)?;
        check_filled("quote.resource", &self.resource)?;
        self.price_minor.check("quote.price_minor")?;
        check_filled("quote.payee", self.payee.expose())
    }
}

/// Who acts in a payment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ActorKind {
    /// An agent, on behalf of a consumer.
    Agent,
    /// A person, through some channel.
    Human,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Who acts. It stands on the receipt and is not sealed into it.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct PaymentActor {
    /// Whether an agent or a person acts.
    #[serde(rename = "type")]
    pub kind: ActorKind,
    /// The id of the agent or of the person.
    #[wire(personal)]
    pub id: Sensitive,
    /// The id of the consumer for whom an agent acts: the one of the mandate.
    pub on_behalf_of: Option<String>,
    /// The channel a person came by, such as `whatsapp`.
    pub channel: Option<String>,
}

impl PaymentActor {
    /// An agent that acts for a consumer, the one of the mandate.
    pub fn agent(id: impl Into<Sensitive>, on_behalf_of: impl Into<String>) -> Self {
        Self::new(ActorKind::Agent, id).on_behalf_of(on_behalf_of)
    }

    /// A person who acts for themselves.
    pub fn human(id: impl Into<Sensitive>) -> Self {
        Self::new(ActorKind::Human, id)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        check_filled("actor.type", self.kind.as_str())?;
        check_filled("actor.id", self.id.expose())?;
        match self.kind {
            ActorKind::Agent => {
                check_filled("actor.on_behalf_of", self.on_behalf_of.as_deref().unwrap_or_default())
            }
            _ => Ok(()),
        }
    }
}

/// What a person approved, as digests; it is sealed into the receipt. Both are SHA-256 in
/// lower-case hexadecimal, with or without `sha256:` before it.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct SpendApproval {
    /// The digest of the approved items.
    pub items_hash: String,
    /// The digest of the list that they are from.
    pub batch_hash: Option<String>,
}

impl SpendApproval {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_digest("approval.items_hash", Some(&self.items_hash))?;
        check_digest("approval.batch_hash", self.batch_hash.as_deref())
    }
}

fn check_digest(field: &str, digest: Option<&str>) -> Result<(), Error> {
    let Some(digest) = digest else { return Ok(()) };
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    let is_hex = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if hex.len() == 64 && is_hex {
        return Ok(());
    }
    Err(Error::config(field, "expected SHA-256 in lower-case hexadecimal"))
}

/// The account that a wire (TED) goes to. The payee is named besides, as
/// `ted:<bank>:<branch>:<account>`, and the mandate has to allow exactly that.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TedDestination {
    /// The bank, as the digits of its ISPB.
    pub bank: String,
    /// The branch, without its check digit.
    pub branch: String,
    /// The account, with its check digit.
    #[wire(personal)]
    pub account: Sensitive,
    /// The CPF or CNPJ of the owner.
    #[wire(personal)]
    pub tax_id: Sensitive,
    /// The name of the owner.
    #[wire(personal)]
    pub name: Sensitive,
    /// The type of the account: `CC`, `CI`, `PG` or `PP`.
    pub account_type: Option<String>,
    /// `F` for a person, `J` for a company.
    pub person_type: Option<String>,
    /// The purpose by its number; `1` unless said otherwise.
    pub client_finality: Option<String>,
}

impl TedDestination {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_filled("ted.bank", &self.bank)?;
        check_filled("ted.branch", &self.branch)?;
        check_filled("ted.account", self.account.expose())?;
        check_filled("ted.tax_id", self.tax_id.expose())?;
        check_filled("ted.name", self.name.expose())
    }
}
