//! Invoices (`codespar_invoice`).

use codespar_engine::{
    Answer, Call, Describe, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};
use serde::{Deserialize, Serialize};

use crate::{
    check::{check_day, check_filled, check_object},
    meta_tools::output::{ToolOutput, tool_output},
    session::{Session, execute::Execute},
};

endpoints! {
    pub(crate) static ROUTES;
    fn invoice(session; json: &Execute<'_, InvoiceArgs>) -> ToolOutput<Invoice>: "session.invoice" POST "/v1/sessions/{session}/execute", effect MovesMoney, read tool_output;
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct InvoiceArgs {
    /// What kind of invoice.
    #[serde(rename = "type")]
    pub kind: InvoiceKind,
    /// The action that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<InvoiceAction>,
    /// For whom: an object in the provider's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Json>,
    /// What for: objects in the provider's form, amounts in the provider's unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Json>,
    /// Until when it is to be paid, as `YYYY-MM-DD`.
    #[serde(default, rename = "dueDate", skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// The invoice to look at or to correct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// The text of the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// The reason of the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl InvoiceArgs {
    fn new(kind: InvoiceKind) -> Self {
        Self {
            kind,
            action: None,
            recipient: None,
            items: Vec::new(),
            due_date: None,
            invoice_id: None,
            correction: None,
            reason: None,
        }
    }

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

    /// Sets until when it is to be paid, as `YYYY-MM-DD`.
    #[must_use]
    pub fn due_date(mut self, date: impl Into<String>) -> Self {
        self.due_date = Some(date.into());
        self
    }

    /// Sets the reason of a correction.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
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
        self.checked("session.invoice", args.check(), |service| {
            invoice(service, self.id(), &Execute { tool: "codespar_invoice", input: args })
        })
    }
}
