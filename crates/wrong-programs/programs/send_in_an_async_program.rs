//! An asynchronous call is not sent.

use codespar_async::{ChargeArgs, Error, Session};

fn charge(session: &Session, order: &ChargeArgs) -> Result<(), Error> {
    let charge = session.charge(order).send()?;
    println!("{:?}", charge.id);
    Ok(())
}

fn main() {}
