//! The cookies of one server.

use std::time::{Duration, SystemTime};

use codespar_engine::kit::Error;
use http::{HeaderValue, Uri};

use crate::client::cookies::date::parse_date;

mod date;

/// How many cookies are kept, and how long the name and value of one may be together: what RFC
/// 6265 (6.1) asks of a client at least. A server cannot make requests grow beyond that.
const COOKIES: usize = 50;
const COOKIE_BYTES: usize = 4096;

/// How long an attribute may be; a longer one does not count.
const ATTRIBUTE_BYTES: usize = 1024;

/// The cookies that one server set, as far as a client of one server needs them: name, path,
/// `Secure`, how long they last, and whether a new one takes an old one away. When a session ends
/// is for the server to say.
pub(crate) struct Jar {
    host: String,
    is_https: bool,
    /// The oldest first.
    cookies: Vec<Cookie>,
}

struct Cookie {
    name: String,
    value: String,
    path: String,
    secure: bool,
    /// When it ends; without one, it lasts as long as the client.
    until: Option<SystemTime>,
    /// Whether the caller gave it: then it does not make room for others.
    is_given: bool,
}

impl Cookie {
    fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path: "/".to_owned(),
            secure: false,
            until: None,
            is_given: false,
        }
    }

    fn is_over(&self, wall: SystemTime) -> bool {
        self.until.is_some_and(|until| until <= wall)
    }

    fn is_too_long(&self) -> bool {
        self.name.len() + self.value.len() > COOKIE_BYTES
    }
}

impl Jar {
    /// An empty jar for the server at an address.
    pub(crate) fn new(base: &Uri) -> Self {
        Self {
            host: base.host().unwrap_or_default().to_ascii_lowercase(),
            is_https: base.scheme_str() == Some("https"),
            cookies: Vec::new(),
        }
    }

    /// Puts cookies in as a `Cookie` header spells them: `name=value; name=value`.
    ///
    /// # Errors
    /// `Config` naming `session_cookie`; the text is not in the error.
    pub(crate) fn put(&mut self, text: &str) -> Result<(), Error> {
        let wrong = |expected| Error::config("session_cookie", expected);
        for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
            let is_fit = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
            let cookie = match pair.split_once('=') {
                Some((name, value)) if !name.is_empty() && is_fit(name) && is_fit(value) => {
                    Cookie { is_given: true, ..Cookie::new(name, value) }
                }
                _ => return Err(wrong("expected name=value in visible ASCII")),
            };
            if cookie.is_too_long() {
                return Err(wrong("expected at most 4096 bytes in a cookie"));
            }
            self.take_away(&cookie);
            if self.cookies.len() == COOKIES {
                return Err(wrong("expected at most 50 cookies"));
            }
            self.cookies.push(cookie);
        }
        Ok(())
    }

    /// Takes in a `Set-Cookie` header. One that is not for this server, is too long, or cannot be
    /// sent back, is left out.
    pub(crate) fn set(&mut self, line: &str, wall: SystemTime) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut cookie = Cookie::new(name.trim(), value.trim());
        let (mut end, mut age_is_given) = (None, false);
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            if value.len() > ATTRIBUTE_BYTES {
                continue;
            }
            match attribute.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "domain" if !self.is_domain(value) => return,
                "secure" => cookie.secure = true,
                // An age counts more than a date.
                "max-age" => {
                    if let Some(age) = seconds(value) {
                        (end, age_is_given) = (Some(after(wall, age)), true);
                    }
                }
                "expires" if !age_is_given => {
                    if let Some(date) = parse_date(value) {
                        end = Some(Some(date));
                    }
                }
                _ => {}
            }
        }
        if cookie.name.is_empty() || cookie.secure && !self.is_https || cookie.is_too_long() {
            return;
        }
        cookie.until = end.flatten();
        self.keep(cookie, wall);
    }

    /// The `Cookie` header of a request to a path at this time, if there is anything to say.
    pub(crate) fn header(&self, path: &str, wall: SystemTime) -> Option<HeaderValue> {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| is_below(path, &cookie.path) && !cookie.is_over(wall))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let mut value = HeaderValue::try_from(pairs.join("; ")).ok()?;
        value.set_sensitive(true);
        (!pairs.is_empty()).then_some(value)
    }

    /// Whether the server may set cookies for a domain: its own, or one it belongs to.
    fn is_domain(&self, domain: &str) -> bool {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        let below = self.host.strip_suffix(domain.as_str());
        domain.is_empty() || below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Takes the cookie of that name and path away; whether the caller gave it.
    fn take_away(&mut self, cookie: &Cookie) -> bool {
        let is_it = |kept: &Cookie| kept.name == cookie.name && kept.path == cookie.path;
        let Some(at) = self.cookies.iter().position(is_it) else { return false };
        self.cookies.remove(at).is_given
    }

    /// Keeps a cookie in place of what it replaces, or of the oldest, unless it is over.
    fn keep(&mut self, mut cookie: Cookie, wall: SystemTime) {
        cookie.is_given = self.take_away(&cookie);
        self.cookies.retain(|kept| !kept.is_over(wall));
        if cookie.is_over(wall + Duration::from_secs(1)) {
            return;
        }
        if self.cookies.len() >= COOKIES {
            // Those of the caller stay, and there are at most as many: then the new one is the
            // one too many.
            let Some(oldest) = self.cookies.iter().position(|kept| !kept.is_given) else { return };
            self.cookies.remove(oldest);
        }
        self.cookies.push(cookie);
    }
}

/// An age in seconds (RFC 6265, 5.2.2): digits, perhaps with a sign before them that says "over".
fn seconds(text: &str) -> Option<u64> {
    let (digits, is_past) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(if is_past { 0 } else { digits.parse().unwrap_or(u64::MAX) })
}

/// When an age ends; never, where that is beyond what a clock can show.
fn after(wall: SystemTime, age: u64) -> Option<SystemTime> {
    wall.checked_add(Duration::from_secs(age))
}

/// Whether a path is a cookie's path or lies below it.
fn is_below(path: &str, of_cookie: &str) -> bool {
    path.strip_prefix(of_cookie)
        .is_some_and(|rest| rest.is_empty() || of_cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
