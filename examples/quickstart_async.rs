//! The quickstart on tokio: charges R$ 150,00 by Pix and follows the payment until it is settled.
//!
//! `cargo run --example quickstart_async` runs on a sandbox of its own, or on the real API when
//! `CODESPAR_API_KEY` is set.

mod shared;

use codespar_async::{Buyer, ChargeArgs, Client, CreateSession, Preset, Reconnect};
use futures_util::TryStreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (config, _sandbox) = shared::server()?;
    let client = Client::with_config(config)?;
    let session = client.create(&CreateSession::new("buyer-77").preset(Preset::Brazilian)).await?;

    let mut turn = session.send_stream("Say hello to Maria, who is about to pay.");
    while let Some(event) = turn.try_next().await? {
        shared::show_event(&event);
    }

    let buyer = Buyer::new("Maria Silva").email("maria@example.com");
    let charge = session.charge(&ChargeArgs::pix("150.00".parse()?, "Order 42", buyer)).await?;
    shared::show_charge(&charge)?;

    let mut payment = session.payment_status_stream(charge.call_id()?, Reconnect::UntilOver);
    while let Some(status) = payment.try_next().await? {
        shared::show_status(&status);
    }
    session.close().await?;
    Ok(())
}
