//! Carts that a merchant put prices on.

use codespar_engine::{Answer, Args, Error, Extra, Json, Sensitive, WireEnum};

use crate::{
    check::check_filled,
    types::money::{Currency, Minor},
};

/// A line of a cart: what, and how many times.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CartItem {
    /// The variant of the product, its SKU at the merchant.
    pub variant_id: String,
    /// How many, 1 to 99.
    #[wire(into)]
    pub quantity: u32,
    /// Which seller of the marketplace.
    pub seller: Option<String>,
}

/// Lines of a cart: 1 to 50, each with a variant, 1 to 99 times.
pub(super) fn check_items(items: &[CartItem]) -> Result<(), Error> {
    if !(1..=50).contains(&items.len()) {
        return Err(Error::config("items", "expected 1 to 50 lines"));
    }
    for (at, item) in items.iter().enumerate() {
        check_filled(&format!("items[{at}].variant_id"), &item.variant_id)?;
        if !(1..=99).contains(&item.quantity) {
            let field = format!("items[{at}].quantity");
            return Err(Error::config(field, "expected 1 to 99"));
        }
    }
    Ok(())
}

/// What a merchant is to put prices on.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PriceCart {
    /// The merchant, such as `cobasi`.
    pub merchant: String,
    /// What would be bought, 1 to 50 lines.
    pub items: Vec<CartItem>,
}

impl PriceCart {
    fn check(&self) -> Result<(), Error> {
        check_filled("merchant", &self.merchant)?;
        check_items(&self.items)
    }
}

/// How a cart stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CartStatus {
    /// It is being filled.
    InProgress,
    /// Something is missing before it can be paid.
    NotReadyForPayment,
    /// It can be paid.
    ReadyForPayment,
    /// It was paid.
    Completed,
    /// It was given up.
    Canceled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a total of a cart is the sum of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CartTotalKind {
    /// The items, before discounts.
    ItemsBaseAmount,
    /// Discounts of items.
    ItemsDiscount,
    /// The items, after their discounts.
    Subtotal,
    /// Discounts of the cart.
    Discount,
    /// The delivery of the cart.
    Fulfillment,
    /// The taxes of the cart.
    Tax,
    /// The sum of everything.
    Total,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A sum of a cart, in minor units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CartTotal {
    /// What it is the sum of.
    #[serde(rename = "type")]
    pub kind: Option<CartTotalKind>,
    /// The words for people.
    pub display_text: Option<String>,
    /// The sum, in minor units.
    pub amount: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A product and its price.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CartItemPrice {
    /// The id of the product at the merchant.
    pub id: Option<String>,
    /// The name of the product.
    pub name: Option<String>,
    /// The price of one. The API does not say its unit; the totals say minor units.
    #[wire(undocumented)]
    pub unit_amount: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A line of a cart with prices.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CartLine {
    /// The id of the line.
    pub id: Option<String>,
    /// The product, and the price of one.
    pub item: Option<CartItemPrice>,
    /// How many of them.
    pub quantity: Option<u64>,
    /// The name of the product.
    pub name: Option<String>,
    /// The price of one. The API does not say its unit; the totals say minor units.
    #[wire(undocumented)]
    pub unit_amount: Option<f64>,
    /// The merchant's number of the product.
    pub sku: Option<String>,
    /// The variant of the product.
    pub variant_id: Option<String>,
    /// Addresses of pictures.
    pub images: Option<Vec<String>>,
    /// Whether there is one, such as `in_stock` or `out_of_stock`.
    pub availability_status: Option<String>,
    /// The sums of the line.
    #[wire(default)]
    pub totals: Vec<CartTotal>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a cart reaches the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FulfillmentKind {
    /// It is sent.
    Shipping,
    /// It is picked up.
    Pickup,
    /// It is delivered as data.
    Digital,
    /// It is brought.
    LocalDelivery,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A way in which a cart can reach the buyer.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Fulfillment {
    /// The way it is.
    #[serde(rename = "type")]
    pub kind: Option<FulfillmentKind>,
    /// The id of the way.
    pub id: Option<String>,
    /// The words for people.
    pub title: Option<String>,
    /// What it costs.
    #[wire(default)]
    pub totals: Vec<CartTotal>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Where a cart is delivered to, as the merchant knows it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CartAddressGiven {
    /// Who receives it.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// Street and number.
    #[wire(personal)]
    pub line_one: Option<Sensitive>,
    /// The flat, the floor.
    #[wire(personal)]
    pub line_two: Option<Sensitive>,
    /// The city of the address.
    pub city: Option<String>,
    /// The state, such as `SP`.
    pub state: Option<String>,
    /// The country, such as `BR`.
    pub country: Option<String>,
    /// The postal code of the address.
    #[wire(personal)]
    pub postal_code: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a cart can be paid by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentHandlerKind {
    /// The cart is paid by Pix.
    Pix,
    /// The cart is paid by card.
    Card,
    /// The cart is paid by boleto.
    Boleto,
    /// The cart is paid from a wallet.
    Wallet,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A way in which a cart can be paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentHandler {
    /// The id of the way.
    pub id: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// What it is paid by.
    pub kind: Option<PaymentHandlerKind>,
    /// The payment provider.
    pub psp: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A cart that a merchant put prices on. It is not kept: it cannot be read again.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PricedCart {
    /// The id of the cart.
    pub id: Option<String>,
    /// How the merchant was asked, such as `vtex`, `nuvemshop` or `browser`.
    pub rail: Option<String>,
    /// The merchant that was asked.
    pub merchant: Option<String>,
    /// Whether it could be paid.
    pub status: Option<CartStatus>,
    /// The currency of its prices.
    pub currency: Option<Currency>,
    /// The lines, with prices.
    #[wire(default)]
    pub line_items: Vec<CartLine>,
    /// The sums of the cart.
    #[wire(default)]
    pub totals: Vec<CartTotal>,
    /// How it can reach the buyer.
    #[wire(default)]
    pub fulfillment_options: Vec<Fulfillment>,
    /// Where it would be delivered to.
    pub fulfillment_address: Option<CartAddressGiven>,
    /// How it can be paid.
    #[wire(default)]
    pub payment_handlers: Vec<PaymentHandler>,
    /// Whether it can be paid by Pix; what is not said is not a no.
    pub accepts_pix: Option<bool>,
    /// The address where it is paid.
    pub checkout_url: Option<Sensitive>,
    /// What the merchant answered.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}
