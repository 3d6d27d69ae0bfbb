//! What `https` means without TLS.

use codespar_blocking::UreqTransport;
use codespar_engine::driver::Connect;

use crate::support::settings;

#[test]
fn https_without_tls_is_refused() {
    let error =
        UreqTransport::connect(&settings(), &"https://api.example".parse().unwrap()).unwrap_err();
    assert_eq!(error.field(), Some("base_url"));
    UreqTransport::connect(&settings(), &"http://api.example".parse().unwrap()).unwrap();
}
