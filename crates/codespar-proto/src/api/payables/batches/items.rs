//! Bills that are put into a batch, and what can be changed of them.

use codespar_engine::{Args, Describe, Error, Sensitive};
use serde::{Deserialize, Serialize};

use crate::{
    check::check_filled,
    types::{money::Minor, patch::Patch},
};

/// A bill to pay: one of a Pix key, a boleto or a Pix code.
///
/// ```
/// use codespar_proto::{Minor, payables::NewItem};
///
/// let rent = NewItem::pix_key("landlord@example.com", Minor::new(185_000)).describe("Rent");
/// let power = NewItem::boleto("23793.38128 60000.000003 00000.000400 1 84340000012345");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct NewItem {
    /// The Pix key of whoever gets the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pix_key: Option<Sensitive>,
    /// The digits of a boleto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boleto_line: Option<Sensitive>,
    /// A Pix code to copy and paste.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub br_code: Option<Sensitive>,
    /// How much, in **minor** units; a Pix key does not say it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<Minor>,
    /// What the bill is for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A name of the caller's own for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

    /// Sets how much, in **minor** units: for a Pix code that does not say it.
    #[must_use]
    pub fn amount(mut self, amount: Minor) -> Self {
        self.amount_minor = Some(amount);
        self
    }

    /// Says what for.
    #[must_use]
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Gives it a name of the caller's own.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
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
    pub(super) fn check(&self) -> Result<(), Error> {
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
/// let update = UpdateItem::new(3).amount(Minor::new(7_500)).description(Patch::Clear);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct UpdateItem {
    /// The version of the list that is changed.
    pub expected_version: u64,
    /// How much, in **minor** units.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub amount_minor: Patch<Minor>,
    /// The Pix key of whoever gets the money.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub pix_key: Patch<Sensitive>,
    /// The digits of a boleto.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub boleto_line: Patch<Sensitive>,
    /// A Pix code to copy and paste.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub br_code: Patch<Sensitive>,
    /// What the bill is for, in words.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub description: Patch<String>,
    /// Whether it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<bool>,
}

impl UpdateItem {
    /// Changes nothing yet, of this version of the list.
    pub const fn new(expected_version: u64) -> Self {
        Self {
            expected_version,
            amount_minor: Patch::Keep,
            pix_key: Patch::Keep,
            boleto_line: Patch::Keep,
            br_code: Patch::Keep,
            description: Patch::Keep,
            excluded: None,
        }
    }

    /// Changes how much, in **minor** units.
    #[must_use]
    pub fn amount(mut self, amount: impl Into<Patch<Minor>>) -> Self {
        self.amount_minor = amount.into();
        self
    }

    /// Changes the Pix key.
    #[must_use]
    pub fn pix_key(mut self, key: impl Into<Patch<Sensitive>>) -> Self {
        self.pix_key = key.into();
        self
    }

    /// Changes the digits of the boleto.
    #[must_use]
    pub fn boleto(mut self, line: impl Into<Patch<Sensitive>>) -> Self {
        self.boleto_line = line.into();
        self
    }

    /// Changes the Pix code.
    #[must_use]
    pub fn br_code(mut self, code: impl Into<Patch<Sensitive>>) -> Self {
        self.br_code = code.into();
        self
    }

    /// Changes what it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<Patch<String>>) -> Self {
        self.description = description.into();
        self
    }

    /// Leaves it out, or takes it in again.
    #[must_use]
    pub fn exclude(mut self, excluded: bool) -> Self {
        self.excluded = Some(excluded);
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        match self.amount_minor.value() {
            Some(amount) if amount.get() < 0 => {
                Err(Error::config("amount_minor", "expected minor units, not less than zero"))
            }
            _ => Ok(()),
        }
    }
}
