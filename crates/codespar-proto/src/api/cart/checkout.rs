//! Orders at merchants: what they are made of, and what they are paid by.

use codespar_engine::{Answer, Args, Error, Extra, Sensitive};

use crate::{
    api::cart::priced::{CartItem, check_items},
    check::check_filled,
    types::money::Minor,
};

/// What is ordered: items of a merchant, or one product by its page.
///
/// ```
/// use codespar_proto::cart::{CartCheckout, CartItem};
///
/// let items = CartCheckout::of_items("cobasi", vec![CartItem::new("sku_1", 2_u32)]);
/// let page = CartCheckout::of_page("meli", "https://produto.example/MLB-1");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CartCheckout {
    /// The merchant, such as `cobasi` or `meli`.
    pub merchant: String,
    /// What is bought, 1 to 50 lines; each 1 to 99 times.
    pub items: Option<Vec<CartItem>>,
    /// The page of the product, which Mercado Livre needs.
    pub url: Option<String>,
    /// The consumer that logged in, which Mercado Livre needs in live mode.
    pub consumer_id: Option<String>,
    /// The person who buys, needed in live mode.
    pub buyer: Option<CartBuyer>,
    /// Where it is delivered to, needed in live mode.
    pub address: Option<CartAddress>,
}

impl CartCheckout {
    fn check(&self) -> Result<(), Error> {
        check_filled("merchant", &self.merchant)?;
        if let Some(url) = &self.url {
            check_filled("url", url)?;
        }
        match &self.items {
            Some(items) => check_items(items),
            None if self.url.is_none() => Err(Error::config("items", "expected items or a page")),
            None => Ok(()),
        }
    }
}

impl CartCheckout {
    /// Items of a merchant.
    pub fn of_items(merchant: impl Into<String>, items: Vec<CartItem>) -> Self {
        Self::new(merchant).items(items)
    }

    /// One product, by its page.
    pub fn of_page(merchant: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(merchant).url(url)
    }
}

/// The person who buys at a merchant.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CartBuyer {
    /// The e-mail address of the buyer.
    #[wire(personal)]
    pub email: Option<Sensitive>,
    /// The first name of the buyer.
    #[serde(rename = "firstName")]
    #[wire(personal)]
    pub first_name: Option<Sensitive>,
    /// The family name of the buyer.
    #[serde(rename = "lastName")]
    #[wire(personal)]
    pub last_name: Option<Sensitive>,
    /// The tax number of the buyer (CPF).
    #[wire(personal)]
    pub document: Option<Sensitive>,
    /// The telephone number of the buyer.
    #[wire(personal)]
    pub phone: Option<Sensitive>,
}

/// Where an order is delivered to.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CartAddress {
    /// The postal code of the address.
    #[serde(rename = "postalCode")]
    #[wire(personal)]
    pub postal_code: Option<Sensitive>,
    /// The street of the address.
    #[wire(personal)]
    pub street: Option<Sensitive>,
    /// The house number.
    #[wire(personal)]
    pub number: Option<Sensitive>,
    /// The flat, the floor.
    #[wire(personal)]
    pub complement: Option<Sensitive>,
    /// The neighbourhood (`bairro`) of the address.
    #[wire(personal)]
    pub neighborhood: Option<Sensitive>,
    /// The city of the address.
    pub city: Option<String>,
    /// The state, such as `SP`.
    pub state: Option<String>,
    /// The country as two letters, such as `BR`.
    pub country: Option<String>,
}

/// An order that is pending at a merchant. What it is paid by is in `pix_copia_e_cola` or behind
/// `checkout_url`: look at both.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CartOrder {
    /// The merchant of the order.
    pub merchant: Option<String>,
    /// How the order was placed, such as `vtex`, `nuvemshop` or `browser`.
    pub rail: Option<String>,
    /// The id of the order at the merchant.
    pub order_form_id: Option<String>,
    /// What is to be paid, in minor units; where it is not said it is not nothing.
    pub total_minor: Option<Minor>,
    /// The Pix code that pays the order.
    pub pix_copia_e_cola: Option<Sensitive>,
    /// The address where the order is paid.
    pub checkout_url: Option<Sensitive>,
    /// How the order stands, in the merchant's words.
    pub order_status: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
