//! The settings of the SDK in all measurements: its own, but for what depends on the machine.

use bytes::Bytes;
use codespar_engine::{Proxy, TransportSettings};
use codespar_proto::Config;

use crate::sample::KEY;

/// The settings of all contenders that have some: what the environment says about proxies must
/// not decide. `root` is the certificate to trust, nothing without TLS.
pub(crate) fn config(url: &str, root: &str) -> Config {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    if !root.is_empty() {
        settings.extra_roots.push(Bytes::copy_from_slice(root.as_bytes()));
    }
    Config::new(KEY).base_url(url).transport(settings)
}
