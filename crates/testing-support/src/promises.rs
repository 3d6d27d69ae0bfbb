//! What the rows of an API promise about effects, idempotency keys and repetitions.
//!
//! An API crate says in one [`Promises`] what it takes to be true of its rows, and has
//! [`promise_tests!`](crate::promise_tests) make the tests, one for each check below.

use std::{collections::BTreeSet, env, fs, path::Path};

use codespar_engine::{
    Effect, KeyRule,
    kit::{Retry, Route},
};

/// What is taken to be true of the rows of an API, written down apart from the rows themselves.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "every test of an API says all of it")]
pub struct Promises {
    /// What the API is called.
    pub api: &'static str,
    /// Its rows.
    pub routes: fn() -> Vec<&'static Route>,
    /// The rows that move money, or make somebody owe some, in lists by area.
    pub moves_money: &'static [&'static [&'static str]],
    /// The rows besides reads that are repeated after the server may have seen them, and why.
    pub repeated: &'static [&'static [(&'static str, &'static str)]],
    /// The rows that name their effect by a key, and how.
    pub keyed: &'static [&'static [(&'static str, KeyRule)]],
    /// The table of operations, as the code says it.
    pub operations_table: fn() -> String,
    /// The table of codes, as the code says it.
    pub verdicts_table: fn() -> String,
}

impl Promises {
    /// Fails unless exactly the rows that are said to move money do.
    pub fn what_moves_money_is_known(&self) {
        let moves = (self.routes)().into_iter().filter(|row| row.effect() == Effect::MovesMoney);
        let moves: BTreeSet<_> = moves.map(|row| row.operation).collect();
        assert_eq!(moves, self.moves_money.iter().copied().flatten().copied().collect());
    }

    /// Fails when a row that is no read is repeated without a reason, or a reason has no row.
    pub fn a_row_that_is_no_read_is_sent_once_unless_it_says_why_not(&self) {
        let routes = (self.routes)();
        for row in &routes {
            let operation = row.operation;
            match self.repeated.iter().copied().flatten().find(|(name, _)| *name == operation) {
                _ if row.method == "GET" => assert_eq!(row.retry, Retry::Safe, "{operation}"),
                Some((_, why)) => {
                    assert!(row.retry != Retry::Once && !why.is_empty(), "{operation}");
                }
                None => assert_eq!(row.retry, Retry::Once, "{operation} may be repeated: why?"),
            }
        }
        for (operation, _) in self.repeated.iter().copied().flatten() {
            assert!(routes.iter().any(|row| row.operation == *operation), "{operation} is gone");
        }
    }

    /// Fails when a row that moves money is repeated and the server honours no key for it.
    pub fn what_moves_money_is_never_repeated_without_a_key(&self) {
        for row in (self.routes)() {
            if row.effect() == Effect::MovesMoney {
                let repeated = row.retry != Retry::Once;
                assert!(!repeated || row.key.is_honoured(), "{}", row.operation);
                assert_ne!(row.retry, Retry::Safe, "{}", row.operation);
            }
        }
    }

    /// Fails unless exactly the rows that are said to have a key have one, of the kind that is
    /// said.
    pub fn a_key_exists_only_where_the_server_honours_it(&self) {
        for row in (self.routes)() {
            let mut keyed = self.keyed.iter().copied().flatten();
            let known = keyed.find(|(operation, _)| *operation == row.operation);
            let rule = known.map_or(KeyRule::None, |(_, rule)| *rule);
            assert_eq!(row.key, rule, "{}", row.operation);
        }
    }

    /// Fails when a `GET` is more than a read, or a `DELETE` less than a deletion.
    pub fn a_read_changes_nothing_and_a_deletion_destroys(&self) {
        for row in (self.routes)() {
            match row.method.as_str() {
                "GET" => assert_eq!(row.effect(), Effect::Reads, "{}", row.operation),
                "DELETE" => assert_eq!(row.effect(), Effect::Destroys, "{}", row.operation),
                _ => {}
            }
        }
    }

    /// Fails when `fixtures/*-operations.md` is not what the code says. With `UPDATE_FIXTURES` in
    /// the environment it is written instead.
    pub fn the_table_of_operations_is_up_to_date(&self) {
        let introduction = operations_introduction(self.api);
        self.compare("operations", &introduction, &(self.operations_table)());
    }

    /// Fails when `fixtures/*-verdicts.md` is not what the code says. With `UPDATE_FIXTURES` in the
    /// environment it is written instead.
    pub fn the_table_of_codes_is_up_to_date(&self) {
        let introduction = verdicts_introduction(self.api);
        self.compare("verdicts", &introduction, &(self.verdicts_table)());
    }

    /// Compares a written table with what the code says, or writes it.
    fn compare(&self, name: &str, introduction: &str, table: &str) {
        let name = format!("{}-{name}.md", self.api.to_lowercase());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(&name);
        let text = format!("{introduction}\n{table}");
        if env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "{name} is out of date; UPDATE_FIXTURES=1 writes it again");
    }
}

/// What stands above the table of operations.
fn operations_introduction(api: &str) -> String {
    format!(
        "# What the operations of the {api} API do\n\n\
        Effect, idempotency key and repetition of each row, as the code goes by them. A key that\n\
        is *none* is a `Config` error when one is given. What is repeated *only* when it never \
        left\n\
        is sent once: see the verdict of its error.\n"
    )
}

/// What stands above the table of codes.
fn verdicts_introduction(api: &str) -> String {
    format!(
        "# What the codes of the {api} API say about effects\n\n\
        The row that asks for most decides: an approval, then the code, then the operation, then\n\
        the status. The last rows are what statuses say where no code says more. A read has done\n\
        nothing, whatever it answers.\n"
    )
}

/// The tests of all [`Promises`](crate::promises::Promises), by the names of its checks.
#[macro_export]
macro_rules! promise_tests {
    ($promises:expr) => {
        $crate::promise_tests! { $promises;
            what_moves_money_is_known
            a_row_that_is_no_read_is_sent_once_unless_it_says_why_not
            what_moves_money_is_never_repeated_without_a_key
            a_key_exists_only_where_the_server_honours_it
            a_read_changes_nothing_and_a_deletion_destroys
            the_table_of_operations_is_up_to_date
            the_table_of_codes_is_up_to_date
        }
    };
    ($promises:expr; $($check:ident)*) => {$(
        #[test]
        fn $check() {
            $promises.$check();
        }
    )*};
}
