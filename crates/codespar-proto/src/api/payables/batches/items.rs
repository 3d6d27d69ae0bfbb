//! Bills that are put into a batch, and what can be changed of them.

use codespar_engine::{Args, Error, Sensitive};

use crate::{
    check::check_filled,
    types::{money::Minor, patch::Patch},
};

/// A bill to pay: one of a Pix key, a boleto or a Pix code.
///
/// ```
/// use codespar_proto::{Minor, payables::NewItem};
///
/// let rent = NewItem::pix_key("landlord@example.com", Minor::new(185_000)).description("Rent");
/// let power = NewItem::boleto("23793.38128 60000.000003 00000.000400 1 84340000012345");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct NewItem {
    /// The Pix key of whoever gets the money.
    #[wire(no_setter, personal)]
    pub pix_key: Option<Sensitive>,
    /// The digits of a boleto.
    #[wire(no_setter)]
    pub boleto_line: Option<Sensitive>,
    /// A Pix code to copy and paste.
    #[wire(no_setter)]
    pub br_code: Option<Sensitive>,
    /// How much, in **minor** units; a Pix key does not say it by itself.
    #[wire(currency = "BRL")]
    pub amount_minor: Option<Minor>,
    /// What the bill is for, in words.
    #[wire(personal)]
    pub description: Option<Sensitive>,
    /// A name of the caller's own for it.
    pub reference: Option<String>,
}

impl NewItem {
    /// A payment to the owner of a Pix key, in **minor** units.
    pub fn pix_key(key: impl Into<String>, amount: Minor) -> Self {
        Self {
            pix_key: Some(Sensitive::from(key.into())),
            amount_minor: Some(amount),
            ..Self::default()
        }
    }

    /// A boleto, by its digits.
    pub fn boleto(line: impl Into<String>) -> Self {
        Self { boleto_line: Some(Sensitive::from(line.into())), ..Self::default() }
    }

    /// A Pix code to copy and paste.
    pub fn br_code(code: impl Into<String>) -> Self {
        Self { br_code: Some(Sensitive::from(code.into())), ..Self::default() }
    }

    /// Refuses a bill that says nowhere, or twice, whom to pay.
    fn check(&self, at: &str) -> Result<(), Error> {
        let carriers = [
            ("pix_key", &self.pix_key),
            ("boleto_line", &self.boleto_line),
            ("br_code", &self.br_code),
        ];
        let mut named = carriers.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let (Some((name, value)), None) = (named.next(), named.next()) else {
            let expected = "expected one of pix_key, boleto_line and br_code";
            return Err(Error::config(at, expected));
        };
        check_filled(&format!("{at}.{name}"), value.expose())?;
        let field = format!("{at}.amount_minor");
        match self.amount_minor {
            Some(amount) => amount.check(&field),
            None if *name == "pix_key" => {
                Err(Error::config(field, "expected minor units: a Pix key does not say how much"))
            }
            None => Ok(()),
        }
    }
}

/// Refuses the first bill that cannot be, by its place in the list.
pub(super) fn check_items(items: Option<&[NewItem]>) -> Result<(), Error> {
    let mut items = items.unwrap_or_default().iter().enumerate();
    items.try_for_each(|(place, item)| item.check(&format!("items[{place}]")))
}

pub(super) fn check_files(files: Option<&[String]>) -> Result<(), Error> {
    files.unwrap_or_default().iter().try_for_each(|file| check_filled("file_ids", file))
}

/// What is added to a batch.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct AddItems {
    /// The version of the list that it is added to.
    pub expected_version: u64,
    /// Files whose bills are added.
    pub file_ids: Option<Vec<String>>,
    /// The bills to add, each with where its money goes.
    pub items: Option<Vec<NewItem>>,
}

impl AddItems {
    fn check(&self) -> Result<(), Error> {
        let files = self.file_ids.as_deref().unwrap_or_default();
        if files.is_empty() && self.items.as_deref().unwrap_or_default().is_empty() {
            return Err(Error::config("items", "expected bills or files"));
        }
        check_files(self.file_ids.as_deref())?;
        check_items(self.items.as_deref())
    }
}

/// What is changed of a bill. Each field is set, cleared, or left alone.
///
/// ```
/// use codespar_proto::{Minor, payables::UpdateItem, types::Patch};
///
/// let update = UpdateItem::new(3).amount_minor(Minor::new(7_500)).description(Patch::Clear);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateItem {
    /// The version of the list that is changed.
    pub expected_version: u64,
    /// How much, in **minor** units.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into, currency = "BRL")]
    pub amount_minor: Patch<Minor>,
    /// The Pix key of whoever gets the money.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into, personal)]
    pub pix_key: Patch<Sensitive>,
    /// The digits of a boleto.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub boleto_line: Patch<Sensitive>,
    /// A Pix code to copy and paste.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub br_code: Patch<Sensitive>,
    /// What the bill is for, in words.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into, personal)]
    pub description: Patch<Sensitive>,
    /// Whether it is left out.
    pub excluded: Option<bool>,
}

impl UpdateItem {
    fn check(&self) -> Result<(), Error> {
        match self.amount_minor.value() {
            Some(amount) if amount.get() < 0 => {
                Err(Error::config("amount_minor", "expected minor units, not less than zero"))
            }
            _ => Ok(()),
        }
    }
}
