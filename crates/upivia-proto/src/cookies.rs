//! The cookies of one server.

use std::time::{Duration, SystemTime};

use codespar_engine::Error;
use http::{HeaderValue, Uri};

/// The cookies that one server set, as far as a client of one server needs them: name, path,
/// `Secure`, and whether a new one takes an old one away. When a session ends is for the server
/// to say.
pub(crate) struct Jar {
    host: String,
    is_https: bool,
    cookies: Vec<Cookie>,
}

struct Cookie {
    name: String,
    value: String,
    path: String,
    secure: bool,
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
        let wrong = || Error::config("session_cookie", "expected name=value in visible ASCII");
        for pair in text.split(';').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
            let is_fit = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
            if name.is_empty() || !is_fit(name) || !is_fit(value) {
                return Err(wrong());
            }
            self.keep(Cookie {
                name: name.to_owned(),
                value: value.to_owned(),
                path: "/".to_owned(),
                secure: false,
            });
        }
        Ok(())
    }

    /// Takes in a `Set-Cookie` header. One that is not for this server, or cannot be sent back,
    /// is left out.
    pub(crate) fn set(&mut self, line: &str, wall: SystemTime) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut cookie = Cookie {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            path: "/".to_owned(),
            secure: false,
        };
        let (mut is_over, mut age_is_given) = (false, false);
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim();
            match attribute.trim().to_ascii_lowercase().as_str() {
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "domain" if !self.is_domain(value) => return,
                "secure" => cookie.secure = true,
                // An age counts more than a date.
                "max-age" => {
                    if let Ok(age) = value.parse::<i64>() {
                        (is_over, age_is_given) = (age <= 0, true);
                    }
                }
                "expires" if !age_is_given => {
                    if let Ok(date) = httpdate::parse_http_date(value) {
                        is_over = date <= wall + Duration::from_secs(1);
                    }
                }
                _ => {}
            }
        }
        if cookie.name.is_empty() || cookie.secure && !self.is_https {
            return;
        }
        if is_over {
            self.take_away(&cookie);
        } else {
            self.keep(cookie);
        }
    }

    /// The `Cookie` header of a request to a path, if there is anything to say.
    pub(crate) fn header(&self, path: &str) -> Option<HeaderValue> {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| is_below(path, &cookie.path))
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

    fn take_away(&mut self, cookie: &Cookie) {
        self.cookies.retain(|kept| kept.name != cookie.name || kept.path != cookie.path);
    }

    fn keep(&mut self, cookie: Cookie) {
        self.take_away(&cookie);
        self.cookies.push(cookie);
    }
}

/// Whether a path is a cookie's path or lies below it.
fn is_below(path: &str, of_cookie: &str) -> bool {
    path.strip_prefix(of_cookie)
        .is_some_and(|rest| rest.is_empty() || of_cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(base: &str, lines: &[&str]) -> Jar {
        let mut jar = Jar::new(&base.parse().unwrap());
        for line in lines {
            // Sun, 06 Nov 1994 08:49:37 GMT
            jar.set(line, SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777));
        }
        jar
    }

    fn sent(jar: &Jar, path: &str) -> String {
        jar.header(path).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_new_cookie_replaces_the_old_one_and_an_expired_one_takes_it_away() {
        let team = jar("https://upivia.test", &["team=1; Path=/; HttpOnly", "team=2; Path=/"]);
        assert_eq!(sent(&team, "/api/v1/teams"), "team=2");
        for end in [
            "team=; Path=/; Max-Age=0",
            "team=; Path=/; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
            "team=; Path=/; Max-Age=-5; Expires=Sun, 06 Nov 2094 08:49:37 GMT",
        ] {
            let gone = jar("https://upivia.test", &["a=b", "team=1; Path=/", end]);
            assert_eq!(sent(&gone, "/"), "a=b", "{end}");
        }
        let stays =
            jar("https://upivia.test", &["t=1; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT"]);
        assert_eq!(sent(&stays, "/"), "t=1");
    }

    #[test]
    fn cookies_go_where_they_belong() {
        let of = |lines| jar("http://a.upivia.test:3000/x", lines);
        assert_eq!(sent(&of(&["s=1; Secure"]), "/"), "");
        assert_eq!(
            sent(&of(&["s=1; Domain=.upivia.test", "t=2; domain=a.upivia.test"]), "/"),
            "s=1; t=2"
        );
        assert_eq!(sent(&of(&["s=1; Domain=b.upivia.test", "t=1; Domain=via.test"]), "/"), "");
        let deep = of(&["s=1; Path=/api", "no pair", "=x"]);
        assert_eq!(sent(&deep, "/api/v1"), "s=1");
        assert_eq!(sent(&deep, "/apis"), "");
    }

    #[test]
    fn the_callers_own_cookies_are_checked() {
        let mut jar = jar("https://upivia.test", &[]);
        jar.put("session=abc; b=c=d").unwrap();
        assert_eq!(sent(&jar, "/"), "session=abc; b=c=d");
        let error = jar.put("hunter2").unwrap_err();
        assert_eq!(error.field(), Some("session_cookie"));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        assert!(jar.put("a=b\nc").is_err());
    }
}
