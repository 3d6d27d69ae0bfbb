//! What a paywall is made with, and what is refused of it.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::{
    codespar::{
        chain_address::{is_address, made_address},
        paywalls::units,
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
    },
};

/// A paywall as it is kept, but for what the server adds.
pub(super) fn read(body: &JsonObject) -> Result<Value, Refusal> {
    let slug = body.text("slug")?;
    if !slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-')) {
        return Err(issue("slug", "a-z, 0-9, _ and -").into());
    }
    let (name, upstream) = (body.text("name")?, body.text("upstream_url")?);
    check_upstream(upstream)?;
    let price_text = body.text("price")?;
    let units = price(price_text)?;
    let (kind, address) = payee(body)?;
    let model = body.maybe_text("pricing_model")?.unwrap_or("flat");
    check_model(body, model, &kind)?;
    body.texts("methods")?;
    Ok(json!({
        "slug": slug,
        "name": name,
        "upstream_url": upstream,
        "price": price_text,
        "price_atomic": units.to_string(),
        "currency": "USDC",
        "payto_kind": kind,
        "payto_address": address,
        "consumer_id": body.maybe_text("consumer_id")?,
        "description": body.maybe_text("description")?,
        "category": body.maybe_text("category")?,
        "methods": body.echo("methods"),
        "pricing_model": model,
        "pricing_tiers": body.echo("pricing_tiers"),
        "dynamic_price_url": body.echo("dynamic_price_url"),
        "metered_config": body.echo("metered_config"),
    }))
}

/// The price of a body in the smallest units.
pub(super) fn price(text: &str) -> Result<i64, Refusal> {
    units(text).ok_or_else(|| issue("price", "more than 0, six decimals at most").into())
}

/// Refuses addresses that are no host of the public network.
pub(super) fn check_upstream(url: &str) -> Result<(), Refusal> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.map(|host| host.rsplit('@').next().unwrap_or_default());
    let name = host.map(|host| match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    });
    let is_public = name.is_some_and(|name| match name.parse::<IpAddr>() {
        Ok(address) => is_public(address),
        Err(_) => name.contains('.') && !name.ends_with(".local"),
    });
    if is_public {
        return Ok(());
    }
    Err(error(400, "invalid_upstream_url", "a host of the public network").into())
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            !(it.is_loopback() || it.is_private() || it.is_link_local() || it.is_unspecified())
        }
        IpAddr::V6(it) => !(it.is_loopback() || it.is_unspecified() || it.is_unique_local()),
    }
}

/// Who is paid: the kind, and the address.
fn payee(body: &JsonObject) -> Result<(String, String), Refusal> {
    let wrong = || Refusal::from(error(400, "invalid_payto", "where does it go?"));
    let to = body.object("payto")?;
    let kind = to.choice("kind", &["byo", "provisioned"])?;
    let address = match (kind, to.maybe_text("address")?, body.maybe_text("consumer_id")?) {
        ("byo", Some(address), _) if is_address(address) => address.to_owned(),
        ("provisioned", _, Some(consumer)) => made_address(consumer),
        _ => return Err(wrong()),
    };
    Ok((kind.to_owned(), address))
}

fn check_model(body: &JsonObject, model: &str, kind: &str) -> Result<(), Refusal> {
    let refusal = match model {
        "flat" => return Ok(()),
        "tiered" if rises(body)? => return Ok(()),
        "tiered" => error(400, "invalid_tiers", "rising, and the last without a bound"),
        "dynamic" => match body.maybe_text("dynamic_price_url")? {
            Some(url) if url.starts_with("https://") => return Ok(()),
            _ => error(400, "invalid_dynamic_price_url", "an https address"),
        },
        "metered" if kind != "provisioned" => {
            error(400, "metered_requires_provisioned", "the rest has to be given back")
        }
        "metered" if is_metering(&body.object("metered_config")?) => return Ok(()),
        "metered" => error(400, "invalid_metered_config", "it does not add up"),
        _ => error(400, "pricing_model_unsupported", "flat, tiered, dynamic or metered"),
    };
    Err(refusal.into())
}

/// Whether the tiers go up, and end with one that has no bound.
fn rises(body: &JsonObject) -> Result<bool, Refusal> {
    let tiers = body.maybe_list("pricing_tiers")?.unwrap_or_default();
    let bounds: Vec<Option<i64>> = tiers.iter().map(|tier| tier["up_to"].as_i64()).collect();
    let priced = |tier: &Value| {
        let units = tier["price_atomic"].as_str().and_then(|text| text.parse::<i64>().ok());
        units.is_some_and(|units| units > 0)
    };
    let Some((last, bounded)) = bounds.split_last() else { return Ok(false) };
    let goes_up = bounded.is_sorted_by(|one, next| one < next);
    Ok(last.is_none()
        && bounded.iter().all(|bound| bound.is_some_and(|it| it > 0))
        && goes_up
        && tiers.iter().all(priced))
}

fn is_metering(config: &JsonObject) -> bool {
    let text = |name| config.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let number = |name| config.get(name).and_then(Value::as_f64);
    let base = text("base_atomic").and_then(|text| text.parse::<i64>().ok());
    let in_order = matches!(
        (number("min_mult"), number("max_mult")),
        (Some(least), Some(most)) if least >= 0.0 && least <= most
    );
    base.is_some_and(|base| base > 0)
        && in_order
        && text("basis").is_some()
        && text("units_header").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_hosts_are_fronted() {
        for url in ["https://shop.example/quotes", "http://shop.example:8080?x", "https://8.8.8.8"]
        {
            assert!(check_upstream(url).is_ok(), "{url}");
        }
        for url in [
            "https://localhost/x",
            "http://127.0.0.1",
            "https://10.0.0.1:8443/",
            "https://user@192.168.1.1/",
            "http://[::1]:80/",
            "ftp://shop.example",
            "shop.example",
            "https://",
        ] {
            assert!(check_upstream(url).is_err(), "{url}");
        }
    }
}
