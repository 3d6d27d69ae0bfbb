//! The books: what they add up to, what is refused because of them, and what undoes what.

use std::{collections::BTreeMap, time::Duration};

use codespar_sandbox::{EffectKind, Reconciliation, Sandbox};
use serde_json::{Value, json};

use super::documents::{line, ready};
use crate::support::{Bench, Reply, bench, consent::mandate, managed};

fn code(reply: &Reply) -> (u16, &str) {
    let error = &reply.body["error"];
    (reply.status, error["code"].as_str().or(error.as_str()).unwrap_or_default())
}

/// What is in the books by now; the entries and the balances have to agree.
pub(super) fn books(bench: &Bench) -> (Value, Value) {
    let entries = bench.get("/v1/account/ledger?limit=200").body["entries"].clone();
    let balances = bench.get("/v1/account/balances").body["currencies"].clone();
    let mut sums: BTreeMap<String, [i64; 2]> = BTreeMap::new();
    let mut spent: BTreeMap<String, i64> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for entry in entries.as_array().unwrap() {
        let minor: i64 = text(&entry["amount_minor"]).parse().unwrap();
        let sum = sums.entry(text(&entry["currency"])).or_default();
        match text(&entry["kind"]).as_str() {
            "hold" => sum[1] -= minor,
            "release" => sum[1] -= minor,
            "reconcile" => {}
            "debit" | "reverse" if entry["hold_ref"].is_string() => {
                *sum = [sum[0] + minor, sum[1] + minor];
                *spent.entry(text(&entry["hold_ref"])).or_default() -= minor;
            }
            _ => sum[0] += minor,
        }
    }
    for row in balances.as_array().unwrap() {
        let [booked, held] = sums.remove(&text(&row["currency"])).unwrap_or_default();
        assert_eq!(row["balance_minor"], booked.to_string(), "{balances} {entries}");
        assert_eq!(row["held_minor"], held.to_string(), "{balances} {entries}");
        assert_eq!(row["available_minor"], (booked - held).to_string());
    }
    assert!(sums.is_empty(), "{sums:?}");
    // No hold is spent twice.
    for (hold, spent) in spent {
        let of_hold = |entry: &&Value| entry["id"] == hold.as_str();
        let held = entries.as_array().unwrap().iter().find(of_hold).unwrap();
        assert!(text(&held["amount_minor"]).parse::<i64>().unwrap() <= -spent, "{entries}");
    }
    (balances, entries)
}

fn spend(bench: &Bench, mandate: &str, attempt: &str, minor: i64) -> Reply {
    let body = json!({ "attempt_id": attempt, "amount_minor": minor, "payee": "shop@pix.test" });
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
}

/// A charge that is paid into the wallet of the consumer.
fn receive(bench: &Bench, key: &str, amount: f64) {
    let body = json!({
        "amount": amount, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
        "due_date": "2030-01-31", "idempotency_key": key,
    });
    assert_eq!(bench.post("/v1/charges", body).status, 200);
    assert!(bench.sandbox.pay(key));
}

fn still() -> codespar_sandbox::Builder {
    Sandbox::builder().settle_after(Duration::from_secs(600))
}

#[test]
fn a_live_wallet_pays_what_it_holds() {
    let bench = bench(still().test_mode(false));
    let id = mandate(&bench);
    let usage = || bench.get(&format!("/v1/mandates/{id}")).body["usage"].clone();
    let before = (usage(), bench.get("/v1/consumers/c1/wallet").body);
    for attempt in ["att-1", "att-1"] {
        let refused = spend(&bench, &id, attempt, 500);
        assert_eq!(code(&refused), (409, "insufficient_funds"), "{}", refused.text);
    }
    // What a person would have to approve is not held either.
    assert_eq!(code(&spend(&bench, &id, "att-2", 6_001)), (409, "insufficient_funds"));
    assert_eq!(books(&bench), (json!([]), json!([])));
    assert_eq!(bench.get("/v1/account/payments").body["payments"], json!([]));
    assert_eq!((usage(), bench.get("/v1/consumers/c1/wallet").body), before);
    assert!(bench.sandbox.effects().is_empty());

    // Its id was not used up.
    receive(&bench, "order-1", 5.0);
    assert_eq!(spend(&bench, &id, "att-1", 500).status, 200);
    let paid = books(&bench);
    assert_eq!(paid.0[0]["balance_minor"], "0");
    // No simulator has made it.
    let payment = bench.get("/v1/account/payments").body["payments"][0].clone();
    assert_eq!((&payment["status"], &payment["executor"]), (&json!("settled"), &Value::Null));
    assert_eq!(paid.1[0]["executor"], Value::Null);
    assert_eq!(code(&spend(&bench, &id, "att-3", 1)), (409, "insufficient_funds"));
    assert_eq!(spend(&bench, &id, "att-1", 500).body["idempotent_replay"], true);
    assert_eq!(books(&bench), paid);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn what_is_held_for_one_payment_is_not_there_for_another() {
    let bench = bench(still().test_mode(false));
    let id = mandate(&bench);
    receive(&bench, "order-1", 10.0);
    assert_eq!(code(&spend(&bench, &id, "att-1", 667)), (502, "psp_dispatch_uncertain"));
    let held = books(&bench);
    assert_eq!(code(&spend(&bench, &id, "att-2", 334)), (409, "insufficient_funds"));
    assert_eq!(books(&bench), held);
    assert!(bench.sandbox.reconcile("att-1", Reconciliation::NotMoved));
    assert_eq!(spend(&bench, &id, "att-2", 334).status, 200);
    assert_eq!(books(&bench).0[0]["available_minor"], "666");
}

#[test]
fn a_live_bill_waits_for_its_money() {
    let bench = bench(still().test_mode(false));
    let bill = ready(&bench, 700, 1);
    let intent = json!({
        "purpose": "bills", "cap_minor": 50_000, "per_tx_cap_minor": 20_000, "currency": "BRL",
        "mandate_ttl_seconds": 3_600, "merchant_allowlist": [line(700, 1)],
    });
    let consent = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent })).body;
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    let path = format!("/v1/consents/{}/submit", consent["token"].as_str().unwrap());
    let mandate = bench.post(&path, give).body["mandate_id"].clone();
    let path = format!("/v1/payables/{}", bill["payable_id"].as_str().unwrap());
    let pay = || bench.post(&format!("{path}/pay"), json!({ "mandate_id": mandate }));
    let refused = pay();
    assert_eq!(code(&refused), (422, "insufficient_funds"), "{}", refused.text);
    assert_eq!(refused.body["error"]["details"]["payable_status"], "READY");
    assert_eq!(books(&bench).1, json!([]));
    let bill = bench.get(&path).body;
    assert_eq!(bill["payment"]["last_refusal"]["code"], "insufficient_funds");
    receive(&bench, "order-1", 7.0);
    let paid = pay().body;
    assert_eq!(paid["status"], "EXECUTED", "{paid}");
    assert_eq!(paid["payment"]["settled_against"], "document_line");
    assert_eq!(books(&bench).0[0]["balance_minor"], "0");
}

/// A wallet, and what posts entries to it.
struct Wallet<'a>(&'a Bench, String);

impl<'a> Wallet<'a> {
    fn new(bench: &'a Bench) -> Self {
        let body = json!({ "display_name": "Main", "currency": "BRL" });
        Self(bench, bench.post("/v1/wallets", body).body["id"].as_str().unwrap().to_owned())
    }

    /// Posts an entry under an attempt or, with a name that begins with `E`, under a reference.
    fn post(&self, kind: &str, minor: i64, name: Option<&str>) -> Reply {
        let is_reference = name.is_some_and(|name| name.starts_with('E'));
        let (attempt, reference) = if is_reference { (None, name) } else { (name, None) };
        self.post_named(kind, minor, attempt, reference)
    }

    fn post_named(
        &self,
        kind: &str,
        minor: i64,
        attempt: Option<&str>,
        reference: Option<&str>,
    ) -> Reply {
        let entry = json!({
            "wallet_id": self.1, "org_id": "org_sandbox", "currency": "BRL", "kind": kind,
            "amount_minor": minor.to_string(), "attempt_id": attempt, "external_ref": reference,
        });
        self.0.post(&format!("/v1/wallets/{}/ledger", self.1), entry)
    }

    /// The same of what has to be refused, and must not leave anything in the books.
    fn refused(&self, kind: &str, minor: i64, name: Option<&str>) {
        let before = books(self.0);
        let reply = self.post(kind, minor, name);
        assert_eq!(code(&reply), (400, "invalid_body"), "{kind} {minor} {name:?}");
        assert_eq!(books(self.0), before);
    }

    fn taken(&self, kind: &str, minor: i64, name: Option<&str>) -> Value {
        let reply = self.post(kind, minor, name);
        assert_eq!(reply.status, 201, "{kind} {minor} {name:?} {}", reply.text);
        books(self.0);
        reply.body
    }

    fn holds(&self) -> (Value, Value) {
        let wallet = self.0.get(&format!("/v1/wallets/{}", self.1)).body;
        let balance = &wallet["balances"][0];
        (balance["balance_minor"].clone(), balance["available_minor"].clone())
    }
}

#[test]
fn what_is_not_held_is_not_released() {
    let bench = managed();
    let (one, other) = (Wallet::new(&bench), Wallet::new(&bench));
    one.taken("fund", 1_000, Some("in-1"));
    for name in [None, Some("a"), Some("E1")] {
        one.refused("release", 300, name);
        one.taken("hold", -300, name);
        // More than was held, and of another wallet.
        one.refused("release", 301, name);
        other.refused("release", 300, name);
        one.taken("release", 300, name);
    }
    assert_eq!(one.holds(), (json!("1000"), json!("1000")));
    // Twice: without a name it is another, with one it is the same again.
    one.refused("release", 300, None);
    let before = books(&bench);
    assert_eq!(one.post("release", 300, Some("a")).status, 200);
    assert_eq!(books(&bench), before);
    // In parts, and no more than that.
    one.taken("hold", -300, None);
    one.taken("release", 100, None);
    one.refused("release", 201, None);
    assert_eq!(one.holds(), (json!("1000"), json!("800")));
    one.taken("release", 200, None);
    assert_eq!(bench.get("/v1/account/balances").body["currencies"][0]["open_holds"], 0);
}

#[test]
fn a_debit_spends_what_its_name_holds() {
    let bench = managed();
    let one = Wallet::new(&bench);
    one.taken("fund", 1_000, Some("in-1"));
    one.taken("hold", -300, Some("a"));
    one.refused("debit", -301, Some("a"));
    one.taken("debit", -300, Some("a"));
    assert_eq!(one.holds(), (json!("700"), json!("700")));
    one.refused("release", 300, Some("a"));
    one.taken("debit", -200, Some("b"));
    assert_eq!(one.holds(), (json!("500"), json!("500")));
}

#[test]
fn no_more_is_taken_back_than_there_was() {
    let bench = managed();
    let (one, other) = (Wallet::new(&bench), Wallet::new(&bench));
    one.refused("reverse", 300, Some("a"));
    one.taken("fund", 1_000, Some("in-1"));
    let debit = one.taken("debit", -300, Some("a"))["id"].clone();
    one.taken("fee", -10, Some("E1"));
    for (minor, name) in [(301, "a"), (-300, "a"), (11, "E1"), (0, "a"), (1_000, "in-1")] {
        one.refused("reverse", minor, Some(name));
    }
    other.refused("reverse", 300, Some("a"));
    one.taken("reverse", 300, Some("a"));
    one.taken("reverse", 10, Some("E1"));
    one.refused("reverse", 1, None);
    let entries = bench.get("/v1/account/ledger?kind=reverse").body["entries"].clone();
    assert_eq!(entries[1]["reverses"], debit);
    one.taken("reverse", -1_000, Some("in-1"));
    assert_eq!(one.holds(), (json!("0"), json!("0")));
}

#[test]
fn an_entry_of_two_names_is_undone_once() {
    let bench = managed();
    let one = Wallet::new(&bench);
    one.taken("fund", 1_000, Some("in-1"));
    for (kind, undo, minor) in [("debit", "reverse", -300), ("hold", "release", -300)] {
        assert_eq!(one.post_named(kind, minor, Some("a"), Some("E1")).status, 201);
        one.taken(undo, 200, Some("a"));
        one.refused(undo, 101, Some("E1"));
        one.taken(undo, 100, Some("E1"));
        assert_eq!(one.holds(), (json!("1000"), json!("1000")));
    }
}

#[test]
fn what_a_payment_holds_is_not_undone_by_hand() {
    let bench = managed();
    let id = mandate(&bench);
    assert_eq!(code(&spend(&bench, &id, "att-1", 667)), (502, "psp_dispatch_uncertain"));
    let wallet = Wallet(&bench, "wal_c1".to_owned());
    wallet.refused("release", 667, Some("att-1"));
    wallet.refused("debit", -667, Some("att-1"));
    // A hold of the same name elsewhere is another.
    let other = Wallet::new(&bench);
    other.taken("hold", -667, Some("att-1"));
    other.taken("release", 300, Some("att-1"));
    wallet.refused("release", 300, Some("att-1"));
    assert!(bench.sandbox.reconcile("att-1", Reconciliation::Moved));
    let balances = books(&bench).0;
    assert_eq!(
        (&balances[0]["held_minor"], &balances[0]["open_holds"]),
        (&json!("367"), &json!(1))
    );
    assert_eq!(wallet.holds(), (json!("0"), json!("0")));
    other.taken("debit", -367, Some("att-1"));
    assert_eq!(other.holds(), (json!("-367"), json!("-367")));
    books(&bench);
}

#[test]
fn what_a_payment_link_received_is_in_the_books() {
    let bench = managed();
    let link = |rail: Value| {
        let made = bench.post("/v1/payment-links", json!({ "title": "E-book", "accepts": [rail] }));
        made.body["id"].as_str().unwrap().to_owned()
    };
    let pix = link(json!({ "rail": "pix", "amount": "49.90" }));
    let address = format!("0x{:040}", 1);
    let pay_to = json!({ "kind": "byo", "address": address });
    let chain = link(json!({ "rail": "x402", "amount": "1.5", "pay_to": pay_to }));
    assert!(bench.sandbox.pay(&pix) && bench.sandbox.pay(&chain));
    let payment = |id: &str| {
        bench.get(&format!("/v1/payment-links/{id}/payments")).body["payments"][0].clone()
    };
    let entry = books(&bench).1[0].clone();
    let received = payment(&pix);
    assert_eq!(
        (&received["ledger_entry_id"], &entry["amount_minor"]),
        (&entry["id"], &json!("4990"))
    );
    assert_eq!(entry["external_ref"], received["txid"]);
    assert_eq!(entry["category"], "recebivel");
    assert_eq!(payment(&chain)["ledger_entry_id"], Value::Null);
    assert_eq!(bench.get("/v1/account/summary").body["received_minor"], "4990");
}

#[test]
fn a_statement_of_another_amount_reconciles_nothing() {
    let bench = managed();
    let wallet = Wallet::new(&bench);
    wallet.taken("fund", 1_000, Some("in-1"));
    wallet.taken("debit", -500, Some("E-paid"));
    let path = format!("/v1/wallets/{}", wallet.1);
    let import = json!({ "source": "bank", "entries": [
        { "provider_event_id": "E-paid", "amount_minor": -400, "currency": "BRL" },
    ] });
    assert_eq!(bench.post(&format!("{path}/statement-import"), import).status, 202);
    bench.sandbox.advance(Duration::from_secs(60));
    let found = bench.get(&format!("{path}/recon-anomalies")).body["anomalies"].clone();
    let column = |name: &str| [found[0][name].clone(), found[1][name].clone()];
    assert_eq!(column("kind"), ["debit_without_receipt", "receipt_without_debit"]);
    assert_eq!(column("amount_minor"), ["-500", "-400"]);
}

#[test]
fn an_entry_of_the_same_name_is_not_of_the_payment() {
    let bench = managed();
    let id = mandate(&bench);
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 1_000 }));
    let other = Wallet::new(&bench);
    other.taken("fund", 1_000, Some("att-1"));
    let paid = spend(&bench, &id, "att-1", 500).body;
    assert_eq!(paid["wallet"]["fundEntryId"], Value::Null, "{paid}");
    other.taken("debit", -300, Some("att-1"));
    let payment = bench.get("/v1/account/payments").body["payments"][0].clone();
    assert_eq!(payment["debit_entry_id"], paid["wallet"]["debitEntryId"]);
}
