//! Signatures of mandates, which nobody is to read in a store.

use std::{fs, sync::Arc};

use codespar_engine::Json;
use codespar_outbox::{Keep, OutboxError, Seal, State};
use codespar_proto::{
    Currency, Minor, Sensitive, mandates::PaymentArgs, wallets::WalletTransferArgs,
};

use crate::support::{Kind, TestResult, World};

const SIGNATURE: &str = "5ec2e7516a7e";

#[test]
fn a_signature_is_kept_sealed_or_not_at_all() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let mandate = Json::from_slice(br#"{"id": "mnd_1"}"#)?;
    let pay = |id: &str| {
        let signature = Sensitive::from(SIGNATURE);
        let (minor, payee) = (Minor::new(100), "shop@pix.test");
        let args = PaymentArgs::new(mandate.clone(), signature, "food", id, minor, payee);
        world.client.mandates().execute_payment(&args)
    };
    let transfer = |signature: Option<&str>| {
        let mut args = WalletTransferArgs::new(Currency::BRL, "a@pix.test", Minor::new(100));
        args.signature = signature.map(Sensitive::from);
        world.client.wallets().transfer("w_1", &args)
    };
    let plain = world.outbox();
    for refused in [
        plain.once("a", pay).map(|_| ()),
        plain.intent("a", pay).map(|_| ()),
        plain.once("a", transfer(Some(SIGNATURE))).map(|_| ()),
    ] {
        let Err(OutboxError::Call(error)) = refused else { panic!("{refused:?}") };
        assert_eq!(error.field(), Some("seal"));
        assert!(error.to_string().contains("seal the store, or keep hashes only"), "{error}");
        assert!(!error.to_string().contains(SIGNATURE));
    }
    plain.once("b", transfer(None))?.send()?;
    let requests = world.sandbox.requests();
    assert!(requests.iter().all(|request| request.path != "/v1/consumer-payments/execute"));

    let sealed = world.builder().seal(Seal::new("k1", [7; 32]));
    let hashes = world.builder().keep(Keep::Hash);
    for (reference, builder, is_kept) in [("c", sealed, true), ("d", hashes, false)] {
        let outbox = builder.open(Arc::clone(&world.store))?;
        let row = outbox.once(reference, pay)?.send()?.row;
        assert_eq!(row.request.is_some(), is_kept);
        assert_ne!(row.state, State::Ready);
        let sent = world.sandbox.requests().pop().unwrap();
        assert!(String::from_utf8_lossy(&sent.body).contains(SIGNATURE));
    }
    for file in fs::read_dir(world.folder.as_ref().unwrap())? {
        let path = file?.path();
        let bytes = fs::read(&path)?;
        let has = |text: &str| bytes.windows(text.len()).any(|found| found == text.as_bytes());
        assert!(!has(SIGNATURE), "{path:?}");
    }
    Ok(())
}
