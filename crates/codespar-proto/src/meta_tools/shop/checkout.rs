//! What is bought in shops, and how the purchase stands.

use codespar_engine::{Answer, Args, Error, Extra, Sensitive, WireEnum};

use crate::{check::check_filled, types::money::Minor};

/// Something to buy.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ShopItem {
    /// The `sku_id` of an offer's variant.
    pub variant_id: String,
    /// How many; 1 where not said.
    pub quantity: Option<u32>,
    /// Which seller of the marketplace.
    pub seller: Option<String>,
}

/// The person who buys something in a shop.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct ShopBuyer {
    /// The name of the buyer.
    pub name: Option<Sensitive>,
    /// The e-mail address.
    pub email: Option<Sensitive>,
    /// The CPF of the buyer, the Brazilian tax number of a person.
    pub cpf: Option<Sensitive>,
    /// The telephone number.
    pub phone: Option<Sensitive>,
}

/// Where it is delivered.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ShopAddress {
    /// The postal code.
    pub cep: Sensitive,
    /// The street of the address.
    pub street: Option<Sensitive>,
    /// The house number.
    pub number: Option<Sensitive>,
    /// The flat, the floor.
    pub complement: Option<Sensitive>,
    /// The neighbourhood (`bairro`) of the address.
    pub neighborhood: Option<Sensitive>,
    /// The city of the address.
    pub city: Option<String>,
    /// The state, such as `SP`.
    pub state: Option<String>,
}

/// What is bought: either items of one merchant, or one product by its page.
///
/// ```
/// use codespar_proto::meta_tools::{ShopCheckout, ShopItem};
///
/// let items = ShopCheckout::items_of("cobasi", vec![ShopItem::new("sku_1").quantity(2)]);
/// let page = ShopCheckout::page("https://produto.example/MLB-1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ShopCheckout {
    /// The merchant that sells the items, such as `cobasi`.
    pub merchant: Option<String>,
    /// What is bought, where it is not bought by its page.
    pub items: Option<Vec<ShopItem>>,
    /// The page of the product, where it is not bought by items.
    pub url: Option<String>,
    /// The consumer whose money it is.
    pub consumer_id: Option<String>,
    /// The person who buys.
    pub buyer: Option<ShopBuyer>,
    /// Where it is delivered.
    pub address: Option<ShopAddress>,
}

impl ShopCheckout {
    /// Items of a merchant.
    pub fn items_of(merchant: impl Into<String>, items: Vec<ShopItem>) -> Self {
        Self::default().merchant(merchant).items(items)
    }

    /// A product, by its page.
    pub fn page(url: impl Into<String>) -> Self {
        Self::default().url(url)
    }

    fn check(&self) -> Result<(), Error> {
        match (&self.items, &self.url) {
            (Some(_), Some(_)) => {
                return Err(Error::config("url", "expected either items or url, not both"));
            }
            (None, None) => return Err(Error::config("items", "expected items or url")),
            (None, Some(url)) => check_filled("url", url)?,
            (Some(items), None) if items.is_empty() => {
                return Err(Error::config("items", "expected at least one"));
            }
            (Some(items), None) => {
                for (index, item) in items.iter().enumerate() {
                    check_filled(&format!("items[{index}].variant_id"), &item.variant_id)?;
                    if item.quantity == Some(0) {
                        let field = format!("items[{index}].quantity");
                        return Err(Error::config(field, "expected at least 1"));
                    }
                }
            }
        }
        match &self.address {
            Some(address) => check_filled("address.cep", address.cep.expose()),
            None => Ok(()),
        }
    }
}

/// Which checkout is asked about.
#[derive(Clone, Debug, Args)]
#[wire(check)]
pub(crate) struct ShopCheckoutStatus {
    /// The id of the checkout.
    pub(crate) checkout_session_id: String,
}

impl ShopCheckoutStatus {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_filled("checkout_session_id", &self.checkout_session_id)
    }
}

/// A checkout: a purchase that was begun.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Checkout {
    /// The id of the checkout.
    pub checkout_session_id: Option<String>,
    /// How it stands, as the server said.
    pub status: Option<CheckoutStatus>,
    /// The server's words.
    pub message: Option<String>,
    /// Which way it is bought.
    pub rail: Option<String>,
    /// What is to be paid, in **minor** units.
    pub total_minor: Option<Minor>,
    /// The Pix code to pay it with.
    pub pix_copia_e_cola: Option<Sensitive>,
    /// How the merchant's order stands.
    pub order_status: Option<String>,
    /// Why it was canceled.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Checkout {
    /// Whether there is nothing left to wait for: it is ready for payment, or canceled.
    pub fn is_over(&self) -> bool {
        use CheckoutStatus::{Canceled, ReadyForPayment};
        matches!(self.status, Some(ReadyForPayment | Canceled))
    }
}

/// How a checkout stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CheckoutStatus {
    /// It is under way.
    InProgress,
    /// It waits for its money: see `total_minor` and `pix_copia_e_cola`.
    ReadyForPayment,
    /// It came to nothing.
    Canceled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
