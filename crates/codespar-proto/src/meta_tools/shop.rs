//! Shopping (`codespar_shop`): search, checkout, and how a checkout stands.

pub(crate) mod checkout;
pub(crate) mod offers;

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Call, Error,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Last, Polls, Service, check_limit},
};
use serde::Serialize;

pub use self::{
    checkout::{Checkout, CheckoutStatus, ShopAddress, ShopBuyer, ShopCheckout, ShopItem},
    offers::{Offer, OfferVariant, Offers, ShopSearch},
};
use crate::{
    meta_tools::{output::ToolOutput, shop::checkout::ShopCheckoutStatus},
    session::{Session, execute::Execute},
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
