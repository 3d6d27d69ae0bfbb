//! What is searched for in shops, and what they offer.

use codespar_engine::{Answer, Args, Error, Extra};

use crate::{
    check::check_filled,
    types::money::{Currency, Minor},
};

/// What is searched for in shops.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ShopSearch {
    /// What, in words.
    pub query: String,
    /// How many offers at most; the server keeps it between 1 and 20, and takes 10 where not
    /// said.
    pub limit: Option<u32>,
    /// Only one merchant's.
    pub merchant: Option<String>,
}

impl ShopSearch {
    fn check(&self) -> Result<(), Error> {
        check_filled("query", &self.query)
    }
}

/// What shops offer. Nothing found is a success, too.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Offers {
    /// Where was searched.
    pub rail: Option<String>,
    /// The offers that were found.
    #[wire(default)]
    pub products: Vec<Offer>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An offer of a shop: a product with its variants.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Offer {
    /// The id of the product.
    #[wire(default)]
    pub product_id: String,
    /// Its first variant.
    pub sku_id: Option<String>,
    /// The name of the product.
    pub title: Option<String>,
    /// What it costs, in **minor** units.
    pub price_minor: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// The address of a picture of the product.
    pub image: Option<String>,
    /// The address of the product's page.
    pub url: Option<String>,
    /// Whether it can be bought.
    #[wire(default)]
    pub available: bool,
    /// Its variants; what is bought is one of them.
    #[wire(default)]
    pub variants: Vec<OfferVariant>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A variant of an offer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OfferVariant {
    /// What a [`ShopItem`](crate::meta_tools::ShopItem) names.
    #[wire(default)]
    pub sku_id: String,
    /// The name of the variant.
    pub title: Option<String>,
    /// What it costs, in **minor** units.
    pub price_minor: Option<Minor>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// Whether it can be bought.
    #[wire(default)]
    pub available: bool,
    /// Members this version has no field for.
    pub extra: Extra,
}
