//! Bills that are made of what is known of them.

use codespar_engine::{Args, Error, Sensitive};

use crate::api::payables::documents::{
    input::{MinorInput, NumberInput, PersonalInput, TextInput},
    status::{PayableChannel, PayableDocType},
};

/// A supplier, or who is billed: a name.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct PartyInput {
    /// The name of the party.
    pub name: PersonalInput,
    /// The tax number of the party (CPF, CNPJ).
    pub document: Option<PersonalInput>,
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ItemInput {
    /// The words of the line.
    pub description: TextInput,
    /// How many of them.
    pub quantity: NumberInput,
    /// The price of one, in minor units.
    pub unit_amount_minor: MinorInput,
    /// The price of all, in minor units.
    pub total_amount_minor: MinorInput,
}

/// The sums of a bill in minor units: what is to be paid, and its currency. What is to be paid is
/// the subtotal less discount and tax relief, and with added taxes, freight, insurance and other
/// charges.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TotalsInput {
    /// What is to be paid.
    pub grand_total_minor: MinorInput,
    /// The currency of the sums, `BRL`.
    pub currency: TextInput,
    /// The sum of the items.
    pub subtotal_minor: Option<MinorInput>,
    /// What is taken off.
    pub discount_minor: Option<MinorInput>,
    /// The tax relief that is taken off.
    pub tax_relief_deducted_minor: Option<MinorInput>,
    /// The freight that is added.
    pub freight_minor: Option<MinorInput>,
    /// The insurance that is added.
    pub insurance_minor: Option<MinorInput>,
    /// Other charges that are added.
    pub other_charges_minor: Option<MinorInput>,
    /// Taxes that are added.
    pub taxes_added_minor: Option<MinorInput>,
    /// Taxes that are included already, and in no sum.
    pub taxes_included_minor: Option<MinorInput>,
}

impl TotalsInput {
    fn check(&self) -> Result<(), Error> {
        self.grand_total_minor.check("totals.grand_total_minor")?;
        self.currency.check("totals.currency")?;
        let rest = [
            ("subtotal_minor", &self.subtotal_minor),
            ("discount_minor", &self.discount_minor),
            ("tax_relief_deducted_minor", &self.tax_relief_deducted_minor),
            ("freight_minor", &self.freight_minor),
            ("insurance_minor", &self.insurance_minor),
            ("other_charges_minor", &self.other_charges_minor),
            ("taxes_added_minor", &self.taxes_added_minor),
            ("taxes_included_minor", &self.taxes_included_minor),
        ];
        for (name, amount) in rest {
            if let Some(amount) = amount {
                amount.check(&format!("totals.{name}"))?;
            }
        }
        Ok(())
    }
}

/// Who makes the bill, and how. A key that is named has to be the one of the call.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct AttributionInput {
    /// How it is made: by a program, or by a person in a form.
    #[wire(into)]
    pub channel: PayableChannel,
    /// The key of the API it is made with.
    pub credential_id: Option<String>,
    /// The connection it comes from.
    pub connection_id: Option<String>,
    /// The person who makes it.
    #[wire(personal)]
    pub actor: Option<Sensitive>,
}

/// What a bill can be paid by.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CarriersInput {
    /// The boleto line or bar code.
    pub boleto: Option<Sensitive>,
    /// The Pix code (BR Code).
    pub br_code: Option<Sensitive>,
    /// The key of the NF-e.
    pub nfe: Option<Sensitive>,
}

/// The model that read the bill, where one did.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ExtractionInput {
    /// The name of the model.
    pub model: String,
    /// The version of the model.
    pub model_version: String,
    /// How many tokens went in.
    #[wire(into)]
    pub input_tokens: u32,
    /// How many tokens came out.
    #[wire(into)]
    pub output_tokens: u32,
    /// How many tokens were thought in.
    pub reasoning_tokens: Option<u32>,
}

/// A bill to be paid: the kind of document, who is to be paid, and the sums. Values that were read
/// say where they come from.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct NewPayable {
    /// The version of this shape, `payable.v1`; filled in.
    #[serde(default = "schema_version")]
    #[wire(no_setter)]
    pub schema_version: String,
    /// The kind of document.
    #[wire(into)]
    pub doc_type: PayableDocType,
    /// Who is to be paid.
    pub supplier: PartyInput,
    /// The sums of the bill, in minor units.
    pub totals: TotalsInput,
    /// Who makes it, and how; by a program where nothing is said.
    #[serde(default = "structured")]
    pub attribution: AttributionInput,
    /// The SHA-256 of the document, in hexadecimal digits.
    pub document_hash: Option<String>,
    /// Who is billed.
    pub recipient: Option<PartyInput>,
    /// The number of the invoice.
    pub invoice_number: Option<TextInput>,
    /// The series of the invoice.
    pub serie: Option<TextInput>,
    /// The day it was written on, as `2026-12-31`.
    pub issue_date: Option<TextInput>,
    /// The day it is due on, as `2026-12-31`.
    pub due_date: Option<TextInput>,
    /// The lines of the bill.
    pub items: Option<Vec<ItemInput>>,
    /// What it can be paid by.
    pub carriers: Option<CarriersInput>,
    /// The model that read it.
    pub extraction: Option<ExtractionInput>,
}

impl NewPayable {
    fn check(&self) -> Result<(), Error> {
        check_party("supplier", &self.supplier)?;
        if let Some(recipient) = &self.recipient {
            check_party("recipient", recipient)?;
        }
        self.totals.check()?;
        let texts = [
            ("invoice_number", &self.invoice_number),
            ("serie", &self.serie),
            ("issue_date", &self.issue_date),
            ("due_date", &self.due_date),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                text.check(field)?;
            }
        }
        check_items(self.items.as_deref().unwrap_or_default())?;
        if self.attribution.channel == PayableChannel::Upload {
            return Err(Error::config("attribution.channel", "expected structured or manual"));
        }
        Ok(())
    }
}

fn schema_version() -> String {
    "payable.v1".to_owned()
}

fn structured() -> AttributionInput {
    AttributionInput::new(PayableChannel::Structured)
}

fn check_party(field: &str, party: &PartyInput) -> Result<(), Error> {
    party.name.check(&format!("{field}.name"))?;
    party.document.as_ref().map_or(Ok(()), |it| it.check(&format!("{field}.document")))
}

fn check_items(items: &[ItemInput]) -> Result<(), Error> {
    for (at, item) in items.iter().enumerate() {
        item.description.check(&format!("items[{at}].description"))?;
        item.quantity.check(&format!("items[{at}].quantity"))?;
        item.unit_amount_minor.check(&format!("items[{at}].unit_amount_minor"))?;
        item.total_amount_minor.check(&format!("items[{at}].total_amount_minor"))?;
    }
    Ok(())
}
