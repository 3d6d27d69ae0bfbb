//! MCP servers whose tools are paid for by the call: `/v1/mcp-servers`. Nobody calls them here.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        json_object::{Issue, JsonObject, issue},
        loopback::loopback_host,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        hex::hex,
        json::{matches, member, set, text},
    },
};

/// Servers of this beginning never answer.
const UNREACHABLE: &str = "unreachable.";

/// `POST /v1/mcp-servers/validate`: nothing is called; every server has one and the same tool, but
/// for those whose name begins with `unreachable.`.
pub(crate) fn validate(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let host = upstream(&body)?;
    body.maybe_object("auth")?;
    if host.starts_with(UNREACHABLE) {
        let none: [Value; 0] = [];
        let answer =
            json!({ "valid": false, "count": 0, "tools": none, "error": "connect_timeout" });
        return Ok(Response::ok(answer));
    }
    let schema = json!({ "type": "object", "properties": { "text": { "type": "string" } } });
    let tool = json!({ "name": "echo", "description": "Says it again", "input_schema": schema });
    Ok(Response::ok(json!({ "valid": true, "count": 1, "tools": [tool] })))
}

/// The host of the server, which must be https and not this machine.
fn upstream(body: &JsonObject) -> Result<String, Refusal> {
    let url = body.text("upstream_url")?.parse::<http::Uri>().ok();
    let host =
        url.as_ref().filter(|url| url.scheme_str() == Some("https")).and_then(|it| it.host());
    match host.filter(|host| !host.is_empty() && loopback_host(host).is_empty()) {
        Some(host) => Ok(host.to_owned()),
        None => {
            let refusal = error(400, "invalid_upstream_url", "a public https URL");
            Err(refusal.with("reason", "url_not_public_http").into())
        }
    }
}

/// `GET /v1/mcp-servers`: without their tools.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = req.state.mcp_servers.list(req.project).map(|row| {
        let mut row = row.clone();
        if let Some(members) = row.as_object_mut() {
            members.remove("tools");
        }
        row
    });
    let rows: Vec<Value> = rows.collect();
    Ok(Response::ok(json!({ "mcp_servers": rows })))
}

/// `POST /v1/mcp-servers`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let slug = body.text("slug")?;
    let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it);
    if slug.len() > 64 || !slug.bytes().all(is_plain) {
        return Err(issue("slug", "1 to 64 of a-z, 0-9, _ and -").into());
    }
    let name = body.text("name")?;
    let consumer = body.text("consumer_id")?;
    upstream(&body)?;
    let fee = body.maybe_integer("platform_fee_bps")?.unwrap_or(0);
    if !(0..=10_000).contains(&fee) {
        return Err(issue("platform_fee_bps", "0 to 10000").into());
    }
    let mut tools = tools(req, &body)?;
    tools.sort_by(|one, other| text(one, "tool_name").cmp(text(other, "tool_name")));
    // Slugs are taken for everybody, whatever the project.
    let is_taken = |(_, row): (&str, &Value)| text(row, "slug") == slug;
    let twice = tools.windows(2).any(|pair| match pair {
        [one, other] => member(one, "tool_name") == member(other, "tool_name"),
        _ => false,
    });
    if twice || req.state.mcp_servers.everywhere().any(is_taken) {
        return Err(error(400, "slug_conflict", "the name of a server or tool is taken").into());
    }
    let id = req.state.ids.with("mcs");
    let address = hex(&Sha256::digest(consumer.as_bytes()));
    let row = json!({
        "id": id,
        "project_id": req.project,
        "slug": slug,
        "name": name,
        "description": body.maybe_text("description")?.unwrap_or_default(),
        "overview_md": body.maybe_text("overview_md")?.unwrap_or_default(),
        "category": body.maybe_text("category")?,
        "upstream_url": body.echo("upstream_url"),
        "environment": if req.settings.test_mode { "test" } else { "live" },
        "payto_kind": if fee > 0 { "split" } else { "provisioned" },
        "payto_address": format!("0x{}", address.get(..40).unwrap_or(&address)),
        "consumer_id": consumer,
        "platform_fee_bps": fee,
        "tool_count": tools.len(),
        "active": true,
        "gateway_url": format!("https://gateway.example.test/mcp/{slug}"),
        "gateway_unavailable_reason": null,
        "tools": tools,
        "created_at": req.now.rfc3339(),
        "last_paid_call_at": null,
    });
    Ok(Response::created(req.state.mcp_servers.insert(req.project, &id, row)))
}

fn tools(req: &mut Request<'_>, body: &JsonObject) -> Result<Vec<Value>, Refusal> {
    let list = body.list("tools")?;
    if list.len() > 200 {
        return Err(issue("tools", "1 to 200").into());
    }
    let mut tools = Vec::with_capacity(list.len());
    for given in list.iter().map(JsonObject::of) {
        let (price, atomic) = price(&given)?;
        tools.push(json!({
            "id": req.state.ids.with("mct"),
            "tool_name": given.text("tool_name")?,
            "description": given.maybe_text("description")?.unwrap_or_default(),
            "input_schema": given.maybe_object("input_schema")?.unwrap_or_default().value(),
            "pricing_model": "flat",
            "price": price,
            "price_atomic": atomic,
            "active": true,
        }));
    }
    Ok(tools)
}

/// A price in USDC as it is written, and in millionths.
fn price(body: &JsonObject) -> Result<(String, String), Issue> {
    let text = body.text("price")?;
    let atomic = text
        .parse::<Decimal>()
        .ok()
        .filter(|price| *price > Decimal::ZERO)
        .and_then(|price| price.checked_mul(Decimal::from(1_000_000)))
        .filter(Decimal::is_integer)
        .and_then(|atomic| atomic.to_i64());
    let atomic = atomic.ok_or_else(|| issue("price", "positive, at most six decimals"))?;
    Ok((text.to_owned(), atomic.to_string()))
}

/// `GET /v1/mcp-servers/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `PATCH /v1/mcp-servers/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let texts = ["name", "description", "overview_md", "category"];
    for name in texts {
        body.maybe_text(name)?;
    }
    let active = body.maybe_bool("active")?;
    if active.is_none() && !texts.iter().any(|name| body.get(name).is_some()) {
        return Err(issue("", "nothing to change").into());
    }
    let row = find(req)?;
    for name in texts.iter().filter(|name| body.get(name).is_some()) {
        set(row, name, body.echo(name));
    }
    if let Some(active) = active {
        set(row, "active", active);
    }
    Ok(Response::ok(row.clone()))
}

/// `PATCH /v1/mcp-servers/{id}/tools/{tool}`: the tool goes by its name.
pub(crate) fn update_tool(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let active = body.maybe_bool("active")?;
    let price = body.get("price").map(|_| price(&body)).transpose()?;
    if active.is_none() && price.is_none() {
        return Err(issue("", "nothing to change").into());
    }
    let name = req.second_id().to_owned();
    let missing = || error(404, "mcp_tool_not_found", "no such tool in this project");
    let row = find(req).map_err(|_| missing())?;
    let mut tools = row.get_mut("tools").and_then(Value::as_array_mut).into_iter().flatten();
    let tool = tools.find(|tool| matches(tool, "tool_name", Some(&name)));
    let tool = tool.ok_or_else(missing)?;
    if let Some((price, atomic)) = price {
        set(tool, "price", price);
        set(tool, "price_atomic", atomic);
    }
    if let Some(active) = active {
        set(tool, "active", active);
    }
    Ok(Response::ok(tool.clone()))
}

/// `DELETE /v1/mcp-servers/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = member(find(req)?, "id").as_str().unwrap_or_default().to_owned();
    req.state.mcp_servers.remove(req.project, &id);
    Ok(Response::no_content())
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, ApiError> {
    let id = req.id().to_owned();
    let missing = || error(404, "mcp_server_not_found", "no such MCP server in this project");
    req.state.mcp_servers.find_mut(req.project, &id).ok_or_else(missing)
}
