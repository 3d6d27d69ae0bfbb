//! Paying somebody (`codespar_pay`).

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::check_filled,
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Pays somebody, in minor units, or says how a payment stands.
    fn pay(session_id; json(tool("codespar_pay")): &PayArgs) -> ToolOutput<Pay>:
        "session.pay" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What is asked of `codespar_pay`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PayAction {
    /// Makes a payment.
    Pay,
    /// Say how a payment stands.
    Status,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a payment is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PayMethod {
    /// Pix, the Brazilian instant payment.
    Pix,
    /// A payment card.
    Card,
    /// Boleto, the Brazilian bank slip.
    Boleto,
    /// Digital wallet of the payer.
    Wallet,
    /// The USDC stablecoin.
    Usdc,
    /// SEPA transfer between European banks.
    Sepa,
    /// Wire transfer between banks.
    Wire,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whom to pay and how much, or which payment to look at.
///
/// ```
/// use codespar_proto::{Currency, Minor, meta_tools::PayArgs};
///
/// // R$ 150,00 to the owner of a Pix key.
/// let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, private_new)]
#[non_exhaustive]
pub struct PayArgs {
    /// The action that is asked for.
    pub action: PayAction,
    /// How much, in **minor** units: 12 550 is R$ 125,50.
    #[wire(no_setter)]
    pub amount: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    #[wire(no_setter)]
    pub currency: Option<Currency>,
    /// What the payment is for, in words.
    #[wire(no_setter, personal)]
    pub description: Option<Sensitive>,
    /// The Pix key, account or e-mail address.
    #[wire(no_setter, personal)]
    pub recipient: Option<Sensitive>,
    /// A Pix code to copy and paste; it wins over the recipient.
    #[wire(no_setter, personal)]
    pub copia_e_cola: Option<Sensitive>,
    /// The digits of a boleto.
    #[wire(no_setter, personal)]
    pub linha_digitavel: Option<Sensitive>,
    /// The payment method.
    pub method: Option<PayMethod>,
    /// The country, such as `BR`.
    pub country: Option<String>,
    /// The consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The checkout it pays.
    pub checkout_session_id: Option<String>,
    /// The mandate it is made under.
    #[serde(rename = "mandateId")]
    pub mandate_id: Option<String>,
    /// The payment to look at.
    #[wire(no_setter)]
    pub payment_id: Option<String>,
    /// Metadata of the caller, kept with the payment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl PayArgs {
    fn of(amount: Minor, currency: Currency, description: impl Into<Sensitive>) -> Self {
        Self {
            amount: Some(amount),
            currency: Some(currency),
            description: Some(description.into()),
            ..Self::new(PayAction::Pay)
        }
    }

    /// A payment to a Pix key, an account or an e-mail address.
    pub fn to(
        recipient: impl Into<String>,
        amount: Minor,
        currency: Currency,
        description: impl Into<Sensitive>,
    ) -> Self {
        Self {
            recipient: Some(Sensitive::from(recipient.into())),
            ..Self::of(amount, currency, description)
        }
    }

    /// A payment of a Pix code that is copied and pasted.
    pub fn code(
        copia_e_cola: impl Into<String>,
        amount: Minor,
        currency: Currency,
        description: impl Into<Sensitive>,
    ) -> Self {
        Self {
            copia_e_cola: Some(Sensitive::from(copia_e_cola.into())),
            ..Self::of(amount, currency, description)
        }
    }

    /// A look at a payment made before.
    pub fn status(payment_id: impl Into<String>) -> Self {
        Self { payment_id: Some(payment_id.into()), ..Self::new(PayAction::Status) }
    }

    fn check(&self) -> Result<(), Error> {
        match self.action {
            PayAction::Pay => self.check_payment(),
            PayAction::Status => {
                let payment = self.payment_id.as_deref().unwrap_or_default();
                check_filled("payment_id", payment)
            }
            PayAction::Other(_) => Ok(()),
        }
    }

    fn check_payment(&self) -> Result<(), Error> {
        let Some(amount) = self.amount else {
            return Err(Error::config("amount", "expected minor units"));
        };
        amount.check("amount")?;
        match &self.currency {
            Some(currency) => currency.check()?,
            None => return Err(Error::config("currency", "expected one such as BRL")),
        }
        check_filled("description", self.description.as_ref().map_or("", Sensitive::expose))?;
        let targets = [&self.recipient, &self.copia_e_cola, &self.linha_digitavel];
        let named = targets.iter().filter_map(|target| target.as_ref());
        if named.filter(|target| !target.expose().trim().is_empty()).count() == 0 {
            return Err(Error::config("recipient", "expected a recipient, a code or a boleto"));
        }
        Ok(())
    }
}

/// A payment that was made or looked up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Pay {
    /// The id of the payment at the provider.
    pub id: Option<String>,
    /// How it stands. A decline may come as `rejected` in an answer that is a success.
    pub status: Option<String>,
    /// Whether the money has arrived.
    pub settled: Option<bool>,
    /// The provider's words.
    pub status_message: Option<String>,
    /// How much, in **minor** units.
    pub amount: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// The payment method that was used.
    pub method: Option<PayMethod>,
    /// The recipient: a Pix key, account or e-mail address.
    pub recipient: Option<Sensitive>,
    /// Why it was declined.
    pub error_code: Option<String>,
    /// The QR code as a base64 image.
    pub pix_qr_code: Option<Sensitive>,
    /// The Pix code.
    pub pix_copy_paste: Option<Sensitive>,
    /// The checkout it pays.
    pub checkout_session_id: Option<String>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Pays somebody, or asks how a payment stands (`codespar_pay`).
    ///
    /// Amounts are **minor** units: 15 000 is R$ 150,00. The call is not repeated once the server
    /// may have seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when the payment was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::{Currency, Minor, meta_tools::PayArgs};
    ///
    /// let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    /// println!("{:?}", session.pay(&args).send()?.status);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "pix")]
    #[doc(alias = "payout")]
    pub fn pay(&self, args: &PayArgs) -> Call<T, ToolOutput<Pay>> {
        self.call(pay(self.service(), self.id(), args))
    }
}
