//! Issuing, correcting and looking at invoices (`codespar_invoice`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_day, check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Issues an invoice, says how one stands, or corrects one.
    fn invoice(session_id; json(tool("codespar_invoice")): &InvoiceArgs) -> ToolOutput<Invoice>:
        "session.invoice" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What kind of invoice.
#[doc(alias = "nota fiscal")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InvoiceKind {
    /// A Brazilian electronic invoice for goods.
    Nfe,
    /// A Brazilian electronic invoice for services.
    Nfse,
    /// A plain invoice.
    Invoice,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is asked of `codespar_invoice`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InvoiceAction {
    /// To issue one; also where nothing is said.
    Issue,
    /// How one stands.
    Status,
    /// To correct one.
    Amend,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is invoiced, or which invoice to look at or to correct.
///
/// ```
/// use codespar_proto::{Json, meta_tools::{InvoiceArgs, InvoiceKind}};
///
/// let recipient = r#"{"name": "Padaria Sol", "document": "12.345.678/0001-95"}"#;
/// let recipient = Json::parse_str(recipient)?;
/// let args = InvoiceArgs::issue(InvoiceKind::Nfse, recipient, vec![]);
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, private_new)]
#[non_exhaustive]
pub struct InvoiceArgs {
    /// What kind of invoice.
    #[serde(rename = "type")]
    pub kind: InvoiceKind,
    /// The action that is asked for.
    #[wire(no_setter)]
    pub action: Option<InvoiceAction>,
    /// For whom: an object in the provider's form.
    #[wire(no_setter)]
    pub recipient: Option<Json>,
    /// What for: objects in the provider's form, amounts in the provider's unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(no_setter)]
    pub items: Vec<Json>,
    /// Until when it is to be paid, as `YYYY-MM-DD`.
    #[serde(rename = "dueDate")]
    #[wire(day)]
    pub due_date: Option<String>,
    /// The invoice to look at or to correct.
    #[wire(no_setter)]
    pub invoice_id: Option<String>,
    /// The text of the correction.
    #[wire(no_setter)]
    pub correction: Option<String>,
    /// The reason of the correction.
    pub reason: Option<String>,
}

impl InvoiceArgs {
    /// Issues an invoice. Recipient and items are objects in the provider's form.
    pub fn issue(kind: InvoiceKind, recipient: impl Into<Json>, items: Vec<Json>) -> Self {
        Self { recipient: Some(recipient.into()), items, ..Self::new(kind) }
    }

    /// Asks how an invoice stands.
    pub fn status(kind: InvoiceKind, invoice_id: impl Into<String>) -> Self {
        let (action, invoice_id) = (Some(InvoiceAction::Status), Some(invoice_id.into()));
        Self { action, invoice_id, ..Self::new(kind) }
    }

    /// Corrects an invoice.
    pub fn amend(
        kind: InvoiceKind,
        invoice_id: impl Into<String>,
        correction: impl Into<String>,
    ) -> Self {
        Self {
            action: Some(InvoiceAction::Amend),
            invoice_id: Some(invoice_id.into()),
            correction: Some(correction.into()),
            ..Self::new(kind)
        }
    }

    fn check(&self) -> Result<(), Error> {
        check_object("recipient", self.recipient.as_ref())?;
        check_day("due_date", self.due_date.as_deref())?;
        for (index, item) in self.items.iter().enumerate() {
            check_object(&format!("items[{index}]"), Some(item))?;
        }
        if let Some(InvoiceAction::Status | InvoiceAction::Amend) = self.action {
            check_filled("invoice_id", self.invoice_id.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}

/// An invoice as the provider has it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Invoice {
    /// The id of the invoice at the provider.
    pub id: Option<String>,
    /// How it stands, in the provider's words: `autorizada`.
    pub status: Option<String>,
    /// The key the tax authority knows it by.
    pub access_key: Option<String>,
    /// The invoice for people, which shows names and documents to whoever has the link.
    pub pdf_url: Option<Sensitive>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Issues an invoice, looks at one or corrects one (`codespar_invoice`).
    ///
    /// Amounts within the items are in the provider's unit. The call is not repeated once the
    /// server may have seen it: twice would be two invoices.
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
    /// use codespar_proto::meta_tools::{InvoiceArgs, InvoiceKind};
    ///
    /// let invoice = session.invoice(&InvoiceArgs::status(InvoiceKind::Nfse, "inv_1")).send()?;
    /// println!("{}", invoice.status.as_deref().unwrap_or("unknown"));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "nfe")]
    #[doc(alias = "nfse")]
    #[doc(alias = "nota fiscal")]
    pub fn invoice(&self, args: &InvoiceArgs) -> Call<T, ToolOutput<Invoice>> {
        self.call(invoice(self.service(), self.id(), args))
    }
}
