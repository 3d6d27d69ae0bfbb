//! Records a sale once and answers from the cassette afterwards, without a server: how a test of
//! your own reaches the service once, and runs everywhere.
//!
//! `cargo run --example cassette`

use std::{error::Error, fs, path::Path};

use codespar_blocking::{
    Buyer, ChargeArgs, Client, Config, CreateSession, PaymentState, driver::BlockingTransport,
    proto, testing::Cassette,
};
use codespar_sandbox::Sandbox;

/// The code under test: it takes any transport that blocks.
fn sale<T: BlockingTransport>(client: &proto::Client<T>) -> Result<PaymentState, Box<dyn Error>> {
    let session = client.create(&CreateSession::new("buyer-77")).send()?;
    let order = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
    let charge = session.charge(&order).send()?;
    Ok(session.settled(charge.call_id()?).send()?.payment_status)
}

/// The test; says whether it reached the server.
fn test(config: &Config, file: &Path) -> Result<bool, Box<dyn Error>> {
    let live = Client::with_config(config.clone())?.transport().clone();
    let recorder = Cassette::new("sale").open(fs::read_to_string(file).ok().as_deref(), live);
    let client = proto::Client::with_transport(config.clone(), recorder.clone())?;
    assert_eq!(sale(&client)?, PaymentState::Succeeded);
    if recorder.is_recording() {
        fs::write(file, recorder.to_jsonl())?;
    }
    Ok(recorder.is_recording())
}

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?; // here a sandbox is the service
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let file = std::env::temp_dir().join(format!("sale-{}.jsonl", std::process::id()));
    assert!(test(&config, &file)?);
    drop(sandbox);
    assert!(!test(&config, &file)? && !fs::read_to_string(&file)?.contains("Maria"));
    Ok(fs::remove_file(file)?)
}
