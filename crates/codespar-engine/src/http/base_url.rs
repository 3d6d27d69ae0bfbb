//! Where a service is.

use std::fmt;

use bytes::Bytes;
use http::{Uri, uri};

use crate::error::Error;

/// A server's address: `http` or `https`, a host, and perhaps a path that all routes begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: Box<str>,
    /// The same, read: what it begins with does not have to be read again for each request.
    uri: Uri,
}

impl BaseUrl {
    /// Reads an address; slashes at its end do not count.
    ///
    /// # Errors
    /// `Config` naming `base_url`: anything but an `http` or `https` URL with a host and without
    /// user name, query and fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong =
            |expected: &str| Err(Error::config("base_url", format_args!("expected {expected}")));
        let text = text.trim_end_matches('/');
        let Ok(uri) = text.parse::<Uri>() else {
            return wrong("an http or https URL");
        };
        let (Some("http" | "https"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return wrong("an http or https URL");
        };
        if authority.host().is_empty() {
            return wrong("a URL with a host");
        }
        if authority.as_str().contains('@') {
            return wrong("a URL without user name or password");
        }
        let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        if !port.is_empty() && authority.port_u16().is_none_or(|port| port == 0) {
            return wrong("a URL with a port from 1 to 65535");
        }
        if uri.query().is_some() || text.contains('#') {
            return wrong("a URL without query or fragment");
        }
        Ok(Self { text: text.into(), uri })
    }

    /// The address as text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address as a URI.
    pub fn uri(&self) -> Uri {
        self.uri.clone()
    }

    /// The URI of a path, perhaps with a query, below the address.
    pub(crate) fn join(&self, target: &str) -> Result<Uri, http::Error> {
        let before = self.uri.path().trim_end_matches('/');
        let target = Bytes::from([before, target].concat());
        let mut parts = uri::Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = self.uri.authority().cloned();
        parts.path_and_query = Some(uri::PathAndQuery::from_maybe_shared(target)?);
        Ok(Uri::from_parts(parts)?)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
