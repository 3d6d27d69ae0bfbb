//! What payment links are made with.

use codespar_engine::{Args, Error, Json, Sensitive, Timestamp};

use crate::{
    api::payment_links::rail::{PayToKind, PaymentLinkRailKind},
    check::{check_filled, check_object},
    types::{decimal_text::DecimalText, money::Currency, patch::Patch},
};

/// The payment link to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreatePaymentLink {
    /// What is paid for, in a few words.
    pub title: String,
    /// By which ways it can be paid, each once.
    pub accepts: Vec<NewPaymentLinkRail>,
    /// Its name in addresses, once over all organizations; made up unless given.
    pub slug: Option<String>,
    /// The same at length.
    pub description: Option<String>,
    /// Whether it can be paid once only.
    pub one_time: Option<bool>,
    /// How many times it can be paid.
    pub max_uses: Option<u32>,
    /// Until when it can be paid.
    #[wire(into)]
    pub expires_at: Option<Timestamp>,
    /// Where a payer goes afterwards.
    pub redirect_url: Option<String>,
    /// What the caller keeps with it; it is never given back.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl CreatePaymentLink {
    fn check(&self) -> Result<(), Error> {
        check_filled("title", &self.title)?;
        if self.accepts.is_empty() {
            return Err(Error::config("accepts", "expected one way to pay at least"));
        }
        for (place, rail) in self.accepts.iter().enumerate() {
            let at = format!("accepts[{place}]");
            if self.accepts.iter().take(place).any(|other| other.rail == rail.rail) {
                return Err(Error::config(at, "expected each way once"));
            }
            rail.check_at(&at)?;
        }
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A way to pay a link, and how much: by Pix in BRL, or by an agent in USDC.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(private_new)]
#[non_exhaustive]
pub struct NewPaymentLinkRail {
    /// By which way.
    pub rail: PaymentLinkRailKind,
    /// How much, in **major** units: BRL with two decimals, USDC with six, at most.
    pub amount: DecimalText,
    /// The currency, which goes without saying.
    #[wire(no_setter)]
    pub currency: Option<Currency>,
    /// Where USDC goes.
    #[wire(no_setter)]
    pub pay_to: Option<PaymentLinkPayTo>,
    /// Where BRL goes, unless into the account of the project.
    #[wire(no_setter)]
    pub pix: Option<PaymentLinkPix>,
}

impl NewPaymentLinkRail {
    /// By Pix, so many **major** units of BRL.
    pub fn pix(amount: DecimalText) -> Self {
        Self::new(PaymentLinkRailKind::Pix, amount)
    }

    /// By Pix, so many **major** units of BRL, to a key or an account.
    pub fn pix_to(amount: DecimalText, pix: PaymentLinkPix) -> Self {
        Self { pix: Some(pix), ..Self::pix(amount) }
    }

    /// By an agent, so many **major** units of USDC, to an address of the caller's own.
    pub fn x402_to(amount: DecimalText, address: impl Into<Sensitive>) -> Self {
        let pay_to = PaymentLinkPayTo {
            address: Some(address.into()),
            ..PaymentLinkPayTo::new(PayToKind::Byo)
        };
        Self { pay_to: Some(pay_to), ..Self::new(PaymentLinkRailKind::X402, amount) }
    }

    /// By an agent, so many **major** units of USDC, to the address that the service keeps for a
    /// consumer.
    pub fn x402_for(amount: DecimalText, consumer_id: impl Into<String>) -> Self {
        let pay_to = PaymentLinkPayTo {
            consumer_id: Some(consumer_id.into()),
            ..PaymentLinkPayTo::new(PayToKind::Provisioned)
        };
        Self { pay_to: Some(pay_to), ..Self::new(PaymentLinkRailKind::X402, amount) }
    }

    fn check_at(&self, at: &str) -> Result<(), Error> {
        self.amount.check(&format!("{at}.amount"))?;
        match (&self.rail, &self.pay_to) {
            (PaymentLinkRailKind::X402, None) => {
                Err(Error::config(format!("{at}.pay_to"), "expected where USDC goes"))
            }
            (_, Some(pay_to)) => pay_to.check_at(&format!("{at}.pay_to")),
            _ => Ok(()),
        }
    }
}

/// Where USDC goes.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(private_new)]
#[non_exhaustive]
pub struct PaymentLinkPayTo {
    /// Whose address it is.
    pub kind: PayToKind,
    /// The address, where it is the caller's own.
    #[wire(no_setter)]
    pub address: Option<Sensitive>,
    /// The consumer, where the service keeps the address.
    #[wire(no_setter)]
    pub consumer_id: Option<String>,
}

impl PaymentLinkPayTo {
    fn check_at(&self, at: &str) -> Result<(), Error> {
        let address = self.address.as_ref().map(Sensitive::expose).unwrap_or_default();
        let consumer_id = self.consumer_id.as_deref().unwrap_or_default();
        match self.kind {
            PayToKind::Byo => check_filled(&format!("{at}.address"), address),
            PayToKind::Provisioned => check_filled(&format!("{at}.consumer_id"), consumer_id),
            PayToKind::Other(_) => Ok(()),
        }
    }
}

/// Where BRL goes.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct PaymentLinkPix {
    /// The Pix key.
    #[wire(personal)]
    pub key: Option<Sensitive>,
    /// The account at the provider.
    pub celcoin_account: Option<Sensitive>,
}

/// What is changed of a payment link. Each field is set, cleared, or left alone; one at least is
/// not.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdatePaymentLink {
    /// What is paid for, in a few words.
    pub title: Option<String>,
    /// The same at length.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub description: Patch<String>,
    /// Whether it is switched on.
    pub active: Option<bool>,
    /// Until when it can be paid.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub expires_at: Patch<Timestamp>,
    /// Where a payer goes afterwards.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub redirect_url: Patch<String>,
}

impl UpdatePaymentLink {
    fn check(&self) -> Result<(), Error> {
        if *self == Self::default() {
            return Err(Error::config("title", "expected something to change"));
        }
        self.title.as_deref().map_or(Ok(()), |title| check_filled("title", title))
    }
}
