//! Shopping (`codespar_shop`): search, checkout, and how a checkout stands.

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    BoxFlow, Call, Error, Sensitive, Service, Transport, answer, check_limit, endpoints,
    kit::{Next, Repeat},
    open_enum,
};
use serde::Serialize;

use crate::{
    Called, Currency, Minor, Session, args::args, called::called, ids::check_filled, tools::Execute,
};

endpoints! {
    pub(crate) static ROUTES;
    fn search(session; json: &Execute<'_, Asked<'_>>) -> Called<Offers>: "session.shop_search" POST "/v1/sessions/{session}/execute", effect Reads, read called;
    fn begin(session; json: &Execute<'_, Asked<'_>>) -> Called<Checkout>: "session.shop_checkout" POST "/v1/sessions/{session}/execute", effect MovesMoney, read called;
    fn look(session; json: &Execute<'_, Asked<'_>>) -> Called<Checkout>: "session.shop_checkout_status" POST "/v1/sessions/{session}/execute" Safe, effect Reads, read called;
}

/// How long it waits between two looks at a checkout.
const PAUSE: Duration = Duration::from_secs(2);

/// The input of the tool: an action and its own fields, nothing else.
#[derive(Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Asked<'a> {
    Search(&'a ShopSearch),
    Checkout(&'a ShopCheckout),
    CheckoutStatus { checkout_session_id: &'a str },
}

args! {
    /// What is searched for in shops.
    pub struct ShopSearch {
        /// What, in words.
        query: String,
    } with {
        /// How many offers at most; the server keeps it between 1 and 20, and takes 10 where not
        /// said.
        limit: u32,
        /// Only one merchant's.
        merchant: String = into,
    }
}

args! {
    /// Something to buy.
    pub struct ShopItem {
        /// The `sku_id` of an offer's variant.
        variant_id: String,
    } with {
        /// How many; 1 where not said.
        quantity: u32,
        /// Which seller of the marketplace.
        seller: String = into,
    }
}

args! {
    /// Who buys.
    pub struct ShopBuyer with {
        /// The name.
        name: Sensitive = into,
        /// The e-mail address.
        email: Sensitive = into,
        /// The CPF.
        cpf: Sensitive = into,
        /// The telephone number.
        phone: Sensitive = into,
    }
}

args! {
    /// Where it is delivered.
    pub struct ShopAddress {
        /// The postal code.
        cep: Sensitive,
    } with {
        /// The street.
        street: Sensitive = into,
        /// The house number.
        number: Sensitive = into,
        /// The flat, the floor.
        complement: Sensitive = into,
        /// The neighbourhood.
        neighborhood: Sensitive = into,
        /// The city.
        city: String = into,
        /// The state, such as `SP`.
        state: String = into,
    }
}

args! {
    /// What is bought: either items of one merchant, or one product by its page.
    ///
    /// ```
    /// use codespar_proto::{ShopCheckout, ShopItem};
    ///
    /// let items = ShopCheckout::items_of("cobasi", vec![ShopItem::new("sku_1").quantity(2)]);
    /// let page = ShopCheckout::page("https://produto.example/MLB-1");
    /// ```
    pub struct ShopCheckout with {
        /// The merchant.
        merchant: String = into,
        /// What is bought, where it is not bought by its page.
        items: Vec<ShopItem>,
        /// The page of the product, where it is not bought by items.
        url: String = into,
        /// The consumer whose money it is.
        consumer_id: String = into,
        /// Who buys.
        buyer: ShopBuyer,
        /// Where it is delivered.
        address: ShopAddress,
    }
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

answer! {
    /// What shops offer. Nothing found is a success, too.
    pub struct Offers {
        /// Where was searched.
        pub rail: Option<String>,
        /// The offers.
        pub products: Vec<Offer> = default,
    }

    /// An offer.
    pub struct Offer {
        /// The product.
        pub product_id: String = default,
        /// Its first variant.
        pub sku_id: Option<String>,
        /// Its name.
        pub title: Option<String>,
        /// What it costs, in **minor** units.
        pub price_minor: Option<Minor>,
        /// In which currency.
        pub currency: Option<Currency>,
        /// A picture.
        pub image: Option<String>,
        /// Its page.
        pub url: Option<String>,
        /// Whether it can be bought.
        pub available: bool = default,
        /// Its variants; what is bought is one of them.
        pub variants: Vec<OfferVariant> = default,
    }

    /// A variant of an offer.
    pub struct OfferVariant {
        /// What a [`ShopItem`] names.
        pub sku_id: String = default,
        /// Its name.
        pub title: Option<String>,
        /// What it costs, in **minor** units.
        pub price_minor: Option<Minor>,
        /// In which currency.
        pub currency: Option<Currency>,
        /// Whether it can be bought.
        pub available: bool = default,
    }

    /// A checkout.
    pub struct Checkout {
        /// Its id.
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
    }
}

open_enum! {
    /// How a checkout stands.
    pub enum CheckoutStatus {
        /// It is under way.
        InProgress = "in_progress",
        /// It waits for its money: see `total_minor` and `pix_copia_e_cola`.
        ReadyForPayment = "ready_for_payment",
        /// It came to nothing.
        Canceled = "canceled",
    }
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
#[derive(serde::Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum ShopArgs {
    Search(ShopSearch),
    Checkout(Box<ShopCheckout>),
    CheckoutStatus { checkout_session_id: String },
}

fn shop<'a>(asked: &'a Asked<'a>) -> Execute<'a, Asked<'a>> {
    Execute { tool: "codespar_shop", input: asked }
}

/// Looks until the checkout is over or the time is up. An error keeps what was seen before.
fn shop_checkout_end(
    service: &Arc<Service>,
    session: &str,
    checkout: &str,
    limit: Duration,
) -> Result<BoxFlow<Called<Checkout>>, Error> {
    let check =
        check_limit("limit", limit).and_then(|()| check_filled("checkout_session_id", checkout));
    check.map_err(|error| error.at("session.shop_checkout_end"))?;
    let (service, session) = (Arc::clone(service), session.to_owned());
    let checkout = checkout.to_owned();
    let ask = move || -> BoxFlow<Called<Checkout>> {
        let asked = Asked::CheckoutStatus { checkout_session_id: &checkout };
        Box::new(look(&service, &session, &shop(&asked)))
    };
    let mut last: Option<Called<Checkout>> = None;
    Ok(Box::new(Repeat::new(ask, move |answer, spent| match answer {
        Ok(seen) if seen.is_over() || spent >= limit => Next::Done(Ok(seen)),
        Ok(seen) => {
            last = Some(seen);
            Next::Again(PAUSE.min(limit - spent))
        }
        Err(error) => Next::Done(Err(match last.take() {
            Some(last) => error.with_last(last.data),
            None => error,
        })),
    })))
}

impl<T: Transport> Session<T> {
    /// Searches shops (`codespar_shop`, action `search`). Prices are minor units.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use codespar_proto::ShopSearch;
    ///
    /// for offer in &session.shop_search(&ShopSearch::new("cat food")).send()?.products {
    ///     println!("{}", offer.title.as_deref().unwrap_or("?"));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `query`; `Api` when it was refused.
    pub fn shop_search(&self, args: &ShopSearch) -> Call<T, Called<Offers>> {
        let check = check_filled("query", &args.query);
        self.checked("session.shop_search", check, |service| {
            search(service, self.id(), &shop(&Asked::Search(args)))
        })
    }

    /// Begins to buy (`codespar_shop`, action `checkout`): items of a merchant, or a product by
    /// its page. It is over later: [`shop_checkout_end`](Self::shop_checkout_end).
    ///
    /// The call is not repeated once the server may have seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use codespar_proto::ShopCheckout;
    ///
    /// let begun = session.shop_checkout(&ShopCheckout::page("https://produto.example/MLB-1")).send()?;
    /// println!("{:?}", begun.status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `items` or `url`, of which exactly one is needed, or another field; `Api`
    /// when it was refused.
    pub fn shop_checkout(&self, args: &ShopCheckout) -> Call<T, Called<Checkout>> {
        self.checked("session.shop_checkout", args.check(), |service| {
            begin(service, self.id(), &shop(&Asked::Checkout(args)))
        })
    }

    /// How a checkout stands (`codespar_shop`, action `checkout_status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// let checkout = session.shop_checkout_status("cks_1").send()?;
    /// println!("{:?}", checkout.status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `checkout_session_id`; `Api` when it was refused.
    pub fn shop_checkout_status(&self, checkout: &str) -> Call<T, Called<Checkout>> {
        let check = check_filled("checkout_session_id", checkout);
        self.checked("session.shop_checkout_status", check, |service| {
            let asked = Asked::CheckoutStatus { checkout_session_id: checkout };
            look(service, self.id(), &shop(&asked))
        })
    }

    /// Looks at a checkout every two seconds until it is ready for payment or canceled, for at
    /// most `limit`. The last state comes back either way: [`Checkout::is_over`] tells.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use std::time::Duration;
    ///
    /// let checkout = session.shop_checkout_end("cks_1", Duration::from_secs(120)).send()?;
    /// if let Some(code) = &checkout.pix_copia_e_cola {
    ///     println!("pay with {} characters", code.expose().len());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `checkout_session_id` or `limit`; else as
    /// [`shop_checkout_status`](Self::shop_checkout_status), with the last state that was seen
    /// (`error.last::<Checkout>()`).
    pub fn shop_checkout_end(&self, checkout: &str, limit: Duration) -> Call<T, Called<Checkout>> {
        match shop_checkout_end(self.service(), self.id(), checkout, limit) {
            Ok(flow) => self.call(flow),
            Err(error) => self.fails(error),
        }
    }
}
