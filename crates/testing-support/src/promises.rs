//! What the rows of an API promise: the tests of both, each of which says above what its own are.

use std::{collections::BTreeSet, fs};

use super::{
    API, Effect, KEYED, KeyRule, MOVES_MONEY, REPEATED, operations_table, routes, verdict_rows,
    verdicts_table,
};

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
    let name = format!("{}-{name}.md", API.to_lowercase());
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
    let introduction = format!(
        "# What the operations of the {API} API do\n\n\
        Effect, idempotency key and repetition of each row, as the code goes by them. A key that\n\
        is *none* is a `Config` error when one is given. What is repeated *only* when it never left\n\
        is sent once: see the verdict of its error.\n"
    );
    compare("operations", &introduction, &operations_table(routes()));
}

#[test]
fn the_table_of_codes_is_up_to_date() {
    let introduction = format!(
        "# What the codes of the {API} API say about effects\n\n\
        The row that asks for most decides: an approval, then the code, then the operation, then\n\
        the status. The last rows are what statuses say where no code says more. A read has done\n\
        nothing, whatever it answers.\n"
    );
    compare("verdicts", &introduction, &verdicts_table(verdict_rows()));
}
