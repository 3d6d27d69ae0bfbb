//! Intents that are written with the caller's own rows, or not at all.

use std::time::SystemTime;

use codespar_outbox::{Outbox, OutboxError, SqlValue, SqliteStore, State};
use codespar_proto::{ChargeMethod, CreateCharge, Currency};
use rusqlite::{Connection, params_from_iter, types::Value};

use crate::support::{Kind, TestResult, World, invoice};

fn value(value: SqlValue) -> Value {
    match value {
        SqlValue::Text(text) => Value::Text(text),
        SqlValue::Number(number) => Value::Integer(number),
        SqlValue::Bytes(bytes) => Value::Blob(bytes),
        _ => Value::Null,
    }
}

#[test]
fn an_intent_is_sent_once_its_transaction_is_committed_and_never_if_it_is_not() -> TestResult {
    let world = World::new(Kind::Memory);
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.sqlite");
    let outbox = Outbox::builder(world.client.clone()).open(SqliteStore::open(&file)?)?;
    let charge = || world.client.charges().create(&invoice("1.00"));
    let mut shop = Connection::open(&file)?;
    shop.execute_batch("create table orders (number text)")?;
    let now = SystemTime::now();

    for (reference, commits) in [("kept", true), ("given up", false)] {
        let intent = outbox.intent(reference, charge())?;
        let transaction = shop.transaction()?;
        transaction.execute("insert into orders values (?1)", [reference])?;
        intent.write(&transaction, now)?;
        if commits { transaction.commit()? } else { transaction.rollback()? }
    }
    let by_text = outbox.intent("by text", charge())?;
    let (text, values) = by_text.sql(now);
    let values: Vec<_> = values.into_iter().map(value).collect();
    shop.execute(&text, params_from_iter(values.clone()))?;
    // A reference is used once.
    assert!(shop.execute(&text, params_from_iter(values)).is_err());
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    let once = outbox.intent_at_most_once("pix", world.client.charges().create(&pix))?;
    let transaction = shop.transaction()?;
    once.write(&transaction, now)?;
    transaction.commit()?;

    assert_eq!(world.sandbox.effects().len(), 0);
    let totals = outbox.reconcile()?;
    assert_eq!((totals.count(State::Issued), totals.count(State::Done)), (2, 1));
    assert_eq!(world.sandbox.effects().count_with_key(by_text.id()), 1);
    assert_eq!(world.sandbox.effects().len(), 3);
    assert!(matches!(outbox.row("charges.create", "given up"), Err(OutboxError::NoSuchRow)));
    let told = outbox.once("kept", charge())?.send()?;
    assert!(told.output.is_some());
    assert_eq!(world.sandbox.effects().len(), 3);
    Ok(())
}
