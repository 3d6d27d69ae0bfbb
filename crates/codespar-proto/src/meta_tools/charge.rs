//! Charging a buyer (`codespar_charge`).

use std::fmt;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

#[cfg(feature = "qr")]
use crate::types::pix_code::QrCode;
use crate::{
    check::{check_day, check_filled},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::{
        money::{Currency, Major},
        pix_code::pix_code,
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Charges a buyer by Pix, boleto, card or wallet, in major units, and gives what is paid with.
    fn charge(session_id; json(tool("codespar_charge")): &ChargeArgs) -> ToolOutput<Charge>:
        "session.charge" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// How the buyer pays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChargeMethod {
    /// Pix, the Brazilian instant payment.
    Pix,
    /// Boleto, the Brazilian bank slip.
    Boleto,
    /// A payment card.
    Card,
    /// Digital wallet of the buyer.
    Wallet,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Who is charged. Nothing of it shows in `Debug`.
#[derive(Clone, PartialEq, Args)]
#[non_exhaustive]
pub struct Buyer {
    /// The name of the buyer.
    #[wire(personal)]
    pub name: String,
    /// The e-mail address.
    #[wire(personal)]
    pub email: Option<String>,
    /// CPF, CNPJ or the country's equivalent.
    #[wire(personal)]
    pub document: Option<String>,
    /// The telephone number, such as `+5511999887766`.
    #[wire(personal)]
    pub phone: Option<String>,
}

impl fmt::Debug for Buyer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buyer([redacted])")
    }
}

/// What a buyer is charged.
///
/// ```
/// use codespar_proto::{Buyer, ChargeArgs};
///
/// let args = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ChargeArgs {
    /// How much, in **major** units: `125.5` is R$ 125,50.
    pub amount: Major,
    /// The currency of the amount, such as `BRL`.
    pub currency: Currency,
    /// How the buyer pays.
    pub method: ChargeMethod,
    /// What for; the buyer reads it.
    #[wire(personal)]
    pub description: Sensitive,
    /// The buyer who is charged.
    pub buyer: Buyer,
    /// Until when, as `YYYY-MM-DD`; for boletos.
    #[wire(day)]
    pub due_date: Option<String>,
    /// `create`, for a boleto with a due date.
    #[wire(no_setter)]
    pub action: Option<String>,
    /// Names the charge, for a boleto with a due date: the same key is the same charge.
    #[wire(no_setter)]
    pub idempotency_key: Option<String>,
    /// The consumer the charge belongs to, for a boleto with a due date.
    #[wire(no_setter)]
    pub consumer_id: Option<String>,
}

impl ChargeArgs {
    /// A charge in reais by Pix.
    pub fn pix(amount: Major, description: impl Into<Sensitive>, buyer: Buyer) -> Self {
        Self::new(amount, Currency::BRL, ChargeMethod::Pix, description, buyer)
    }

    /// Names the charge, and whose it is: a boleto with a due date needs both. The same key is the
    /// same charge.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>, consumer_id: impl Into<String>) -> Self {
        self.action = Some("create".to_owned());
        self.idempotency_key = Some(key.into());
        self.consumer_id = Some(consumer_id.into());
        self
    }

    /// Looks the arguments over, as [`Session::charge`] does before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        self.currency.check()?;
        self.amount.check("amount", &self.currency)?;
        check_filled("description", self.description.expose())?;
        check_filled("buyer.name", &self.buyer.name)?;
        check_day("due_date", self.due_date.as_deref())
    }
}

/// A charge that was made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Charge {
    /// The id of the charge at the provider.
    pub id: Option<String>,
    /// How it stands, in the provider's words: `PENDING`, `PROCESSING`.
    pub status: Option<String>,
    /// How much, in **major** units.
    pub amount: Option<Major>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// How the buyer pays.
    pub method: Option<ChargeMethod>,
    /// A page to pay on.
    pub charge_url: Option<String>,
    /// The QR code as a base64 image.
    pub pix_qr_code: Option<Sensitive>,
    /// The Pix code to copy and paste, which is also what the QR code holds.
    pub pix_copy_paste: Option<Sensitive>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Charge {
    /// The Pix code to copy and paste.
    ///
    /// # Errors
    /// `Decode`, when there is none, as for other methods of payment. The charge is made all the
    /// same.
    ///
    /// ```
    /// # use codespar_proto::Error;
    /// # fn example(charge: &codespar_proto::Charge) -> Result<(), Error> {
    /// println!("{}", charge.pix_code()?.expose());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "copy and paste")]
    #[doc(alias = "copia e cola")]
    pub fn pix_code(&self) -> Result<&Sensitive, Error> {
        pix_code(self.pix_copy_paste.as_ref())
    }

    /// The QR code of the Pix code, for a page or a terminal (feature `qr`).
    ///
    /// # Errors
    /// As [`pix_code`](Self::pix_code).
    #[cfg(feature = "qr")]
    #[doc(alias = "qrcode")]
    pub fn qr(&self) -> Result<QrCode, Error> {
        QrCode::of(self.pix_code()?)
    }
}

impl<T: Transport> Session<T> {
    /// Charges a buyer (`codespar_charge`).
    ///
    /// Amounts are major units: `"150.00"` is R$ 150,00. The `tool_call_id` of the answer is what
    /// [`payment_status`](Self::payment_status) asks for.
    ///
    /// # Idempotency
    /// None: the server honours no key for a tool, and the call is not repeated once the server
    /// may have seen it. After an error whose verdict is unknown, `client.tool_calls()` lists what
    /// was called, with its input. [`ChargeArgs::keyed`] is a member of the tool's input, for a
    /// boleto with a due date.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when the charge was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::{Buyer, ChargeArgs};
    ///
    /// let args = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
    /// let charge = session.charge(&args).send()?;
    /// let status = session.settled(charge.call_id()?).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "pix")]
    #[doc(alias = "boleto")]
    #[doc(alias = "card")]
    #[doc(alias = "checkout")]
    pub fn charge(&self, args: &ChargeArgs) -> Call<T, ToolOutput<Charge>> {
        self.call(charge(self.service(), self.id(), args))
    }
}
