//! A blocking call is not awaited.

use codespar_blocking::{ChargeArgs, Error, Session};

async fn charge(session: &Session, order: &ChargeArgs) -> Result<(), Error> {
    let charge = session.charge(order).await?;
    println!("{:?}", charge.id);
    Ok(())
}

fn main() {}
