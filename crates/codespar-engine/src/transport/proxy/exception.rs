//! Hosts that go straight, whatever proxy there is.

use core::net::IpAddr;

use crate::transport::proxy::bare;

/// One entry of `NO_PROXY`.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Clone, Debug)]
enum Hosts {
    All,
    Domain(Box<str>),
    Network(IpAddr, u8),
}

impl Exception {
    pub(super) fn parse(entry: &str) -> Self {
        if let Some(hosts) = Hosts::address(entry) {
            return Self { hosts, port: None };
        }
        let split =
            entry.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
        let (host, port) = match split {
            Some((host, port)) => (host, Some(port)),
            None => (entry, None),
        };
        let hosts = Hosts::address(host).unwrap_or_else(|| match host {
            "*" => Hosts::All,
            _ => {
                let domain = host.strip_prefix('*').unwrap_or(host);
                Hosts::Domain(domain.trim_matches('.').to_ascii_lowercase().into())
            }
        });
        Self { hosts, port }
    }

    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        if self.port.is_some_and(|only| only != port) {
            return false;
        }
        match &self.hosts {
            Hosts::All => true,
            Hosts::Domain(domain) => {
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                match host.strip_suffix(&**domain) {
                    Some(before) => before.is_empty() || before.ends_with('.'),
                    None => false,
                }
            }
            Hosts::Network(network, bits) => {
                host.parse().is_ok_and(|address| within(address, *network, *bits))
            }
        }
    }
}

impl Hosts {
    fn address(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = bare(address).parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self::Network(address, bits))
    }
}

fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let shared = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        _ => return false,
    };
    shared >= u32::from(bits)
}
