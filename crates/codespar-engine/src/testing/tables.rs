//! Tables for documentation, made of what the code itself goes by.

use std::fmt::Write as _;

use crate::{
    http::route::Route,
    verdict::{
        KeyUse, Verdict,
        table::{Condition, VerdictRow, table},
    },
};

/// A table of operations: what each does to the world, how it names its effect, when it is
/// repeated.
pub fn operations_table(routes: impl IntoIterator<Item = &'static Route>) -> String {
    let mut rows: Vec<_> = routes.into_iter().collect();
    rows.sort_by_key(|route| (route.operation, route.path));
    let mut text = String::from(
        "| operation | route | effect | key | repeated | scope |\n|---|---|---|---|---|---|\n",
    );
    for route in rows {
        let (effect, key) = (route.effect().as_str(), route.key.as_str());
        let repeated = route.retry.as_str();
        let Route { operation, method, path, .. } = route;
        let scope = route.scope.map_or_else(String::new, |scope| format!(" `{scope}`"));
        let _ = writeln!(
            text,
            "| `{operation}` | `{method} {path}` | {effect} | {key} | {repeated} |{scope} |"
        );
    }
    text
}

/// A table of codes: what each says happened, what becomes of the key, what to do.
pub fn verdicts_table(rows: &'static [VerdictRow]) -> String {
    let mut text =
        String::from("| code | where | verdict | key | what to do |\n|---|---|---|---|---|\n");
    for row in table(rows) {
        let code = row.code.map_or_else(|| "any".to_owned(), |code| format!("`{code}`"));
        let mut places: Vec<String> =
            row.operations.iter().map(|operation| format!("`{operation}`")).collect();
        places.extend(row.status.map(|status| format!("status {status}")));
        match row.condition {
            Condition::Any => {}
            Condition::Approval => places.push("with an approval id".to_owned()),
            Condition::NoApproval => places.push("without an approval id".to_owned()),
        }
        let place = if places.is_empty() { "anywhere".to_owned() } else { places.join(", ") };
        let verdict = match row.verdict {
            Verdict::Done(stage) => format!("done ({})", stage.as_str()),
            verdict => verdict.as_str().replace('_', " "),
        };
        let key = match row.key {
            KeyUse::Same => "the same",
            KeyUse::Spent => "spent",
            KeyUse::PersonDecides => "a person decides",
            KeyUse::None => "none",
        };
        let _ = writeln!(text, "| {code} | {place} | {verdict} | {key} | {} |", row.advice);
    }
    text
}
