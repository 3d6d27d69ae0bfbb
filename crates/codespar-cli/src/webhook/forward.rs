//! Passing a delivery on to a program on this machine.

use std::time::Duration;

use codespar_blocking::{
    Proxy, TransportSettings, UreqTransport,
    bytes::Bytes,
    driver::{BlockingTransport as _, Connect as _, Exchange},
    http::{self, HeaderMap, Uri},
};

use crate::outcome::{Failure, unsent};

/// How long the program has to answer: less than the service waits.
const PATIENCE: Duration = Duration::from_secs(8);

/// A program that deliveries are passed on to.
pub(super) struct Forward {
    transport: UreqTransport,
    url: Uri,
}

impl Forward {
    /// An http address of this machine.
    pub(super) fn to(url: &str) -> Result<Self, Failure> {
        let expected = || Failure::usage("--forward-to: expected an http address of this machine");
        let url: Uri = url.parse().map_err(|_| expected())?;
        let is_here = url.host().is_some_and(is_loopback);
        if url.scheme_str() != Some("http") || !is_here {
            return Err(expected());
        }
        let settings = TransportSettings::default().proxy(Proxy::Direct);
        let transport = UreqTransport::connect(&settings, &url).map_err(unsent)?;
        Ok(Self { transport, url })
    }

    /// Posts a delivery as it came, so that it can be verified again; the status of the answer.
    pub(super) fn pass_on(&self, headers: &HeaderMap, body: &Bytes) -> Result<u16, String> {
        let mut request = http::Request::post(self.url.clone());
        for (name, value) in headers {
            if name == http::header::CONTENT_TYPE || name.as_str().starts_with("x-codespar-") {
                request = request.header(name, value);
            }
        }
        let request = request.body(body.clone().into()).map_err(|error| error.to_string())?;
        let mut exchange = Exchange::new(request);
        exchange.timeout = Some(PATIENCE);
        let answer = self.transport.open(exchange).map_err(|error| error.to_string())?;
        Ok(answer.status().as_u16())
    }
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}
