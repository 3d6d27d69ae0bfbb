//! A call that was not made has no output.

use codespar_blocking::{ChargeArgs, Session};

fn charge(session: &Session, order: &ChargeArgs) -> Option<String> {
    session.charge(order).id
}

fn main() {}
