//! Requests, made of a builder and what came with the call.

use std::mem;

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE},
};

use crate::{
    call::observer::set_name,
    error::Error,
    flow::tick::Tick,
    http::{IDEMPOTENCY_KEY, JSON, payload::Payload, request::RequestBuilder, service::Service},
    secret::is_credential,
    verdict::KeyRule,
};

/// What requests are built from, one for each attempt: most calls need one only, and to build it
/// anew for the others costs less than to keep a copy.
pub(crate) struct RequestTemplate {
    pub(crate) builder: RequestBuilder,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl RequestTemplate {
    /// What the builder says.
    pub(crate) const fn new(builder: RequestBuilder) -> Self {
        Self { builder, headers: Vec::new() }
    }

    /// Adds the headers of the call, and the boundary of a form, which every attempt has the same;
    /// fails with what was wrong about the builder.
    pub(crate) fn begin(
        &mut self,
        headers: Vec<(HeaderName, HeaderValue)>,
        tick: Tick<'_>,
    ) -> Result<(), Error> {
        self.headers = headers;
        if let Some(form) = self.builder.form.take() {
            let (kind, payload) = form.finish(tick.noise())?;
            (self.builder.content_type, self.builder.payload) = (Some(kind), payload);
        }
        match &self.builder.target {
            Ok(_) => {
                self.builder.payload.check()?;
                if self.builder.elsewhere.is_some() { self.check_own() } else { Ok(()) }
            }
            Err(_) => {
                let again = Err(Error::stream("the call was started twice"));
                mem::replace(&mut self.builder.target, again).map(drop)
            }
        }
    }

    /// Keeps the credentials of a call from a server that is not the service's.
    fn check_own(&self) -> Result<(), Error> {
        /// What storage services call headers of their own: their credentials are meant for them.
        const STORAGE: [&str; 3] = ["x-amz-", "x-goog-", "x-ms-"];
        let is_theirs = |name: &HeaderName| STORAGE.iter().any(|of| name.as_str().starts_with(of));
        let mut names = self.headers.iter().map(|(name, _)| name);
        match names.find(|name| is_credential(name) && !is_theirs(name)) {
            Some(name) => Err(Error::config(
                "header",
                format_args!("{name}: expected none, as the request goes to another server"),
            )),
            None => Ok(()),
        }
    }

    /// Writes a request where it is to lie, as it is large: the service's headers first, then the
    /// operation's, then the caller's.
    pub(crate) fn write(
        &self,
        request: &mut Request<Payload>,
        service: &Service,
        idempotency_key: Option<&str>,
        tick: Tick<'_>,
    ) -> Result<(), Error> {
        let Self { builder, headers: own } = self;
        let uri = self.uri(service)?;
        *request.body_mut() = builder.payload.clone();
        *request.method_mut() = builder.method.clone();
        *request.headers_mut() = self.common_headers(service);
        let headers = request.headers_mut();
        // A credential that comes with the call counts instead of the client's.
        let has_own = own.iter().any(|(name, _)| matches!(*name, AUTHORIZATION | COOKIE));
        if builder.elsewhere.is_none() && !has_own {
            service.authorize(builder.auth_mode(), uri.path(), headers, tick)?;
        }
        for (name, value) in builder.headers.iter().chain(own) {
            headers.insert(name, value.clone());
        }
        if let Some(key) = idempotency_key.filter(|_| builder.key != KeyRule::Body) {
            // Checked with the options, or made up of hexadecimal digits.
            let value = HeaderValue::from_str(key)
                .map_err(|_| Error::config("idempotency_key", "expected visible ASCII"))?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        *request.uri_mut() = uri;
        set_name(request, builder.operation(), builder.template);
        Ok(())
    }

    /// The service's headers, and the media types. Copying a map is far cheaper than filling one:
    /// the service's has those of JSON in it.
    fn common_headers(&self, service: &Service) -> HeaderMap {
        let builder = &self.builder;
        let is_here = builder.elsewhere.is_none();
        let mut headers = match is_here {
            true => service.headers.clone(),
            false => HeaderMap::new(),
        };
        if builder.accept != JSON && is_here {
            headers.insert(ACCEPT, HeaderValue::from_static(builder.accept));
        }
        match &builder.content_type {
            Some(kind) if kind == JSON && is_here => {}
            Some(kind) => drop(headers.insert(CONTENT_TYPE, kind.clone())),
            None => drop(headers.remove(CONTENT_TYPE)),
        }
        headers
    }

    fn uri(&self, service: &Service) -> Result<Uri, Error> {
        let target = self.builder.target.as_deref().unwrap_or_default();
        let uri = match self.builder.elsewhere {
            None => service.base.join(target),
            Some(field) => {
                let uri = Uri::try_from(target);
                let is_plain = |uri: &Uri| uri.scheme_str() == Some("http");
                if service.base.is_secure() && uri.as_ref().is_ok_and(is_plain) {
                    return Err(Error::config(field, "expected an https URL, as the service's is"));
                }
                uri.map_err(http::Error::from)
            }
        };
        uri.map_err(|error| Error::config("path", "expected a shorter path").with_source(error))
    }
}
