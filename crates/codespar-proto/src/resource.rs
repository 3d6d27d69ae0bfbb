//! Handles: the operations of one subject, reached from a client (`client.projects()`).
//!
//! A handle owns a client, so it can be kept and sent to other threads; cloning it is cheap.
//! Their names are seldom written out: `client.connections().create(&args).send()?`.

use codespar_engine::{
    Error, Json, Response,
    kit::{Members, approval, members},
};
use serde::{Serialize, de::DeserializeOwned};

pub use crate::{
    account::ApiKeys,
    agents::Agents,
    approvals::Approvals,
    catalog::Providers,
    charges::Charges,
    consents::Consents,
    consumers::Consumers,
    deliveries::Events,
    funding::{ConsentRecords, FundingSources},
    hooks::WebhookEndpoints,
    links::Connections,
    mandates_api::Mandates,
    payables::{Batches, Documents, Files, Payables},
    projects::Projects,
    sessions::Sessions,
    test_money::TestMoney,
    tool_calls::ToolCalls,
    tool_search::Tools,
    wallet::{PixKeyring, Wallet},
    wallets::Wallets,
};

pub(crate) use codespar_engine::resource;

/// The cursor of the page that is asked for: where the list has got to, or where it begins.
pub(crate) fn cursor(first: Option<&String>, reached: Option<&str>) -> Option<String> {
    reached.map(str::to_owned).or_else(|| first.cloned())
}

/// A value that becomes a JSON object.
pub(crate) fn object<V: Serialize + ?Sized>(field: &str, value: &V) -> Result<Json, Error> {
    let json = Json::of(value).ok().filter(Json::is_object);
    json.ok_or_else(|| Error::config(field, "expected a JSON object"))
}

/// The rows of a list that goes by one of several names: none of them is no empty list.
pub(crate) fn rows<R>(
    answer: &Response,
    name: &str,
    rows: Option<Vec<R>>,
) -> Result<Vec<R>, Error> {
    let missing = || Error::decode(format!("{name}: expected a list"));
    rows.ok_or_else(|| answer.decorate(missing()))
}

/// What a success says of money that was moved: none of the members that are known is no answer, and
/// an approval that is waited for is no success.
pub(crate) fn moved<O: DeserializeOwned + Members>(answer: Response) -> Result<O, Error> {
    let moved = answer.json()?;
    let body = members(&answer.body).unwrap_or_default();
    if !O::NAMES.iter().any(|name| body.contains_key(*name)) && approval(&body).is_none() {
        let error = Error::decode("expected at least one member that is known");
        return Err(answer.decorate(error));
    }
    // A payment that was approved may tell of its approval.
    let is_over = matches!(
        body.get("status").and_then(serde_json::Value::as_str),
        Some("completed" | "sent" | "settled" | "paid")
    );
    match approval(&body) {
        Some(approval) if !is_over => {
            let error = Error::api("a person must approve it first").with_code("approval_required");
            let error = error.judged(answer.judge(None, true)).with_approval(Some(approval));
            Err(answer.decorate(error))
        }
        _ => Ok(moved),
    }
}

/// A page size, or any other number that has to lie between two.
pub(crate) fn check_range(
    field: &'static str,
    value: Option<u32>,
    range: std::ops::RangeInclusive<u32>,
) -> Result<(), Error> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = (range.start(), range.end());
            Err(Error::config(field, format_args!("expected {least} to {most}")))
        }
        _ => Ok(()),
    }
}

/// Text of at most so many characters, and not empty.
pub(crate) fn check_length(field: &str, text: &str, most: usize) -> Result<(), Error> {
    crate::ids::check_filled(field, text)?;
    if text.chars().count() > most {
        return Err(Error::config(field, format_args!("expected at most {most} characters")));
    }
    Ok(())
}

/// An address that begins with `https://` and has a host.
pub(crate) fn check_https(field: &str, text: &str) -> Result<(), Error> {
    if scheme(text).as_deref() == Some("https") {
        return Ok(());
    }
    Err(Error::config(field, "expected an https URL"))
}

/// The same, or plain http to this machine: what a sandbox may deliver to.
pub(crate) fn check_receiver(field: &str, text: &str) -> Result<(), Error> {
    match scheme(text).as_deref() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(text) => Ok(()),
        _ => Err(Error::config(field, "expected an https URL, or an http URL of this machine")),
    }
}

/// The scheme of an address that has a host.
fn scheme(text: &str) -> Option<String> {
    let url = text.parse::<http::Uri>().ok()?;
    url.host().filter(|host| !host.is_empty())?;
    url.scheme_str().map(str::to_owned)
}

/// Whether the host of an address is `localhost` or a loopback IP address.
fn is_loopback(text: &str) -> bool {
    let url = text.parse::<http::Uri>().ok();
    let host = url.as_ref().and_then(http::Uri::host).unwrap_or_default();
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<core::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}
