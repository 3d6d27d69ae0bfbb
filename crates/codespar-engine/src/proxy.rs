//! Which proxy a request takes, and how it is spoken to: the same for every driver.

mod connect;

use std::{fmt, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

pub use self::connect::{ConnectAnswer, TunnelError};
use crate::{Error, Proxy};

/// The proxies of a client, read once from its settings and its environment.
///
/// The rules are curl's: `HTTPS_PROXY` is for `https`, `HTTP_PROXY` for `http`, `ALL_PROXY` for
/// either where there is no closer one; the lower-case spelling wins. `HTTP_PROXY` in capitals is
/// ignored in a CGI program (`REQUEST_METHOD` is set), where a visitor could choose it. A proxy
/// without a scheme is an `http` one. `NO_PROXY` holds hosts, separated by commas or blanks: `*`
/// for all, a domain with all its subdomains (a leading dot changes nothing), an address, a
/// network (`10.0.0.0/8`), each with a port if need be. `localhost` goes through the proxy too
/// unless `NO_PROXY` names it.
///
/// A proxy that is set explicitly is for everything: `NO_PROXY` is not looked at.
///
/// A proxy of the environment that cannot be used (SOCKS, say) is no fault until a request would
/// take it: programs set variables for others than this one.
#[derive(Clone, Debug, Default)]
pub struct ProxyRules {
    http: Option<Choice>,
    https: Option<Choice>,
    except: Vec<Exception>,
}

/// A proxy, or what was expected in its place.
type Choice = Result<ProxyTarget, &'static str>;

impl ProxyRules {
    /// Reads the rules; `variable` looks a variable of the environment up.
    ///
    /// # Errors
    /// `Config`, naming `proxy`, when the URL of [`Proxy::Url`] cannot be read or is neither plain
    /// `http` nor without a scheme: SOCKS and proxies behind TLS are not supported.
    pub fn new(setting: &Proxy, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        match setting {
            Proxy::Direct => Ok(Self::default()),
            Proxy::Url(url) => {
                let target = ProxyTarget::parse(url).map_err(unusable)?;
                let every = Some(Ok(target));
                Ok(Self { http: every.clone(), https: every, except: Vec::new() })
            }
            Proxy::Environment => Ok(Self::from_environment(variable)),
        }
    }

    fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let either = |lower: &str, upper: &str| set(lower).or_else(|| set(upper));
        let all = either("all_proxy", "ALL_PROXY");
        let cgi = variable("REQUEST_METHOD").is_some();
        let http = set("http_proxy").or_else(|| if cgi { None } else { set("HTTP_PROXY") });
        let https = either("https_proxy", "HTTPS_PROXY");
        let read =
            |url: Option<String>| url.or_else(|| all.clone()).map(|url| ProxyTarget::parse(&url));
        let except = either("no_proxy", "NO_PROXY").unwrap_or_default();
        let except = except
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty())
            .map(Exception::parse)
            .collect();
        Self { http: read(http), https: read(https), except }
    }

    /// The proxy for requests to this address; `None` means straight to the server.
    ///
    /// # Errors
    /// `Config`, naming `proxy`, when the environment names one that cannot be used.
    pub fn for_uri(&self, uri: &Uri) -> Result<Option<&ProxyTarget>, Error> {
        match self.choice(uri) {
            None => Ok(None),
            Some(Ok(target)) => Ok(Some(target)),
            Some(Err(expected)) => Err(unusable(expected)),
        }
    }

    fn choice(&self, uri: &Uri) -> Option<&Choice> {
        let secure = uri.scheme_str() == Some("https");
        let choice = if secure { &self.https } else { &self.http }.as_ref()?;
        let host = bare(uri.host()?);
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let excepted = self.except.iter().any(|exception| exception.covers(host, port));
        (!excepted).then_some(choice)
    }

    /// Whether no request ever takes a proxy.
    pub fn is_direct(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }
}

/// A proxy that speaks plain HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyTarget {
    uri: Uri,
    host: Box<str>,
    port: u16,
    login: Option<(Box<str>, Box<str>)>,
}

impl ProxyTarget {
    fn parse(url: &str) -> Choice {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        if !scheme.eq_ignore_ascii_case("http") {
            return Err("expected a proxy that is spoken to over plain http://");
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (login, address) = match authority.rsplit_once('@') {
            Some((login, address)) => (Some(login), address),
            None => (None, authority),
        };
        let unreadable = "expected a URL such as http://proxy.example:3128";
        let parsed: http::uri::Authority = address.parse().map_err(|_| unreadable)?;
        let has_port = address.len() > parsed.host().len();
        if parsed.host().is_empty() || (has_port && parsed.port_u16().is_none_or(|port| port == 0))
        {
            return Err(unreadable);
        }
        let port = parsed.port_u16().unwrap_or(80);
        let uri = format!("http://{}:{port}/", parsed.host()).parse();
        Ok(Self {
            uri: uri.map_err(|_| unreadable)?,
            host: bare(parsed.host()).into(),
            port,
            login: login.map(read_login).transpose().map_err(|()| {
                "expected user and password percent-encoded as UTF-8, without a colon in the user"
            })?,
        })
    }

    /// Where the proxy is, without user and password.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The host alone; an IPv6 address without its brackets.
    pub const fn host(&self) -> &str {
        &self.host
    }

    /// The port; 80 where none was given.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The `Proxy-Authorization` header, where the URL held a user; marked as sensitive.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (user, password) = self.login.as_ref()?;
        let encoded = STANDARD.encode(format!("{user}:{password}"));
        let mut value = HeaderValue::try_from(format!("Basic {encoded}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// Where the proxy is; never how one gets in.
impl fmt::Debug for ProxyTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyTarget")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("login", &self.login.as_ref().map(|_| "[redacted]"))
            .finish()
    }
}

fn unusable(expected: &'static str) -> Error {
    Error::config("proxy", expected)
}

fn read_login(text: &str) -> Result<(Box<str>, Box<str>), ()> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let decode = |part| percent_decode_str(part).decode_utf8().map_err(|_| ());
    let user = decode(user)?;
    if user.contains(':') { Err(()) } else { Ok((user.into(), decode(password)?.into())) }
}

/// One entry of `NO_PROXY`.
#[derive(Clone, Debug)]
struct Exception {
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
    fn parse(entry: &str) -> Self {
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

    fn covers(&self, host: &str, port: u16) -> bool {
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

/// A host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(variables: &[(&str, &str)]) -> ProxyRules {
        let variable = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        ProxyRules::new(&Proxy::Environment, variable).unwrap()
    }

    /// The port tells the proxies of a table row apart.
    fn port(variables: &[(&str, &str)], uri: &str) -> Option<u16> {
        rules(variables).for_uri(&uri.parse().unwrap()).unwrap().map(ProxyTarget::port)
    }

    #[test]
    fn variables_choose_by_scheme() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<u16>);
        let both = [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "p:2")];
        let all = [("ALL_PROXY", "p:3"), ("https_proxy", "p:2")];
        let cases: &[Case<'_>] = &[
            (&[], "https://a.example/", None),
            (&both, "http://a.example/", Some(1)),
            (&both, "https://a.example/", Some(2)),
            (&all, "http://a.example/", Some(3)),
            (&all, "https://a.example/", Some(2)),
            (&[("HTTP_PROXY", "p:1"), ("http_proxy", "p:4")], "http://a.example/", Some(4)),
            (&[("HTTP_PROXY", "  ")], "http://a.example/", None),
            (&[("HTTP_PROXY", "p:1"), ("REQUEST_METHOD", "GET")], "http://a.example/", None),
            (&[("http_proxy", "p:1"), ("REQUEST_METHOD", "GET")], "http://a.example/", Some(1)),
            (&[("http_proxy", "p")], "http://a.example/", Some(80)),
            (&[("http_proxy", "HTTP://[::1]:8/x")], "http://localhost/", Some(8)),
        ];
        for (variables, uri, expected) in cases {
            assert_eq!(port(variables, uri), *expected, "{variables:?} {uri}");
        }
    }

    #[test]
    fn exceptions_go_straight() {
        let cases = [
            ("*", "http://a.example/", true),
            ("example", "http://a.example/", true),
            (".example", "http://a.example/", true),
            (".example", "http://example/", true),
            ("*.example", "http://a.b.example/", true),
            ("A.Example", "http://a.eXample./", true),
            ("example", "http://notexample/", false),
            ("other, a.example", "http://a.example/", true),
            ("other a.example", "http://a.example/", true),
            ("a.example:81", "http://a.example/", false),
            ("a.example:80", "http://a.example/", true),
            ("a.example:443", "https://a.example/", true),
            ("127.0.0.1", "http://127.0.0.1:9/", true),
            ("127.0.0.1:8", "http://127.0.0.1:9/", false),
            ("127.0.0.0/8", "http://127.9.9.9/", true),
            ("127.0.0.0/8", "http://128.0.0.1/", false),
            ("0.0.0.0/0", "http://[::1]/", false),
            ("::1", "http://[::1]:7/", true),
            ("[::1]:7", "http://[::1]:7/", true),
            ("fd00::/8", "http://[fd12::3]/", true),
            ("", "http://localhost/", false),
            ("localhost", "http://localhost:1/", true),
        ];
        for (except, uri, direct) in cases {
            let variables = [("all_proxy", "p:3"), ("no_proxy", except)];
            assert_eq!(port(&variables, uri).is_none(), direct, "{except:?} {uri}");
        }
    }

    #[test]
    fn explicit_settings_ask_no_environment() {
        let everything = |_: &str| Some("p:9".to_owned());
        let direct = ProxyRules::new(&Proxy::Direct, everything).unwrap();
        assert!(direct.is_direct());
        let set = ProxyRules::new(&Proxy::Url("http://q:7".to_owned()), |_| Some("*".to_owned()));
        let uri = "https://a.example/".parse().unwrap();
        assert_eq!(set.unwrap().for_uri(&uri).unwrap().unwrap().port(), 7);
    }

    #[test]
    fn credentials_are_decoded_and_hidden() {
        let rules = rules(&[("http_proxy", "http://al%40ice:s%3Acret@p:1")]);
        let target = rules.for_uri(&"http://a/".parse().unwrap()).unwrap().unwrap();
        // base64 of `al@ice:s:cret`.
        let value = target.authorization().unwrap();
        assert_eq!(value, "Basic YWxAaWNlOnM6Y3JldA==");
        assert!(value.is_sensitive());
        assert_eq!(target.uri(), "http://p:1/");
        let shown = format!("{rules:?} {target:?}");
        assert!(!shown.contains("cret") && !shown.contains("ice"), "{shown}");
    }

    #[test]
    fn unusable_proxies_are_refused_without_being_shown() {
        let urls = [
            "socks5://sesame:sesame@p:1",
            "https://sesame@p:1",
            "http://",
            "http://sesame@",
            "http://sesame@p:no",
            "http://sesame@p:0",
            "http://sesame@p:99999",
            "http://%ff:sesame@p:1",
            "http://a%3Ab:sesame@p:1",
            "se same",
        ];
        for url in urls {
            let of_environment = rules(&[("https_proxy", url)]);
            let uri = "https://a.example/".parse().unwrap();
            let used = of_environment.for_uri(&uri).unwrap_err();
            let set = ProxyRules::new(&Proxy::Url(url.to_owned()), |_| None).unwrap_err();
            for error in [used, set] {
                assert_eq!(error.field(), Some("proxy"), "{url}");
                assert!(!format!("{error} {error:?}").contains("same"), "{error}");
            }
            assert!(!format!("{of_environment:?}").contains("same"));
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_no_fault_until_it_would_be() {
        let socks = "socks5://127.0.0.1:1080";
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, Option<u16>);
        let cases: &[Case<'_>] = &[
            (&[("ALL_PROXY", socks), ("HTTPS_PROXY", "http://p:2")], "https://a.example/", Some(2)),
            (&[("ALL_PROXY", socks), ("http_proxy", "p:3")], "http://a.example/", Some(3)),
            (&[("ALL_PROXY", socks), ("NO_PROXY", "*")], "https://a.example/", None),
            (
                &[("all_proxy", "socks://p:1"), ("no_proxy", "localhost,127.0.0.1")],
                "http://127.0.0.1:8787/",
                None,
            ),
            (&[("http_proxy", "socks5h://p:1")], "https://a.example/", None),
            (&[("https_proxy", "https://p:1")], "http://a.example/", None),
            (
                &[("HTTPS_PROXY", "http://p:no"), ("NO_PROXY", ".example")],
                "https://a.example",
                None,
            ),
        ];
        for (variables, uri, expected) in cases {
            assert_eq!(port(variables, uri), *expected, "{variables:?} {uri}");
        }
        for variables in [("ALL_PROXY", socks), ("https_proxy", socks), ("HTTPS_PROXY", "p:no")] {
            let rules = rules(&[variables, ("NO_PROXY", "b.example")]);
            let error = rules.for_uri(&"https://a.example/".parse().unwrap()).unwrap_err();
            assert_eq!(error.field(), Some("proxy"), "{variables:?}");
            assert!(rules.for_uri(&"https://b.example/".parse().unwrap()).unwrap().is_none());
        }
    }
}
