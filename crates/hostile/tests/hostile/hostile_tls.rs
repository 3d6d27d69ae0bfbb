//! Certificates that prove nothing: nothing is sent.

use std::time::Duration;

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Client, ErrorKind};
use hostile::{Certificate, Driver, OPERATIONS, Operation, TlsPeer, config, each, settings};

const CERTIFICATES: [Certificate; 6] = [
    Certificate::Good,
    Certificate::Expired,
    Certificate::OtherName,
    Certificate::Unknown,
    Certificate::Plain,
    Certificate::Closes,
];

fn cases() -> Vec<(Certificate, Operation)> {
    let pair = |certificate| OPERATIONS.map(|operation| (certificate, operation));
    CERTIFICATES.into_iter().flat_map(pair).collect()
}

fn name((certificate, operation): &(Certificate, Operation)) -> String {
    format!("{certificate:?} / {operation:?}")
}

fn check<D: Driver>((certificate, operation): (Certificate, Operation)) -> Result<(), String> {
    let peer = TlsPeer::start(certificate, operation.answer());
    let mut settings = settings();
    settings.extra_roots = vec![peer.root()];
    let config = config(&peer.url(), Duration::from_secs(20)).transport(settings);
    let outcome = operation.run(&Client::<D>::with_config(config).unwrap());
    let fine = match &outcome.error {
        None => certificate == Certificate::Good && peer.seen() > 0,
        Some(error) => {
            certificate != Certificate::Good
                && error.kind() == ErrorKind::Connect
                && !error.may_have_been_sent()
                && peer.seen() == 0
        }
    };
    if fine { Ok(()) } else { Err(format!("saw {}: {outcome:?}", peer.seen())) }
}

#[test]
fn hostile_certificates_meet_the_blocking_driver() {
    each(cases(), name, check::<UreqTransport>);
}

#[test]
fn hostile_certificates_meet_the_async_driver() {
    each(cases(), name, check::<HyperTransport>);
}
