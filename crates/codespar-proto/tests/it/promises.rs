//! What the rows of the API promise about effects, keys and repetitions, and the tables of the
//! documentation that are made of them.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it promises` writes the tables again.

mod accounts;
mod commerce;
mod governance;
mod selling;
mod session;

use codespar_proto::{
    operations::{routes, verdict_rows},
    testing::{operations_table, verdicts_table},
};
use testing_support::{promise_tests, promises::Promises};

promise_tests!(PROMISES);

const PROMISES: Promises = Promises {
    api: "CodeSpar",
    routes: || routes().collect(),
    moves_money: &[
        accounts::MOVES_MONEY,
        governance::MOVES_MONEY,
        selling::MOVES_MONEY,
        commerce::MOVES_MONEY,
        session::MOVES_MONEY,
    ],
    repeated: &[
        accounts::REPEATED,
        governance::REPEATED,
        selling::REPEATED,
        commerce::REPEATED,
        session::REPEATED,
    ],
    keyed: &[accounts::KEYED, governance::KEYED, selling::KEYED, commerce::KEYED, session::KEYED],
    operations_table: || operations_table(routes()),
    verdicts_table: || verdicts_table(verdict_rows()),
};
