//! The books as a whole, for tests in which nothing may move that must not.

use codespar_sandbox::EffectKind;
use serde_json::Value;

use crate::support::Bench;

/// What each wallet holds and has left, in each currency.
pub(crate) fn balances(bench: &Bench) -> Vec<(String, String, i64, i64)> {
    let wallets = bench.get("/v1/wallets").body["wallets"].clone();
    let mut rows = Vec::new();
    for balance in list(&wallets).iter().flat_map(|wallet| list(&wallet["balances"])) {
        let text = |name: &str| balance[name].as_str().unwrap().to_owned();
        let (booked, available) = (minor(&balance["balance_minor"]), &balance["available_minor"]);
        rows.push((text("wallet_id"), text("currency"), booked, minor(available)));
    }
    rows.sort();
    rows
}

/// That wallets hold what their entries say and the account what its wallets do, and that what
/// effects say has left is what was taken out. For tests in which all money is in the books.
pub(crate) fn check(bench: &Bench) {
    let (entries, wallets) = (entries(bench), balances(bench));
    for (wallet, currency, booked, available) in &wallets {
        let mine = entries.iter().filter(|it| it["wallet_id"] == wallet.as_str());
        let mine: Vec<&Value> = mine.filter(|it| it["currency"] == currency.as_str()).collect();
        let sum = |kinds: &[&str]| {
            let of = mine.iter().filter(|it| kinds.contains(&it["kind"].as_str().unwrap()));
            of.map(|it| minor(&it["amount_minor"])).sum::<i64>()
        };
        let spends_hold = |it: &&&Value| {
            (it["kind"] == "debit" || it["kind"] == "reverse") && !it["hold_ref"].is_null()
        };
        let spent: i64 = mine.iter().filter(spends_hold).map(|it| minor(&it["amount_minor"])).sum();
        let held = -sum(&["hold", "release"]) + spent;
        assert_eq!(*booked, sum(&["fund", "debit", "reverse", "fee"]), "{wallet} {currency}");
        assert_eq!(*available, booked - held, "{wallet} {currency}");
    }
    let account = bench.get("/v1/account/balances").body["currencies"].clone();
    for row in list(&account) {
        let of = wallets.iter().filter(|(_, currency, ..)| row["currency"] == currency.as_str());
        let (booked, available) =
            of.fold((0, 0), |sums, (_, _, booked, left)| (sums.0 + booked, sums.1 + left));
        assert_eq!(minor(&row["balance_minor"]), booked, "{row}");
        assert_eq!(minor(&row["available_minor"]), available, "{row}");
    }
    let moved = |kind: EffectKind| -> i64 {
        let effects = bench.sandbox.effects();
        effects.iter().filter(|it| it.kind == kind).filter_map(|it| it.amount_minor).sum()
    };
    let of_kind = |kind: &str| {
        let of = entries.iter().filter(|it| it["kind"] == kind);
        of.map(|it| minor(&it["amount_minor"])).collect::<Vec<_>>()
    };
    let taken: i64 = of_kind("debit").iter().sum();
    assert_eq!(-taken, moved(EffectKind::Payment));
    let reversed: i64 = of_kind("reverse").iter().map(|minor| minor.abs()).sum();
    assert_eq!(reversed, moved(EffectKind::Devolution));
}

/// Every entry of the project.
fn entries(bench: &Bench) -> Vec<Value> {
    let (mut entries, mut query) = (Vec::new(), String::new());
    loop {
        let page = bench.get(&format!("/v1/account/ledger?limit=50{query}")).body;
        entries.extend(list(&page["entries"]).iter().cloned());
        match page["next_before"].as_str() {
            Some(next) => query = format!("&before={next}"),
            None => return entries,
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn minor(value: &Value) -> i64 {
    value.as_str().unwrap().parse().unwrap()
}
