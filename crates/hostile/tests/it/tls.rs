//! Certificates that prove nothing: nothing is sent.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::ErrorKind;
use hostile::{Certificate, Clients, Driver, OPERATIONS, Operation, Settings, TlsPeer, each};

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
    let peer = TlsPeer::start(certificate, move |request| {
        let url = format!("https://{}", request.header("host").unwrap_or_default());
        operation.steps(&url)[request.number].answer()
    });
    let mut settings = Settings::new(&peer.url(), hostile::LONG);
    settings.transport.extra_roots = vec![peer.root()];
    let outcome = operation.run(&Clients::<D>::new(&settings).unwrap());
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
