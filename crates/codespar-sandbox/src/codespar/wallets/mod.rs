//! The wallets of the organization: `/v1/wallets`.

pub(crate) mod execute;
pub(crate) mod funding_sources;
pub(crate) mod ledger;
pub(crate) mod receive;
pub(crate) mod reconciliation;
pub(crate) mod transfer;
pub(crate) mod withdrawal;

use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, ledger::currency},
    server::{
        errors::{Refusal, not_found},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::{Entry, Funds},
        clock::{Now, rfc3339},
        json::{matches, member, set, text},
        state::State,
    },
};

/// `GET /v1/wallets`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<Value> = req
        .state
        .wallets
        .list(req.project)
        .filter(|row| ["status", "agent_id"].iter().all(|it| matches(row, it, req.query(it))))
        .map(|row| with_balances(req.state, req.project, row))
        .collect();
    Ok(Response::ok(json!({ "wallets": rows })))
}

/// `POST /v1/wallets`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let name = body.text("display_name")?;
    let currency = currency(&body, "currency")?;
    let agent = body.maybe_text("agent_id")?;
    let metadata = body.maybe_object("metadata")?.unwrap_or_default().value();
    let id = req.state.ids.with("wal");
    let row = insert(req.state, req.project, &id, (name, agent, metadata), req.now);
    req.state.books.open(req.project, &id, currency);
    Ok(Response::created(with_balances(req.state, req.project, &row)))
}

/// `GET /v1/wallets/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req)?;
    Ok(Response::ok(with_balances(req.state, req.project, row)))
}

/// The wallet of the path.
pub(super) fn find<'a>(req: &'a Request<'_>) -> Result<&'a Value, Refusal> {
    req.state.wallets.find(req.project, req.id()).ok_or_else(|| not_found().into())
}

/// The wallet of a consumer, which is made when it is first needed; gives its id.
pub(crate) fn of_consumer(state: &mut State, project: &str, consumer: &str, now: Now) -> String {
    let id = consumer_wallet(consumer);
    ensure(state, project, &id, ("Consumer", json!({ "consumer_id": consumer })), now);
    id
}

/// The id that the wallet of a consumer has, whether it was made or not.
pub(crate) fn consumer_wallet(consumer: &str) -> String {
    format!("wal_{consumer}")
}

/// The wallet of the project itself, which is made when it is first needed; gives its id.
pub(crate) fn of_account(state: &mut State, project: &str, now: Now) -> String {
    let id = account_wallet(project);
    ensure(state, project, &id, ("Account", json!({})), now);
    id
}

/// The id that the wallet of the project itself has, whether it was made or not.
pub(crate) fn account_wallet(project: &str) -> String {
    format!("wal_{}", project.trim_start_matches("prj_"))
}

/// The consumer that a wallet is for, where it is for one.
pub(super) fn consumer_of(wallet: &Value) -> Option<&str> {
    let consumer = member(member(wallet, "metadata"), "consumer_id").as_str()?;
    (text(wallet, "id") == consumer_wallet(consumer)).then_some(consumer)
}

fn ensure(state: &mut State, project: &str, id: &str, made: (&str, Value), now: Now) {
    if state.wallets.find(project, id).is_none() {
        insert(state, project, id, (made.0, None, made.1), now);
        state.books.open(project, id, "BRL");
    }
}

fn insert(
    state: &mut State,
    project: &str,
    id: &str,
    (name, agent, metadata): (&str, Option<&str>, Value),
    now: Now,
) -> Value {
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "project_id": project,
        "agent_id": agent,
        "display_name": name,
        "status": "active",
        "created_at": now.rfc3339(),
        "closed_at": null,
        "metadata": metadata,
    });
    state.wallets.insert(project, id, row)
}

/// A wallet as it is shown.
fn with_balances(state: &State, project: &str, row: &Value) -> Value {
    let id = text(row, "id");
    let balances: Vec<Value> = state
        .books
        .of_wallet(project, id)
        .map(|(currency, funds)| {
            let is_of = |at: &&Entry| at.posting.wallet == id && at.posting.currency == currency;
            let last = state.books.list(project).find(is_of).map(|entry| rfc3339(entry.posted_at));
            let at = last.unwrap_or_else(|| text(row, "created_at").to_owned());
            balance(id, currency, funds, &at)
        })
        .collect();
    let mut row = row.clone();
    set(&mut row, "balances", balances);
    row
}

/// A balance row; its amounts are decimal strings.
fn balance(wallet: &str, currency: &str, funds: Funds, updated_at: &str) -> Value {
    json!({
        "wallet_id": wallet,
        "currency": currency,
        "balance_minor": funds.booked.to_string(),
        "available_minor": funds.available().to_string(),
        "updated_at": updated_at,
    })
}

/// A text that is a whole number of minor units.
pub(super) fn minor_text(text: &str) -> Result<i64, Refusal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let amount = text.parse().ok().filter(|_| is_number);
    amount.ok_or_else(|| issue("amount_minor", "a text of whole minor units").into())
}
