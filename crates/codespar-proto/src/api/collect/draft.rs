//! What links and attempts are made with.

use codespar_engine::{Args, Error, Sensitive, Timestamp};

use crate::{
    api::collect::link::{CollectField, CollectSurface},
    check::check_filled,
    types::{decimal_text::DecimalText, money::Minor},
};

/// The link to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateCollectLink {
    /// The consumer who is paid.
    pub consumer_id: String,
    /// What the link asks for.
    pub version: CollectDraft,
    /// Until when it can be paid.
    #[wire(into)]
    pub valid_until: Option<Timestamp>,
    /// What is known of the payer beforehand.
    pub payer: Option<CollectPayer>,
}

impl CreateCollectLink {
    fn check(&self) -> Result<(), Error> {
        check_filled("consumer_id", &self.consumer_id)?;
        self.version.check_at("version.")
    }
}

/// What a link asks for. The total has to be between 5.00 and 1 000 000.00 BRL.
///
/// ```
/// use codespar_proto::{Minor, collect::{CollectDraft, CollectSurface, NewCollectItem}};
///
/// let items = vec![NewCollectItem::new("Bolo de cenoura", 2, Minor::new(3_500))];
/// let draft = CollectDraft::new("Encomenda 42", items, vec![CollectSurface::Page], 3);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CollectDraft {
    /// What is paid for, in a few words.
    pub title: String,
    /// What is paid for, line by line.
    pub items: Vec<NewCollectItem>,
    /// Where it can be paid.
    pub surfaces: Vec<CollectSurface>,
    /// How many days a payer has, from the attempt on.
    #[wire(days)]
    pub due_in_days: u32,
    /// The same at length.
    pub description: Option<String>,
    /// What a payer reads afterwards.
    pub success_message: Option<String>,
    /// How the page looks.
    pub brand: Option<CollectBrand>,
    /// What a payer is asked for besides the name.
    pub payer_fields: Option<CollectPayerFields>,
    /// What an agent would pay, in **major** units of USDC, with the surface `agent` only.
    pub usdc_price: Option<DecimalText>,
}

impl CollectDraft {
    /// Looks it over; `at` is where it stands in the arguments, a dot behind it.
    fn check_at(&self, at: &str) -> Result<(), Error> {
        check_filled(&format!("{at}title"), &self.title)?;
        if self.items.is_empty() {
            return Err(Error::config(format!("{at}items"), "expected one at least"));
        }
        for (place, item) in self.items.iter().enumerate() {
            item.check_at(&format!("{at}items[{place}]."))?;
        }
        if self.surfaces.is_empty() {
            return Err(Error::config(format!("{at}surfaces"), "expected one at least"));
        }
        match &self.usdc_price {
            Some(price) => self.check_price(&format!("{at}usdc_price"), price),
            None => Ok(()),
        }
    }

    fn check_price(&self, field: &str, price: &DecimalText) -> Result<(), Error> {
        if !self.surfaces.contains(&CollectSurface::Agent) {
            return Err(Error::config(field, "expected none without the surface agent"));
        }
        price.check(field)
    }

    fn check(&self) -> Result<(), Error> {
        self.check_at("")
    }
}

/// One line of what is to be paid for.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct NewCollectItem {
    /// What it is.
    pub name: String,
    /// How many of it.
    pub quantity: u64,
    /// What one costs, in **minor** units.
    pub unit_amount_minor: Minor,
}

impl NewCollectItem {
    fn check_at(&self, at: &str) -> Result<(), Error> {
        check_filled(&format!("{at}name"), &self.name)?;
        if self.quantity == 0 {
            return Err(Error::config(format!("{at}quantity"), "expected more than zero"));
        }
        self.unit_amount_minor.check(&format!("{at}unit_amount_minor"))
    }
}

/// How the page of a link looks. Texts must stand out from their background: 4.5 to 1 at least.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectBrand {
    /// Where the logo is.
    pub logo_url: Option<String>,
    /// The color of the background.
    pub color: Option<String>,
    /// The color of the texts.
    pub text_color: Option<String>,
    /// Texts above and below.
    pub texts: Option<CollectBrandTexts>,
}

/// Texts of the page of a link.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectBrandTexts {
    /// The text above.
    pub header: Option<String>,
    /// The text below.
    pub footer: Option<String>,
}

/// What a payer is asked for besides the name.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectPayerFields {
    /// How to reach the payer: optional unless said otherwise.
    pub contact: Option<CollectField>,
    /// A reference of the caller's own: off unless said otherwise.
    pub external_reference: Option<CollectField>,
}

/// Who pays. It is sent in bodies only, and never given back.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectPayer {
    /// The name of the payer.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// How to reach the payer.
    #[wire(personal)]
    pub contact: Option<Sensitive>,
    /// A reference of the caller's own.
    pub external_reference: Option<String>,
    /// The CPF or CNPJ.
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// Where the payer lives.
    pub address: Option<CollectAddress>,
}

/// Where a payer lives.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectAddress {
    /// The street of the house.
    #[serde(rename = "publicArea")]
    #[wire(personal)]
    pub public_area: Sensitive,
    /// The number of the house.
    #[wire(personal)]
    pub number: Sensitive,
    /// The part of the town.
    #[wire(personal)]
    pub neighborhood: Sensitive,
    /// The town that it is in.
    pub city: String,
    /// The state, such as `SP`.
    pub state: String,
    /// The postal code (CEP).
    #[serde(rename = "postalCode")]
    #[wire(personal)]
    pub postal_code: Sensitive,
}
