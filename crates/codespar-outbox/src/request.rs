//! Requests as they are kept: the bytes that go out, now and after a crash.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Request, header::CONTENT_TYPE};
use sha2::{Digest, Sha256};

use codespar_engine::{
    Error, KeyRule,
    kit::{BaseUrl, IDEMPOTENCY_KEY},
};

/// How a kept request carries the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// In the header, and in the body where the operation says so.
    Header,
    /// In the body alone.
    Body,
    /// Nowhere: the server honours none.
    Nothing,
}

impl Carrier {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Body => "body",
            Self::Nothing => "nothing",
        }
    }

    /// The rule that the request goes by when it is sent again.
    pub(crate) const fn rule(self) -> KeyRule {
        match self {
            Self::Header => KeyRule::HeaderAndBody,
            Self::Body => KeyRule::Body,
            Self::Nothing => KeyRule::None,
        }
    }
}

/// A request of generation 0, apart from where it goes and who sends it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeptRequest {
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) carrier: Carrier,
    pub(crate) body: Bytes,
}

impl KeptRequest {
    /// What is to be kept of a request below a base URL that was made under a placeholder, which
    /// the id takes the place of.
    ///
    /// # Errors
    /// `Config` naming what cannot be kept: a query, another server, a missing id.
    pub(crate) fn of(
        request: &Request<Bytes>,
        base_url: &str,
        is_required: bool,
        ids: (&str, &str),
    ) -> Result<Self, Error> {
        let (placeholder, id) = ids;
        let wrong = |expected: &str| Error::config("call", format_args!("expected {expected}"));
        let base = BaseUrl::parse(base_url)?.uri();
        let uri = request.uri();
        let is_here = uri.scheme() == base.scheme() && uri.authority() == base.authority();
        let path = uri.path().strip_prefix(base.path().trim_end_matches('/'));
        let path = path.filter(|path| is_here && path.starts_with('/'));
        let path = path.ok_or_else(|| wrong("a call of a client of the same base URL"))?;
        if uri.query().is_some() {
            return Err(wrong("a request without query"));
        }
        let body = request.body().clone();
        let key = request.headers().get(IDEMPOTENCY_KEY);
        let carrier = match find(&body, placeholder.as_bytes()) {
            _ if key.is_some_and(|key| key == placeholder) => Carrier::Header,
            Some(_) => Carrier::Body,
            None if is_required => return Err(wrong("a call that carries the id it is given")),
            None => Carrier::Nothing,
        };
        let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::to_str);
        let kind = kind.transpose().map_err(|_| wrong("a media type of visible ASCII"))?;
        let content_type = kind.unwrap_or_default().to_owned();
        let kept = Self { path: path.to_owned(), content_type, carrier, body };
        Ok(Self { body: kept.body_under(placeholder, id), ..kept })
    }

    /// One text of bytes, which reads back as the same request.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Self { path, content_type, carrier, body } = self;
        let head = format!("{path}\n{content_type}\n{}\n", carrier.as_str());
        [head.as_bytes(), body].concat()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
        let mut line = || Some(std::str::from_utf8(parts.next()?).ok()?.to_owned());
        let (path, content_type) = (line()?, line()?);
        let carrier = match line()?.as_str() {
            "header" => Carrier::Header,
            "body" => Carrier::Body,
            "nothing" => Carrier::Nothing,
            _ => return None,
        };
        let body = Bytes::copy_from_slice(parts.next()?);
        Some(Self { path, content_type, carrier, body })
    }

    /// Whether the body carries a signature: who reads it can spend in the signer's name.
    pub(crate) fn is_signed(&self) -> bool {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let has = |of: &serde_json::Value| of.get("signature").is_some_and(|it| !it.is_null());
        has(&body) || body.get("mandate").is_some_and(has)
    }

    /// What tells one request from another, in lower-case hexadecimal.
    pub(crate) fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.to_bytes()))
    }

    /// The body that carries another generation's id, equal but for that.
    pub(crate) fn body_under(&self, first: &str, id: &str) -> Bytes {
        if first == id || first.len() != id.len() {
            return self.body.clone();
        }
        let mut body = self.body.to_vec();
        let mut at = 0;
        while let Some(found) = find(body.get(at..).unwrap_or_default(), first.as_bytes()) {
            at += found;
            if let Some(place) = body.get_mut(at..at + id.len()) {
                place.copy_from_slice(id.as_bytes());
            }
            at += id.len();
        }
        body.into()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len().max(1)).position(|window| window == what)
}

/// Lengths only: paths and bodies carry personal data.
impl fmt::Debug for KeptRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptRequest")
            .field("carrier", &self.carrier)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &str) -> KeptRequest {
        KeptRequest {
            path: "/v1/charges".to_owned(),
            content_type: "application/json".to_owned(),
            carrier: Carrier::Body,
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn what_was_kept_reads_back_as_it_was() {
        for body in ["", "{}", "{\"a\":\n\n1}", "\n"] {
            let request = kept(body);
            assert_eq!(KeptRequest::from_bytes(&request.to_bytes()), Some(request));
        }
        for broken in [&b""[..], b"/v1\napplication/json\nelsewhere\n{}", b"/v1\n", b"\xff\n\n\n"] {
            assert_eq!(KeptRequest::from_bytes(broken), None);
        }
    }

    #[test]
    fn another_generation_changes_the_id_and_nothing_else() {
        let (first, next) = ("a".repeat(64), "b".repeat(64));
        let request = kept(&format!("{{\"attempt_id\":\"{first}\",\"again\":\"{first}\"}}"));
        let body = request.body_under(&first, &next);
        assert_eq!(body, format!("{{\"attempt_id\":\"{next}\",\"again\":\"{next}\"}}"));
        assert_eq!(request.body_under(&first, &first), request.body);
    }

    #[test]
    fn any_other_byte_is_another_hash() {
        assert_ne!(kept("{\"a\":1}").hash(), kept("{\"a\":2}").hash());
        assert_ne!(kept("{}").hash(), KeptRequest { path: "/v2".into(), ..kept("{}") }.hash());
        let header = KeptRequest { carrier: Carrier::Header, ..kept("{}") };
        assert_ne!(kept("{}").hash(), header.hash());
    }
}
