//! What `https` means without TLS.

use codespar_async::HyperTransport;
use codespar_engine::{ErrorKind, driver::Connect};

use crate::support::direct;

#[test]
fn without_tls_https_is_refused() {
    let base = "https://api.example.com".parse().unwrap();
    let error = HyperTransport::connect(&direct(), &base).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("base_url")));
    assert!(error.to_string().contains("TLS"));
}
