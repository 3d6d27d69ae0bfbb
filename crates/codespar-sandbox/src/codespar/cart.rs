//! Carts at merchants: `/v1/cart`. Merchants are told apart by their names: `meli` and `ifood` are
//! driven by a browser, a name with a point is a Nuvemshop store, any other a VTEX store.

use serde_json::{Value, json};

use crate::{
    codespar::{meta_tools::shop, pix_code},
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{effects::EffectKind, money::Amount},
};

/// A line of a cart.
struct Line {
    variant: String,
    quantity: i64,
    title: &'static str,
    unit_minor: i64,
}

/// What a page of Mercado Livre costs.
const PAGE_MINOR: i64 = 9_900;

fn rail(merchant: &str) -> &'static str {
    match merchant {
        "meli" | "ifood" => "browser",
        name if name.contains('.') => "nuvemshop",
        _ => "vtex",
    }
}

/// `POST /v1/cart/sessions`: prices, and nothing is kept.
pub(crate) fn price(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let merchant = body.text("merchant")?;
    if rail(merchant) == "browser" {
        return Err(error(422, "no_cart_rail", "only a checkout is possible there").into());
    }
    body.list("items")?;
    let lines = lines(&body)?;
    let total = total(&lines);
    let amount = |kind: &str, text: &str, minor: i64| {
        json!({
            "type": kind, "display_text": text, "amount": minor,
        })
    };
    let rows: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let sum = line.unit_minor.saturating_mul(line.quantity);
            let unit = line.unit_minor;
            let item = json!({ "id": line.variant, "name": line.title, "unit_amount": unit });
            json!({
                "id": format!("line_{}", at + 1),
                "item": item,
                "quantity": line.quantity,
                "name": line.title,
                "unit_amount": line.unit_minor,
                "variant_id": line.variant,
                "availability_status": "in_stock",
                "totals": [amount("total", "Total", sum)],
            })
        })
        .collect();
    let id = req.state.ids.with("cart");
    Ok(Response::ok(json!({
        "id": id,
        "rail": rail(merchant),
        "merchant": merchant,
        "status": "ready_for_payment",
        "currency": "BRL",
        "line_items": rows,
        "totals": [amount("subtotal", "Subtotal", total), amount("total", "Total", total)],
        "payment_handlers": [{ "id": "pix", "name": "Pix", "kind": "pix" }],
        "accepts_pix": true,
        "checkout_url": format!("https://shop.example.test/cart/{id}"),
    })))
}

/// `POST /v1/cart/checkout`: an order at the merchant, and another with each request.
pub(crate) fn checkout(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let merchant = body.text("merchant")?;
    let refuse = |code, message| Err(error(400, code, message).into());
    let total = match merchant {
        "ifood" => return refuse("merchant_not_supported", "nothing can be bought there"),
        "meli" => match body.maybe_text("url")? {
            Some(url) if !url.is_empty() => PAGE_MINOR,
            _ => return refuse("meli_url_required", "the page of the product"),
        },
        _ if body.maybe_list("items")?.is_none_or(<[Value]>::is_empty) => {
            return refuse("items_required", "what is to be bought");
        }
        _ => total(&lines(&body)?),
    };
    for name in ["buyer", "address"] {
        body.maybe_object(name)?;
    }
    let id = req.state.ids.with("ord");
    req.state.effects.add(EffectKind::Checkout, &id, req.idempotency_key(), Some(total));
    Ok(Response::ok(json!({
        "merchant": merchant,
        "rail": rail(merchant),
        "order_form_id": id,
        "total_minor": total,
        "pix_copia_e_cola": pix_code::copy_paste(Amount::from_minor(total), &id),
        "checkout_url": format!("https://shop.example.test/orders/{id}"),
        "order_status": "payment-pending",
    })))
}

fn lines(body: &JsonObject) -> Result<Vec<Line>, Refusal> {
    let items = body.maybe_list("items")?.unwrap_or_default();
    if items.len() > 50 {
        return Err(issue("items", "at most 50 lines").into());
    }
    let line = |given: JsonObject| {
        let variant = given.text("variant_id")?.to_owned();
        let quantity = given.maybe_integer("quantity")?.unwrap_or(1);
        if !(1..=99).contains(&quantity) {
            return Err(issue("items", "1 to 99 of each").into());
        }
        let (title, unit_minor) = shop::price_of(&variant);
        Ok(Line { variant, quantity, title, unit_minor })
    };
    items.iter().map(JsonObject::of).map(line).collect()
}

fn total(lines: &[Line]) -> i64 {
    let sums = lines.iter().map(|line| line.unit_minor.saturating_mul(line.quantity));
    sums.fold(0, i64::saturating_add)
}

/// `POST /v1/cart/meli/connect/start`
pub(crate) fn connect_meli(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(login(req, "meli")))
}

/// `POST /v1/cart/ifood/connect/start`
pub(crate) fn connect_ifood(req: &mut Request<'_>) -> HandlerResult {
    let mut answer = login(req, "ifood");
    crate::store::json::set(&mut answer, "checkout_supported", false);
    crate::store::json::set(&mut answer, "note", "Nothing can be bought there.");
    Ok(Response::ok(answer))
}

/// A login that a person is to open.
fn login(req: &mut Request<'_>, merchant: &str) -> Value {
    let context = req.state.ids.with("ctx");
    let session = req.state.ids.with("bws");
    json!({
        "merchant": merchant,
        "context_id": context,
        "session_id": session,
        "live_view_url": format!("https://browser.example.test/{session}"),
    })
}

/// `POST /v1/cart/nuvemshop/connect/start`
pub(crate) fn connect_nuvemshop(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let domain = body.text("merchant_domain")?;
    const HOSTED: [&str; 4] =
        [".lojavirtualnuvem.com.br", ".nuvemshop.com.br", ".mitiendanube.com", ".tiendanube.com"];
    if !HOSTED.iter().any(|suffix| domain.ends_with(suffix)) {
        return Err(issue("merchant_domain", "a domain that Nuvemshop hosts").into());
    }
    if body.get("country").is_some() {
        body.choice("country", &["br", "ar", "mx"])?;
    }
    let state = req.state.ids.with("nst");
    Ok(Response::ok(json!({
        "install_url": format!("https://connect.example.test/nuvemshop?state={state}"),
        "redirect_uri": "https://connect.example.test/nuvemshop/callback",
    })))
}
