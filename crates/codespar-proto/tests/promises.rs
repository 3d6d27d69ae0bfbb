//! What the rows of the API promise about effects, keys and repetitions, and the tables of the
//! documentation that are made of them.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test promises` writes the tables again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test may read the environment")]

use std::{collections::BTreeSet, fs};

use codespar_proto::{
    Effect, KeyRule, routes,
    testing::{operations_table, verdicts_table},
    verdict_rows,
};

/// The rows that move money, or make somebody owe some.
const MOVES_MONEY: &[&str] = &[
    "charges.create",
    "consumers.transfer",
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
    ("mandates.execute_payment", KeyRule::Argument("attempt_id")),
    ("mandates.spend", KeyRule::Argument("attempt_id")),
    ("payables.batches.create", KeyRule::Header),
    ("payables.batches.pay", KeyRule::Header),
    ("wallets.transfer", KeyRule::Body),
];

#[test]
fn what_moves_money_is_known() {
    let moves = routes().filter(|row| row.effect() == Effect::MovesMoney);
    let moves: BTreeSet<_> = moves.map(|row| row.operation).collect();
    assert_eq!(moves, MOVES_MONEY.iter().copied().collect());
}

#[test]
fn a_row_that_is_no_read_is_sent_once_unless_it_says_why_not() {
    let once = "Once";
    for row in routes() {
        let class = format!("{:?}", row.retry);
        match REPEATED.iter().find(|(operation, _)| *operation == row.operation) {
            _ if row.method == "GET" => assert_eq!(class, "Safe", "{}", row.operation),
            Some((_, why)) => assert!(class != once && !why.is_empty(), "{}", row.operation),
            None => assert_eq!(class, once, "{} may be repeated: why?", row.operation),
        }
    }
    for (operation, _) in REPEATED {
        assert!(routes().any(|row| row.operation == *operation), "{operation} is gone");
    }
}

#[test]
fn what_moves_money_is_never_repeated_without_a_key() {
    for row in routes().filter(|row| row.effect() == Effect::MovesMoney) {
        let repeated = format!("{:?}", row.retry) != "Once";
        assert!(!repeated || row.key.is_honoured(), "{}", row.operation);
        assert_ne!(format!("{:?}", row.retry), "Safe", "{}", row.operation);
    }
}

#[test]
fn a_key_exists_only_where_the_server_honours_it() {
    for row in routes() {
        let known = KEYED.iter().find(|(operation, _)| *operation == row.operation);
        assert_eq!(row.key, known.map_or(KeyRule::None, |(_, rule)| *rule), "{}", row.operation);
    }
}

#[test]
fn a_read_changes_nothing_and_a_deletion_destroys() {
    for row in routes() {
        match row.method.as_str() {
            "GET" => assert_eq!(row.effect(), Effect::Reads, "{}", row.operation),
            "DELETE" => assert_eq!(row.effect(), Effect::Destroys, "{}", row.operation),
            _ => {}
        }
    }
}

/// Compares a written table with what the code says, or writes it.
fn compare(name: &str, introduction: &str, table: &str) {
    let path = format!("{}/../../fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = format!("{introduction}\n{table}");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{name} is out of date; UPDATE_FIXTURES=1 writes it again");
}

#[test]
fn the_table_of_operations_is_up_to_date() {
    let introduction = "# What the operations of the CodeSpar API do\n\n\
        Effect, idempotency key and repetition of each row, as the code goes by them. A key that\n\
        is *none* is a `Config` error when one is given. What is repeated *only* when it never left\n\
        is sent once: see the verdict of its error.\n";
    compare("codespar-operations.md", introduction, &operations_table(routes()));
}

#[test]
fn the_table_of_codes_is_up_to_date() {
    let introduction = "# What the codes of the CodeSpar API say about effects\n\n\
        The row that asks for most decides: an approval, then the code, then the operation, then\n\
        the status. The last rows are what statuses say where no code says more. A read has done\n\
        nothing, whatever it answers.\n";
    compare("codespar-verdicts.md", introduction, &verdicts_table(verdict_rows()));
}
