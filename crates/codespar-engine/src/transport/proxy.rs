//! Which proxy a request takes, and how it is spoken to: the same for every driver.

pub(crate) mod connect;
mod exception;
#[cfg(test)]
mod tests;

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use crate::transport::proxy::exception::Exception;
use crate::{error::Error, transport::settings::Proxy};

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

/// A host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}
