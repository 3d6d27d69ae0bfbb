//! Which servers may be spoken to without TLS.
//!
//! Every request carries a key. Over plain `http` anyone on the way can read it, so that it takes
//! more than a missing letter in an address to send one.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{error::Error, http::base_url::BaseUrl};

impl BaseUrl {
    /// Whether the server belongs to a domain: its host is that name or lies below it.
    pub fn is_of(&self, domain: &str) -> bool {
        let host = self.host();
        let below = host.strip_suffix(domain);
        below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Refuses plain `http`, unless the caller allowed it or the server is on this machine or in
    /// a private network.
    ///
    /// # Errors
    /// `Config` naming `base_url`.
    pub(crate) fn check_plain(&self, is_allowed: bool) -> Result<(), Error> {
        if self.is_secure() || is_allowed || is_near(&self.host()) {
            return Ok(());
        }
        Err(Error::config(
            "base_url",
            "expected https, or allow_plain_http() for a server beyond this machine and private \
             networks: the key would go out in plain text",
        ))
    }

    /// Whether requests go over TLS.
    pub fn is_secure(&self) -> bool {
        self.uri().scheme_str() == Some("https")
    }

    /// The host in small letters, without brackets and without the dot at the end of a whole name.
    fn host(&self) -> String {
        let uri = self.uri();
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
    }
}

/// Whether a host is this machine or in a private network, as far as its name or address says:
/// addresses of RFC 1918, RFC 4193 and of the link, and names that no public server can have.
fn is_near(host: &str) -> bool {
    /// RFC 6761, RFC 6762, RFC 8375, and the name that ICANN keeps for private networks.
    const PRIVATE: [&str; 5] = ["localhost", "test", "local", "internal", "home.arpa"];
    if let Ok(address) = host.parse() {
        return match address {
            IpAddr::V4(address) => is_near_v4(address),
            IpAddr::V6(address) => is_near_v6(address),
        };
    }
    // A name without a dot is one of the network at hand: a container, a machine. Numbers are
    // not names: resolvers read them as addresses.
    let is_bare = !host.contains('.') && host.starts_with(|first: char| first.is_ascii_lowercase());
    is_bare
        || PRIVATE.iter().any(|name| {
            host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        })
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    if let Some(address) = address.to_ipv4_mapped() {
        return is_near_v4(address);
    }
    address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_out_in_plain_text_only_to_servers_nearby() {
        let near = [
            "localhost",
            "LOCALHOST:3000",
            "api.localhost",
            "127.0.0.1:8787",
            "127.8.9.1",
            "[::1]",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "runtime",
            "runtime:3000",
            "host.docker.internal",
            "runtime.pay.svc.cluster.local",
            "nas.home.arpa",
            "replay.test",
            "localhost.",
        ];
        let far = [
            "api.codespar.dev",
            "203.0.113.7",
            "8.8.8.8",
            "172.32.0.1",
            "11.0.0.1",
            "100.64.0.1",
            "[2001:db8::1]",
            "[::ffff:203.0.113.7]",
            "[64:ff9b::a00:1]",
            "notlocalhost.com",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "10.0.0.1.nip.io",
            "evil-internal.com",
            "mylocal.com",
            "3405803783",
            "0xcb007107",
            "127.1",
            "010.0.0.1",
            "api.test.com",
            "pay.example",
            ".test",
        ];
        for (hosts, is_fine) in [(&near[..], true), (&far[..], false)] {
            for host in hosts {
                let base = BaseUrl::parse(&format!("http://{host}/base")).unwrap();
                assert_eq!(base.check_plain(false).is_ok(), is_fine, "{host}");
                base.check_plain(true).unwrap();
                BaseUrl::parse(&format!("https://{host}")).unwrap().check_plain(false).unwrap();
            }
        }
        let error = BaseUrl::parse("http://203.0.113.7").unwrap().check_plain(false).unwrap_err();
        assert_eq!(error.field(), Some("base_url"));
    }

    #[test]
    fn a_domain_is_itself_and_what_lies_below_it() {
        let is_of =
            |host: &str| BaseUrl::parse(&format!("https://{host}")).unwrap().is_of("codespar.dev");
        for host in ["codespar.dev", "API.codespar.dev.", "a.b.codespar.dev:444"] {
            assert!(is_of(host), "{host}");
        }
        for host in ["notcodespar.dev", "codespar.dev.evil.com", "codespar", "dev"] {
            assert!(!is_of(host), "{host}");
        }
    }
}
