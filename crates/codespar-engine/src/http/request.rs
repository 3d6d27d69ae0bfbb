//! Requests in the making, and the two simplest ways to read what comes back.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use percent_encoding::utf8_percent_encode;
use serde::Serialize;

use crate::http::target::{SEGMENT, check_url, fill, pairs};
use crate::{
    call::options::unhonoured_key,
    error::Error,
    http::{
        JSON,
        credentials::AuthMode,
        multipart::Multipart,
        path::check_path,
        payload::Payload,
        response::{RequestFacts, Response},
        retry::Retry,
        route::Route,
    },
    json::encode,
    verdict::{Effect, KeyRule},
};

/// A request in the making. A part that cannot work is told when the call is made.
pub struct RequestBuilder {
    pub(crate) operation: &'static str,
    /// The path of its route, values left open.
    pub(crate) template: Option<&'static str>,
    pub(crate) retry: Retry,
    pub(crate) auth: AuthMode,
    pub(crate) effect: Effect,
    pub(crate) key: KeyRule,
    pub(crate) method: Method,
    pub(crate) target: Result<String, Error>,
    /// Where the target is a whole URL, of a server that is not the service's: the field that it
    /// was given in.
    pub(crate) elsewhere: Option<&'static str>,
    pub(crate) has_query: bool,
    pub(crate) accept: &'static str,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) payload: Payload,
    /// What the payload is made of once there is noise for it.
    pub(crate) form: Option<Multipart>,
}

impl RequestBuilder {
    /// A request to a route, its path filled in with these values, in order.
    pub fn new(route: &Route, values: &[(&str, &str)]) -> Self {
        let target = fill(route.path, values);
        let mut builder =
            Self::with_target(route.operation, route.method.clone(), route.retry, target);
        builder.template = Some(route.path);
        (builder.effect, builder.key) = (route.effect(), route.key);
        builder.auth(route.auth)
    }

    /// A request to a path that is written out by the caller, below the base URL: percent-encoded,
    /// and without steps that lead out of it. It takes any idempotency key.
    pub fn raw(operation: &'static str, method: Method, retry: Retry, path: &str) -> Self {
        let target = check_path(path).map(|()| path.to_owned());
        Self::with_target(operation, method, retry, target).keyed(KeyRule::Unpromised)
    }

    /// A request to a URL that the service named, such as one to upload to. The server there gets
    /// what the builder says and what comes with the call, and none of the service's own headers,
    /// credentials and cookies. A `Config` error naming `field`: what is no `http` or `https` URL,
    /// and an `http` one named by a service that is spoken to over `https`. Headers of the call
    /// that hold credentials are one too, as they are the service's.
    pub fn elsewhere(
        operation: &'static str,
        method: Method,
        retry: Retry,
        field: &'static str,
        url: &str,
    ) -> Self {
        let target = check_url(field, url).map(|()| url.to_owned());
        let mut builder = Self::with_target(operation, method, retry, target);
        builder.elsewhere = Some(field);
        builder
    }

    fn with_target(
        operation: &'static str,
        method: Method,
        retry: Retry,
        target: Result<String, Error>,
    ) -> Self {
        Self {
            operation,
            template: None,
            retry,
            auth: AuthMode::default(),
            effect: Effect::of_method(&method),
            key: KeyRule::None,
            method,
            target,
            elsewhere: None,
            has_query: false,
            accept: JSON,
            content_type: None,
            headers: Vec::new(),
            payload: Payload::default(),
            form: None,
        }
    }

    /// Says when repeating it is safe, in place of what was said before.
    #[must_use]
    pub fn repeated(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Says how it names its effect, in place of what was said before.
    #[must_use]
    pub const fn keyed(mut self, key: KeyRule) -> Self {
        self.key = key;
        self
    }

    /// Says what it does to the world, in place of what was said before.
    #[must_use]
    pub const fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// What answers are judged by.
    pub(crate) const fn asked(&self) -> RequestFacts {
        RequestFacts { operation: self.operation, effect: self.effect, key: self.key }
    }

    /// Refuses to send, unless the check went well.
    #[must_use]
    pub fn checked(mut self, check: Result<(), Error>) -> Self {
        self.refuse_unless(check);
        self
    }

    /// What is wrong first is what is told.
    pub(crate) fn refuse_unless(&mut self, check: Result<(), Error>) {
        if let (Ok(_), Err(error)) = (&self.target, check) {
            self.target = Err(error);
        }
    }

    /// Says what the endpoint asks of its caller.
    #[must_use]
    pub const fn auth(mut self, auth: AuthMode) -> Self {
        self.auth = auth;
        self
    }

    /// Adds the members of a flat struct or map as query pairs; `null` is left out.
    #[must_use]
    pub fn query<Q: Serialize + ?Sized>(self, query: &Q) -> Self {
        self.pairs(pairs(serde_json::to_value(query)))
    }

    fn pairs(mut self, pairs: Result<Vec<(String, String)>, Error>) -> Self {
        match pairs {
            Ok(pairs) => {
                for (name, value) in pairs {
                    self = self.pair(&name, &value);
                }
                self
            }
            Err(error) => self.checked(Err(error)),
        }
    }

    /// Adds one query pair.
    #[must_use]
    pub fn pair(mut self, name: &str, value: &str) -> Self {
        if let Ok(target) = &mut self.target {
            let mark = if self.has_query { '&' } else { '?' };
            let name = utf8_percent_encode(name, SEGMENT);
            let _ = write!(target, "{mark}{name}={}", utf8_percent_encode(value, SEGMENT));
            self.has_query = true;
        }
        self
    }

    /// Sends a value as JSON.
    #[must_use]
    pub fn json<B: Serialize + ?Sized>(self, body: &B) -> Self {
        self.encoded(encode("body", body))
    }

    fn encoded(self, text: Result<Vec<u8>, Error>) -> Self {
        match text {
            Ok(text) => self.json_text(text),
            Err(error) => self.checked(Err(error)),
        }
    }

    /// Sends JSON that is written already.
    #[must_use]
    pub fn json_text(mut self, text: Vec<u8>) -> Self {
        self.set_content(HeaderValue::from_static(JSON), Bytes::from(text).into());
        self
    }

    /// Sends the members of a flat struct as a form, `application/x-www-form-urlencoded`; `null` is
    /// left out.
    #[must_use]
    pub fn urlencoded<F: Serialize + ?Sized>(self, form: &F) -> Self {
        let coded = |text: &str| utf8_percent_encode(text, SEGMENT).to_string();
        match pairs(serde_json::to_value(form)) {
            Ok(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| [coded(name), coded(value)].join("="));
                let text = pairs.collect::<Vec<_>>().join("&");
                self.body("application/x-www-form-urlencoded", Bytes::from(text).into())
            }
            Err(error) => self.checked(Err(error)),
        }
    }

    /// Sends a form of parts.
    #[must_use]
    pub fn form(mut self, form: Multipart) -> Self {
        self.form = Some(form);
        self
    }

    /// Sends bytes of a media type.
    #[must_use]
    pub fn body(self, kind: &'static str, payload: Payload) -> Self {
        self.content(HeaderValue::from_static(kind), payload)
    }

    /// Sends bytes of a media type that is known at run time only.
    #[must_use]
    pub fn content(mut self, kind: HeaderValue, payload: Payload) -> Self {
        self.set_content(kind, payload);
        self
    }

    fn set_content(&mut self, kind: HeaderValue, payload: Payload) {
        self.content_type = Some(kind);
        self.payload = payload;
        self.form = None;
    }

    /// Says which media type is wanted. The default is JSON.
    #[must_use]
    pub fn accept(mut self, kind: &'static str) -> Self {
        self.accept = kind;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) const fn operation(&self) -> &'static str {
        self.operation
    }

    /// Says which option the operation does not take.
    pub(crate) fn check_key(&self, given: Option<&str>) -> Result<(), Error> {
        match (given, self.key) {
            (None, _) => Ok(()),
            (Some(_), KeyRule::Argument(name)) => Err(Error::config(
                "idempotency_key",
                format_args!("expected none, the argument {name} names the effect"),
            )),
            (Some(_), rule) if rule.takes_option() => Ok(()),
            (Some(_), _) => Err(unhonoured_key()),
        }
    }

    pub(crate) const fn class(&self) -> Retry {
        self.retry
    }

    pub(crate) const fn auth_mode(&self) -> AuthMode {
        self.auth
    }
}

/// The operation only: paths, queries and headers carry personal data.
impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Reads an answer as JSON: what most rows do.
///
/// # Errors
/// `Api` unless the status is 2xx, `Decode` when it is not what was promised.
pub fn json_answer<O: serde::de::DeserializeOwned>(answer: Response) -> Result<O, Error> {
    answer.json()
}

/// Reads an answer that has nothing to say.
///
/// # Errors
/// `Api` unless the status is 2xx.
pub fn no_answer(answer: Response) -> Result<(), Error> {
    answer.success().map(|_| ())
}
