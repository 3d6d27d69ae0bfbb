//! What the rows of the API promise about effects, keys and repetitions, and the tables of the
//! documentation that are made of them.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it promises` writes the tables again.

use codespar_proto::{
    KeyRule,
    operations::{routes, verdict_rows},
    testing::{operations_table, verdicts_table},
};
use testing_support::{promise_tests, promises::Promises};

promise_tests!(PROMISES);

const PROMISES: Promises = Promises {
    api: "CodeSpar",
    routes: || routes().collect(),
    moves_money: MOVES_MONEY,
    repeated: REPEATED,
    keyed: KEYED,
    operations_table: || operations_table(routes()),
    verdicts_table: || verdicts_table(verdict_rows()),
};

/// The rows that move money, or make somebody owe some.
const MOVES_MONEY: &[&str] = &[
    "charges.create",
    "consumers.transfer",
    "devolutions.create",
    "mandates.execute_payment",
    "mandates.spend",
    "payables.batches.pay",
    "payables.documents.pay",
    "session.charge",
    "session.crypto_pay",
    "session.execute",
    "session.invoice",
    "session.issue",
    "session.ledger",
    "session.pay",
    "session.proxy_execute",
    "session.send",
    "session.send_stream",
    "session.ship",
    "session.shop_checkout",
    "wallets.transfer",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
const REPEATED: &[(&str, &str)] = &[
    (
        "charges.create",
        "under the key of a boleto with a due date; every other charge is made once",
    ),
    ("connections.delete", "what is gone stays gone"),
    ("connections.revoke", "what is revoked stays so"),
    ("connections.set_webhook_secret", "the same value twice"),
    ("devolutions.create", "the server honours the key"),
    ("mandates.delete_card", "what is gone stays gone"),
    (
        "mandates.pause",
        "a pause again; a resume in between is undone, which stops money and moves none",
    ),
    ("mandates.revoke", "what is revoked stays so"),
    ("payables.batches.create", "the server honours the key"),
    ("payables.batches.pay", "the server honours the key"),
    ("projects.delete", "what is gone stays gone"),
    ("session.close", "closing twice is closing once"),
    ("session.search_tools", "a read"),
    ("session.shop_checkout_status", "a read"),
    ("tools.plan", "a read"),
    ("tools.search", "a read"),
    ("wallet.pix_keys.delete", "what is gone stays gone"),
    ("wallets.transfer", "the server honours the key"),
    ("webhook_endpoints.delete", "what is gone stays gone"),
];

/// The rows that name their effect by a key, and how.
const KEYED: &[(&str, KeyRule)] = &[
    ("charges.create", KeyRule::Depends),
    ("devolutions.create", KeyRule::Body),
    ("mandates.execute_payment", KeyRule::Argument("attempt_id")),
    ("mandates.spend", KeyRule::Argument("attempt_id")),
    ("payables.batches.create", KeyRule::Header),
    ("payables.batches.pay", KeyRule::Header),
    ("wallets.transfer", KeyRule::Body),
];
