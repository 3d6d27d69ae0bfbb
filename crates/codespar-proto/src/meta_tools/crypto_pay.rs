//! Paying and being paid in crypto-assets (`codespar_crypto_pay`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::money::Major,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Pays or is paid in a crypto-asset, in the asset's own unit.
    fn crypto_pay(
        session_id; json(tool("codespar_crypto_pay")): &CryptoPayArgs
    ) -> ToolOutput<CryptoPay>:
        "session.crypto_pay" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What kind of asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CryptoMethod {
    /// A stablecoin, such as USDC.
    Stablecoin,
    /// The asset of a chain itself.
    NativeCrypto,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which way the money goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CryptoRail {
    /// A stablecoin, from wallet to wallet.
    Stablecoin,
    /// A page on which somebody pays in a stablecoin.
    StablecoinCheckout,
    /// A payout in a stablecoin.
    StablecoinPayout,
    /// From a bank into an asset.
    Onramp,
    /// From an asset to a bank.
    Offramp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The direction of a payment in a crypto-asset: who pays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CryptoDirection {
    /// The caller pays somebody else.
    Send,
    /// Somebody else pays the caller.
    Receive,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The recipient of a payment in a crypto-asset.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CryptoRecipient {
    /// The address of the wallet.
    pub wallet_address: Sensitive,
}

/// What is paid in which asset.
///
/// ```
/// use codespar_proto::{Major, meta_tools::{CryptoPayArgs, CryptoRecipient}};
///
/// let amount: Major = "12.5".parse()?;
/// let args = CryptoPayArgs::new(amount, "USDC").recipient(CryptoRecipient::new("0xabc"));
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CryptoPayArgs {
    /// How much, in the asset's own unit: `12.5` is 12.5 USDC.
    pub amount: Major,
    /// The asset or currency: `USDC`, `ETH`, `BRL`.
    pub currency: String,
    /// What kind of asset.
    pub method: Option<CryptoMethod>,
    /// Which way the money goes.
    pub rail: Option<CryptoRail>,
    /// The direction of the payment: who pays.
    pub direction: Option<CryptoDirection>,
    /// The recipient, who is paid.
    pub recipient: Option<CryptoRecipient>,
    /// Notes kept with it: an object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl CryptoPayArgs {
    fn check(&self) -> Result<(), Error> {
        self.amount.check_positive("amount")?;
        check_filled("currency", &self.currency)?;
        if let Some(recipient) = &self.recipient {
            check_filled("recipient.wallet_address", recipient.wallet_address.expose())?;
        }
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A payment in a crypto-asset that was begun.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CryptoPay {
    /// How it stands; `pending` at first.
    pub status: Option<String>,
    /// A page to pay on.
    pub payment_url: Option<String>,
    /// A page of the provider to go on with.
    pub hosted_url: Option<Sensitive>,
    /// The address to pay to.
    pub destination_address: Option<Sensitive>,
    /// Until when the payment can be made (RFC 3339).
    pub expires_at: Option<Timestamp>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Pays or is paid in a crypto-asset (`codespar_crypto_pay`).
    ///
    /// Amounts are in the asset's own unit. The call is not repeated once the server may have
    /// seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::{Major, meta_tools::{CryptoDirection, CryptoPayArgs}};
    ///
    /// let args = CryptoPayArgs::new(Major::new(10), "USDC").direction(CryptoDirection::Receive);
    /// let begun = session.crypto_pay(&args).send()?;
    /// println!("{}", begun.payment_url.as_deref().unwrap_or("no page"));
    /// # Ok(()) }
    /// ```
    pub fn crypto_pay(&self, args: &CryptoPayArgs) -> Call<T, ToolOutput<CryptoPay>> {
        self.call(crypto_pay(self.service(), self.id(), args))
    }
}
