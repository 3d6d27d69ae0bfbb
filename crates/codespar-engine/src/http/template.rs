//! Requests, made of a draft and what came with the call.

use std::{mem, time::SystemTime};

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE},
};

use crate::{
    call::span::set_name,
    error::Error,
    http::{IDEMPOTENCY_KEY, JSON, payload::Payload, request::RequestBuilder, service::Service},
    secret::is_credential,
    verdict::KeyRule,
};

/// What requests are built from, one for each attempt: most calls need one only, and to build it
/// anew for the others costs less than to keep a copy.
pub(crate) struct RequestTemplate {
    pub(crate) draft: RequestBuilder,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl RequestTemplate {
    /// What the draft says.
    pub(crate) const fn new(draft: RequestBuilder) -> Self {
        Self { draft, headers: Vec::new() }
    }

    /// Adds the headers of the call; fails with what was wrong about the draft.
    pub(crate) fn begin(&mut self, headers: Vec<(HeaderName, HeaderValue)>) -> Result<(), Error> {
        self.headers = headers;
        match &self.draft.target {
            Ok(_) if self.draft.elsewhere.is_some() => self.check_own(),
            Ok(_) => Ok(()),
            Err(_) => {
                let again = Err(Error::stream("the call was started twice"));
                mem::replace(&mut self.draft.target, again).map(drop)
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

    /// Builds a request: the service's headers first, then the operation's, then the caller's.
    pub(crate) fn request(
        &self,
        service: &Service,
        idempotency_key: Option<&str>,
        wall: SystemTime,
    ) -> Result<Request<Payload>, Error> {
        let Self { draft, headers: own } = self;
        let uri = self.uri(service)?;
        let mut request = Request::new(draft.payload.clone());
        *request.method_mut() = draft.method.clone();
        *request.headers_mut() = self.common_headers(service);
        let headers = request.headers_mut();
        // A credential that comes with the call counts instead of the client's.
        let has_own = own.iter().any(|(name, _)| matches!(*name, AUTHORIZATION | COOKIE));
        if draft.elsewhere.is_none() && !has_own {
            service.authorize(draft.auth_mode(), uri.path(), headers, wall)?;
        }
        for (name, value) in draft.headers.iter().chain(own) {
            headers.insert(name, value.clone());
        }
        if let Some(key) = idempotency_key.filter(|_| draft.key != KeyRule::Body) {
            // Checked with the options, or made up of hexadecimal digits.
            let value = HeaderValue::from_str(key)
                .map_err(|_| Error::config("idempotency_key", "expected visible ASCII"))?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        *request.uri_mut() = uri;
        set_name(&mut request, draft.operation(), draft.template);
        Ok(request)
    }

    /// The service's headers, and the media types. Copying a map is far cheaper than filling one:
    /// the service's has those of JSON in it.
    fn common_headers(&self, service: &Service) -> HeaderMap {
        let draft = &self.draft;
        let is_here = draft.elsewhere.is_none();
        let mut headers = match is_here {
            true => service.headers.clone(),
            false => HeaderMap::new(),
        };
        if draft.accept != JSON && is_here {
            headers.insert(ACCEPT, HeaderValue::from_static(draft.accept));
        }
        match &draft.content_type {
            Some(kind) if kind == JSON && is_here => {}
            Some(kind) => drop(headers.insert(CONTENT_TYPE, kind.clone())),
            None => drop(headers.remove(CONTENT_TYPE)),
        }
        headers
    }

    fn uri(&self, service: &Service) -> Result<Uri, Error> {
        let target = self.draft.target.as_deref().unwrap_or_default();
        let uri = match self.draft.elsewhere {
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
