//! Carts at merchants: prices, orders, logins (`/v1/cart`).

mod checkout;
mod priced;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, WireEnum, driver::Transport, endpoints,
};

pub use self::{
    checkout::{CartAddress, CartBuyer, CartCheckout, CartOrder},
    priced::{
        CartAddressGiven, CartItem, CartItemPrice, CartLine, CartStatus, CartTotal, CartTotalKind,
        Fulfillment, FulfillmentKind, PaymentHandler, PaymentHandlerKind, PriceCart, PricedCart,
    },
};
use crate::{api::answer::read_movement, check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Prices a cart at a merchant; nothing is bought and nothing is kept.
    fn price(; json: &PriceCart) -> PricedCart:
        "cart.price" POST "/v1/cart/sessions" Safe, effect Reads;
    /// Places an order at a merchant and gives what it is paid by: somebody owes money then.
    fn checkout(; json: &CartCheckout) -> CartOrder:
        "cart.checkout" POST "/v1/cart/checkout", effect MovesMoney, read read_movement;
    /// Opens a login to Mercado Livre for a shopper.
    fn connect_meli() -> MerchantLogin:
        "cart.connect_meli" POST "/v1/cart/meli/connect/start" Safe, scope "connections:write";
    /// Opens a login to iFood for a shopper; nothing can be bought there.
    fn connect_ifood() -> MerchantLogin:
        "cart.connect_ifood" POST "/v1/cart/ifood/connect/start" Safe, scope "connections:write";
    /// Begins the installation of the app in a Nuvemshop store.
    fn connect_nuvemshop(; json: &ConnectNuvemshop) -> NuvemshopInstall:
        "cart.connect_nuvemshop" POST "/v1/cart/nuvemshop/connect/start" Safe;
}

/// Carts at merchants: prices, orders, logins (`/v1/cart`).
#[doc(alias = "shopping")]
#[derive(Handle)]
#[handle(Client.cart)]
pub struct Carts<T> {
    client: Client<T>,
}

impl<T: Transport> Carts<T> {
    /// What a cart costs at a merchant (`POST /v1/cart/sessions`). Nothing is bought, reserved or
    /// kept.
    ///
    /// A merchant that is driven by a browser may have no prices, and an order may be placed there
    /// all the same.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `merchant` or `items`; `Api` with `no_cart_rail`, `nuvemshop_items_required`
    /// (422), `cart_session_failed` (502).
    ///
    /// ```
    /// use codespar_proto::cart::{CartItem, PriceCart};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let items = vec![CartItem::new("sku_1", 2_u32)];
    /// let cart = client.cart().price(&PriceCart::new("cobasi", items)).send()?;
    /// for total in &cart.totals {
    ///     println!("{:?}: {:?}", total.display_text, total.amount);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn price(&self, args: &PriceCart) -> Call<T, PricedCart> {
        self.client().call(price(self.client().service(), args))
    }

    /// Places an order at a merchant and gives what it is paid by (`POST /v1/cart/checkout`).
    ///
    /// **Somebody owes money then**: an order is pending at the merchant. It takes up to 230
    /// seconds: set `.timeout(…)` accordingly. The server honours no key, and there is no way to
    /// read the order or to cancel it here: after a timeout or a 502 it may have been placed. Look
    /// at the merchant's own list of orders before it is placed again.
    ///
    /// Idempotency: none, the server honours no key; it is sent once.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `items_required`,
    /// `meli_url_required`, `meli_not_connected`, `buyer_identity_required`,
    /// `shipping_address_required`, `merchant_not_supported`, `no_cart_rail`, and with an outcome
    /// that is not known: `cart_checkout_failed`, `rail_async_not_supported` (502).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use codespar_proto::cart::{CartCheckout, CartItem};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let order = CartCheckout::of_items("cobasi", vec![CartItem::new("sku_1", 1_u32)]);
    /// let limit = Duration::from_secs(240);
    /// let placed = client.cart().checkout(&order).timeout(limit).send()?;
    /// println!("{:?} to pay at {:?}", placed.total_minor, placed.merchant);
    /// # Ok(()) }
    /// ```
    pub fn checkout(&self, args: &CartCheckout) -> Call<T, CartOrder> {
        self.client().call(checkout(self.client().service(), args))
    }

    /// Opens a login to Mercado Livre for a shopper (`POST /v1/cart/meli/connect/start`). It takes
    /// up to 90 seconds: set `.timeout(…)` accordingly. The login ends after 30 minutes, and is
    /// good once; without an address it failed, and is started again.
    ///
    /// Idempotency: none is needed, each call opens a login of its own and the one before stays
    /// unused; repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `meli_connect_failed` (502), `browser_worker_unconfigured` (503).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let login = client.cart().connect_meli().timeout(Duration::from_secs(100)).send()?;
    /// let open_for_the_shopper = login.live_view_url.as_ref().map(|url| url.expose());
    /// # let _ = open_for_the_shopper;
    /// # Ok(()) }
    /// ```
    pub fn connect_meli(&self) -> Call<T, MerchantLogin> {
        self.client().call(connect_meli(self.client().service()))
    }

    /// Opens a login to iFood for a shopper (`POST /v1/cart/ifood/connect/start`). Nothing can be
    /// bought there: show the shopper `note`. It takes up to 120 seconds: set `.timeout(…)`
    /// accordingly.
    ///
    /// Idempotency: none is needed, each call opens a login of its own and the one before stays
    /// unused; repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `ifood_connect_failed` (502), `browser_worker_unconfigured` (503).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let login = client.cart().connect_ifood().timeout(Duration::from_secs(130)).send()?;
    /// println!("{}", login.note.as_deref().unwrap_or_default());
    /// # Ok(()) }
    /// ```
    pub fn connect_ifood(&self) -> Call<T, MerchantLogin> {
        self.client().call(connect_ifood(self.client().service()))
    }

    /// Begins the installation of the app in a Nuvemshop store (`POST
    /// /v1/cart/nuvemshop/connect/start`). The merchant opens the address, not the shopper.
    ///
    /// Idempotency: none is needed, each call begins an installation of its own and the one before
    /// stays unused; repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `merchant_domain`; `Api` with `invalid_body` for a domain of the store's
    /// own, `nuvemshop_connect_start_failed` (502), `nuvemshop_app_not_registered` (503).
    ///
    /// ```
    /// use codespar_proto::cart::ConnectNuvemshop;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let store = ConnectNuvemshop::new("shop.lojavirtualnuvem.com.br");
    /// let install = client.cart().connect_nuvemshop(&store).send()?;
    /// let send_the_merchant_to = install.install_url.as_ref().map(|url| url.expose());
    /// # let _ = send_the_merchant_to;
    /// # Ok(()) }
    /// ```
    pub fn connect_nuvemshop(&self, args: &ConnectNuvemshop) -> Call<T, NuvemshopInstall> {
        self.client().call(connect_nuvemshop(self.client().service(), args))
    }
}

/// The country of a Nuvemshop store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NuvemshopCountry {
    /// The store is in Brazil.
    Br,
    /// The store is in Argentina.
    Ar,
    /// The store is in Mexico.
    Mx,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The store to install the app in: its domain at Nuvemshop.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ConnectNuvemshop {
    /// The domain of the store, one that Nuvemshop hosts.
    pub merchant_domain: String,
    /// The country of the store.
    pub country: Option<NuvemshopCountry>,
}

impl ConnectNuvemshop {
    fn check(&self) -> Result<(), Error> {
        check_filled("merchant_domain", &self.merchant_domain)
    }
}

/// A login of a shopper to a merchant, which is carried out in a browser.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MerchantLogin {
    /// The merchant, such as `meli`.
    pub merchant: Option<String>,
    /// The id of the browser's context.
    pub context_id: Option<String>,
    /// The id of the login, by which it is finished.
    pub session_id: Option<String>,
    /// The address where the shopper logs in; without one the login failed. Whoever opens it is in
    /// the session.
    pub live_view_url: Option<Sensitive>,
    /// Whether orders can be placed; where nothing is said they can.
    pub checkout_supported: Option<bool>,
    /// What to tell the shopper.
    pub note: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An installation in a Nuvemshop store that the merchant has to confirm.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct NuvemshopInstall {
    /// The address where the merchant confirms; it is good once.
    pub install_url: Option<Sensitive>,
    /// The address that the merchant's browser returns to.
    pub redirect_uri: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
