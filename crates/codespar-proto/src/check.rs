//! Checks of arguments, made before anything is sent.

pub(crate) use codespar_engine::kit::{check_filled, check_length, check_range};
use codespar_engine::{Error, Json};

/// JSON that has to be an object, where there is any.
pub(crate) fn check_object(field: &str, value: Option<&Json>) -> Result<(), Error> {
    match value {
        Some(value) if !value.is_object() => Err(Error::config(field, "expected a JSON object")),
        _ => Ok(()),
    }
}

/// A day, exactly as it is sent: `2026-12-31`, where there is one.
///
/// The reader of days takes more than that, such as a time after it, and what it takes is sent
/// as it is written.
pub(crate) fn check_day(field: &str, day: Option<&str>) -> Result<(), Error> {
    let is_day = |day: &str| {
        let digits = |byte: &u8| if byte.is_ascii_digit() { b'0' } else { *byte };
        let form: Vec<u8> = day.as_bytes().iter().map(digits).collect();
        form == b"0000-00-00" && day.parse::<jiff::civil::Date>().is_ok()
    };
    match day {
        Some(day) if !is_day(day) => Err(Error::config(field, "expected a day such as 2026-12-31")),
        _ => Ok(()),
    }
}

/// An address that begins with `https://` and has a host.
pub(crate) fn check_https(field: &str, text: &str) -> Result<(), Error> {
    if scheme(text).as_deref() == Some("https") {
        return Ok(());
    }
    Err(Error::config(field, "expected an https URL"))
}

/// The same, or plain http to this machine: what a sandbox may deliver to.
#[cfg(any(feature = "accounts", feature = "governance", feature = "selling"))]
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
#[cfg(any(feature = "accounts", feature = "governance", feature = "selling"))]
fn is_loopback(text: &str) -> bool {
    let url = text.parse::<http::Uri>().ok();
    let host = url.as_ref().and_then(http::Uri::host).unwrap_or_default();
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<core::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}
