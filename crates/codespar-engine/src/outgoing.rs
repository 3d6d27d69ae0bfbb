//! Requests, made of a draft and what came with the call.

use std::mem;

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE},
};

use crate::{Draft, Error, IDEMPOTENCY_KEY, KeyRule, Payload, Service, service::JSON, tracing};

/// What requests are built from, one for each attempt: most calls need one only, and to build it
/// anew for the others costs less than to keep a copy.
pub(crate) struct Outgoing {
    pub(crate) draft: Draft,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Outgoing {
    /// What the draft says.
    pub(crate) const fn new(draft: Draft) -> Self {
        Self { draft, headers: Vec::new() }
    }

    /// Adds the headers of the call; fails with what was wrong about the draft.
    pub(crate) fn begin(&mut self, headers: Vec<(HeaderName, HeaderValue)>) -> Result<(), Error> {
        self.headers = headers;
        match &self.draft.target {
            Ok(_) => Ok(()),
            Err(_) => {
                let again = Err(Error::stream("the call was started twice"));
                mem::replace(&mut self.draft.target, again).map(drop)
            }
        }
    }

    /// Builds a request: the service's headers first, then the operation's, then the caller's.
    pub(crate) fn request(
        &self,
        service: &Service,
        idempotency_key: Option<&str>,
    ) -> Result<Request<Payload>, Error> {
        let Self { draft, headers: own } = self;
        let uri = self.uri(service)?;
        let mut request = Request::new(draft.payload.clone());
        *request.method_mut() = draft.method.clone();
        *request.headers_mut() = self.common_headers(service);
        let headers = request.headers_mut();
        // A credential that comes with the call counts instead of the client's.
        let has_own = own.iter().any(|(name, _)| matches!(*name, AUTHORIZATION | COOKIE));
        if !draft.is_elsewhere && !has_own {
            service.authorize(draft.auth_mode(), uri.path(), headers)?;
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
        tracing::name(&mut request, draft.operation(), draft.template);
        Ok(request)
    }

    /// The service's headers, and the media types. Copying a map is far cheaper than filling one:
    /// the service's has those of JSON in it.
    fn common_headers(&self, service: &Service) -> HeaderMap {
        let draft = &self.draft;
        let mut headers = match draft.is_elsewhere {
            true => HeaderMap::new(),
            false => service.headers.clone(),
        };
        if draft.accept != JSON && !draft.is_elsewhere {
            headers.insert(ACCEPT, HeaderValue::from_static(draft.accept));
        }
        match &draft.content_type {
            Some(kind) if kind == JSON && !draft.is_elsewhere => {}
            Some(kind) => drop(headers.insert(CONTENT_TYPE, kind.clone())),
            None => drop(headers.remove(CONTENT_TYPE)),
        }
        headers
    }

    fn uri(&self, service: &Service) -> Result<Uri, Error> {
        let target = self.draft.target.as_deref().unwrap_or_default();
        let uri = if self.draft.is_elsewhere {
            Uri::try_from(target).map_err(http::Error::from)
        } else {
            service.base.join(target)
        };
        uri.map_err(|error| Error::config("path", "expected a shorter path").with_source(error))
    }
}
