//! Charging a buyer (`codespar_charge`).

use std::fmt;

use codespar_engine::{
    Answer, Call, Describe, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};
use serde::{Deserialize, Serialize};

use crate::{
    check::{check_day, check_filled},
    meta_tools::output::{ToolOutput, tool_output},
    session::{Session, execute::Execute},
    types::money::{Currency, Major},
};

endpoints! {
    pub(crate) static ROUTES;
    fn charge(session; json: &Execute<'_, ChargeArgs>) -> ToolOutput<Charge>: "session.charge" POST "/v1/sessions/{session}/execute", effect MovesMoney, read tool_output;
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
#[derive(Clone, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct Buyer {
    /// The name of the buyer.
    pub name: String,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// CPF, CNPJ or the country's equivalent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The telephone number, such as `+5511999887766`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Buyer {
    /// A buyer of whom the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), email: None, document: None, phone: None }
    }

    /// Adds the e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Adds the CPF, CNPJ or the country's equivalent.
    #[must_use]
    pub fn document(mut self, document: impl Into<String>) -> Self {
        self.document = Some(document.into());
        self
    }

    /// Adds the telephone number.
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct ChargeArgs {
    /// How much, in **major** units: `125.5` is R$ 125,50.
    pub amount: Major,
    /// The currency of the amount, such as `BRL`.
    pub currency: Currency,
    /// How the buyer pays.
    pub method: ChargeMethod,
    /// What for; the buyer reads it.
    pub description: String,
    /// The buyer who is charged.
    pub buyer: Buyer,
    /// Until when, as `YYYY-MM-DD`; for boletos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// `create`, for a boleto with a due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Names the charge, for a boleto with a due date: the same key is the same charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The consumer the charge belongs to, for a boleto with a due date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_id: Option<String>,
}

impl ChargeArgs {
    /// A charge in any currency and by any method.
    pub fn new(
        amount: Major,
        currency: Currency,
        method: ChargeMethod,
        description: impl Into<String>,
        buyer: Buyer,
    ) -> Self {
        Self {
            amount,
            currency,
            method,
            description: description.into(),
            buyer,
            due_date: None,
            action: None,
            idempotency_key: None,
            consumer_id: None,
        }
    }

    /// A charge in reais by Pix.
    pub fn pix(amount: Major, description: impl Into<String>, buyer: Buyer) -> Self {
        Self::new(amount, Currency::BRL, ChargeMethod::Pix, description, buyer)
    }

    /// Sets until when it is payable, as `YYYY-MM-DD`.
    #[must_use]
    pub fn due_date(mut self, date: impl Into<String>) -> Self {
        self.due_date = Some(date.into());
        self
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
        check_filled("description", &self.description)?;
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
        self.checked("session.charge", args.check(), |service| {
            charge(service, self.id(), &Execute { tool: "codespar_charge", input: args })
        })
    }
}
