//! Shopping (`codespar_shop`): search, checkout, and how a checkout stands.

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Sensitive, WireEnum,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Last, Polls, Service, check_limit},
};
use serde::Serialize;

use crate::{
    check::check_filled,
    meta_tools::output::ToolOutput,
    session::{Session, execute::Execute},
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Searches shops for offers; prices are minor units.
    fn shop_search(session_id; json(search): &ShopSearch) -> ToolOutput<Offers>:
        "session.shop_search" POST "/v1/sessions/{session_id}/execute", effect Reads;
    /// Begins to buy: items of one merchant, or one product by its page.
    fn shop_checkout(session_id; json(checkout): &ShopCheckout) -> ToolOutput<Checkout>:
        "session.shop_checkout" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
    /// Says how a checkout stands.
    fn shop_checkout_status(
        session_id; json(checkout_status): &ShopCheckoutStatus
    ) -> ToolOutput<Checkout>:
        "session.shop_checkout_status" POST "/v1/sessions/{session_id}/execute" Safe, effect Reads;
}

const END: &str = "session.shop_checkout_end";

/// How long it waits between two looks at a checkout.
const PAUSE: Duration = Duration::from_secs(2);

/// The input of the tool: an action and its own fields, nothing else.
#[derive(Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ShopInput<'a> {
    Search(&'a ShopSearch),
    Checkout(&'a ShopCheckout),
    CheckoutStatus(&'a ShopCheckoutStatus),
}

fn shop(input: ShopInput<'_>) -> Execute<'static, ShopInput<'_>> {
    Execute { tool: "codespar_shop", input }
}

fn search(args: &ShopSearch) -> Execute<'static, ShopInput<'_>> {
    shop(ShopInput::Search(args))
}

fn checkout(args: &ShopCheckout) -> Execute<'static, ShopInput<'_>> {
    shop(ShopInput::Checkout(args))
}

fn checkout_status(args: &ShopCheckoutStatus) -> Execute<'static, ShopInput<'_>> {
    shop(ShopInput::CheckoutStatus(args))
}

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
    fn check(&self) -> Result<(), Error> {
        check_filled("checkout_session_id", &self.checkout_session_id)
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
    /// What a [`ShopItem`] names.
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

impl Checkout {
    /// Whether there is nothing left to wait for: it is ready for payment, or canceled.
    pub fn is_over(&self) -> bool {
        use CheckoutStatus::{Canceled, ReadyForPayment};
        matches!(self.status, Some(ReadyForPayment | Canceled))
    }
}

/// What the tool is asked, by the name of its action.
#[cfg(feature = "registry")]
#[derive(serde::Deserialize, codespar_engine::Describe)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ShopArgs {
    /// To search shops.
    Search(ShopSearch),
    /// To begin to buy.
    Checkout(Box<ShopCheckout>),
    /// How a checkout stands.
    CheckoutStatus(ShopCheckoutStatus),
}

/// Looks until the checkout is over or the time is up. An error keeps what was seen before.
fn shop_checkout_end(
    service: &Arc<Service>,
    session: &str,
    checkout: &str,
    limit: Duration,
) -> Result<Last<ToolOutput<Checkout>>, Error> {
    check_limit("limit", limit)?;
    let checkout = ShopCheckoutStatus::new(checkout);
    checkout.check()?;
    let (service, session) = (Arc::clone(service), session.to_owned());
    let ask = move || -> BoxFlow<ToolOutput<Checkout>> {
        Box::new(shop_checkout_status(&service, &session, &checkout))
    };
    let polls = Polls::new(ask, PAUSE, |_| false).until(|seen| seen.is_over()).for_at_most(limit);
    let last = Last::new(END, polls, |_| false).timeout_for_each();
    Ok(last.telling(|error, last| error.with_last(last.data)))
}

impl<T: Transport> Session<T> {
    /// Searches shops (`codespar_shop`, action `search`). Prices are minor units.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming `query`; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::ShopSearch;
    ///
    /// for offer in &session.shop_search(&ShopSearch::new("cat food")).send()?.products {
    ///     println!("{}", offer.title.as_deref().unwrap_or("?"));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn shop_search(&self, args: &ShopSearch) -> Call<T, ToolOutput<Offers>> {
        self.call(shop_search(self.service(), self.id(), args))
    }

    /// Begins to buy (`codespar_shop`, action `checkout`): items of a merchant, or a product by
    /// its page. It is over later: [`shop_checkout_end`](Self::shop_checkout_end).
    ///
    /// The call is not repeated once the server may have seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `items` or `url`, of which exactly one is needed, or another field; `Api`
    /// when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::ShopCheckout;
    ///
    /// let args = ShopCheckout::page("https://produto.example/MLB-1");
    /// let begun = session.shop_checkout(&args).send()?;
    /// println!("{:?}", begun.status);
    /// # Ok(()) }
    /// ```
    pub fn shop_checkout(&self, args: &ShopCheckout) -> Call<T, ToolOutput<Checkout>> {
        self.call(shop_checkout(self.service(), self.id(), args))
    }

    /// How a checkout stands (`codespar_shop`, action `checkout_status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `checkout_session_id`; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// let checkout = session.shop_checkout_status("cks_1").send()?;
    /// println!("{:?}", checkout.status);
    /// # Ok(()) }
    /// ```
    pub fn shop_checkout_status(&self, checkout: &str) -> Call<T, ToolOutput<Checkout>> {
        let asked = ShopCheckoutStatus::new(checkout);
        self.call(shop_checkout_status(self.service(), self.id(), &asked))
    }

    /// Looks at a checkout every two seconds until it is ready for payment or canceled, for at
    /// most `limit`. The last state comes back either way: [`Checkout::is_over`] tells.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming `checkout_session_id` or `limit`; else as
    /// [`shop_checkout_status`](Self::shop_checkout_status), with the last state that was seen
    /// (`error.last::<Checkout>()`).
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// let checkout = session.shop_checkout_end("cks_1", Duration::from_secs(120)).send()?;
    /// if let Some(code) = &checkout.pix_copia_e_cola {
    ///     println!("pay with {} characters", code.expose().len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn shop_checkout_end(
        &self,
        checkout: &str,
        limit: Duration,
    ) -> Call<T, ToolOutput<Checkout>> {
        let flow = shop_checkout_end(self.service(), self.id(), checkout, limit);
        self.api().checked(END, flow)
    }
}
