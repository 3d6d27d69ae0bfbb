//! CodeSpar in a browser's page or worker, or in a worker of a hosting service: a transport over
//! `fetch`, and a charge made with it.
//!
//! Built for `wasm32-unknown-unknown`; `wasm-bindgen` makes the JavaScript around it. **A secret
//! key does not belong into a page**: give it to a worker of your own server, or have a page ask
//! that.
#![cfg(target_arch = "wasm32")]

mod transport;

use codespar_proto::{Buyer, ChargeArgs, Client, Config, CreateSession, Error};
use wasm_bindgen::{JsError, prelude::wasm_bindgen};

use crate::transport::Fetch;

/// Charges a buyer by Pix and waits for the money; gives how the payment stands.
///
/// # Errors
/// With the words of the error, which say whether money may have moved.
#[wasm_bindgen]
pub async fn charge(api_key: String, base_url: String, amount: String) -> Result<String, JsError> {
    sell(api_key, base_url, &amount).await.map_err(|error| JsError::new(&error.to_string()))
}

async fn sell(api_key: String, base_url: String, amount: &str) -> Result<String, Error> {
    let config = Config::new(api_key).base_url(base_url);
    let client = Client::with_transport(config, Fetch)?;
    let session = client.create(&CreateSession::new("buyer-77")).local().await?;
    let order = ChargeArgs::pix(amount.parse()?, "Order 42", Buyer::new("Maria Silva"));
    let charge = session.charge(&order).local().await?;
    let payment = session.settled(charge.call_id()?).local().await?;
    Ok(payment.payment_status.to_string())
}
