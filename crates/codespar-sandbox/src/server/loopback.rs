//! Which addresses are this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where on this machine a URL leads to; nowhere when its host is another one, or is a name that
/// would have to be looked up to know.
pub(crate) fn loopback(url: &http::Uri) -> Vec<SocketAddr> {
    let port = url.port_u16().unwrap_or(80);
    let host = url.host().unwrap_or_default();
    loopback_host(host).into_iter().map(|ip| (ip, port).into()).collect()
}

/// The addresses of a host that is this machine; the name `localhost` is never looked up.
pub(crate) fn loopback_host(host: &str) -> Vec<IpAddr> {
    if host.eq_ignore_ascii_case("localhost") {
        return vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    }
    let ip = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inside) => inside.parse().map(IpAddr::V6).ok(),
        None => host.parse().map(IpAddr::V4).ok(),
    };
    ip.into_iter().filter(IpAddr::is_loopback).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_delivered_to() {
        let to = |url: &str| {
            let found = loopback(&url.parse().unwrap());
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(to("http://[::1]:8080/hook"), ["[::1]:8080"]);
        assert_eq!(to("http://127.0.0.1/hook"), ["127.0.0.1:80"]);
        assert_eq!(to("http://127.9.8.7:1"), ["127.9.8.7:1"]);
        assert_eq!(to("http://LocalHost:1"), ["127.0.0.1:1", "[::1]:1"]);
        for url in [
            "http://shop.test/hook",
            "http://localhost.shop.test",
            "http://127.0.0.1.shop.test",
            "http://localhost@shop.test",
            "http://10.0.0.1",
            "http://0.0.0.0:1",
            "http://[::]:1",
            "http://[::ffff:127.0.0.1]:1",
            "http://169.254.169.254/latest",
        ] {
            assert!(to(url).is_empty(), "{url}");
        }
    }
}
