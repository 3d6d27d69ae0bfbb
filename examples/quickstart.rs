//! Charges R$ 150,00 by Pix and follows the payment until it is settled.
//!
//! `cargo run --example quickstart` runs on a sandbox of its own, or on the real API when
//! `CODESPAR_API_KEY` is set.

mod shared;

use codespar_blocking::{Buyer, ChargeArgs, Client, CreateSession, Preset, Reconnect};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (config, _sandbox) = shared::server()?;
    let client = Client::with_config(config)?;
    let session =
        client.create(&CreateSession::new("buyer-77").preset(Preset::Brazilian)).send()?;

    for event in session.send_stream("Say hello to Maria, who is about to pay.") {
        shared::show_event(&event?);
    }

    let buyer = Buyer::new("Maria Silva").email("maria@example.com");
    let charge = session.charge(&ChargeArgs::pix("150.00".parse()?, "Order 42", buyer)).send()?;
    shared::show_charge(&charge)?;

    for status in session.payment_status_stream(charge.call_id()?, Reconnect::UntilOver) {
        shared::show_status(&status?);
    }
    session.close().send()?;
    Ok(())
}
