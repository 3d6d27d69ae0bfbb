//! Requests, made of a draft and what came with the call.

use std::mem;

use http::{
    HeaderName, HeaderValue, Request, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE},
};

use crate::{Draft, Error, IDEMPOTENCY_KEY, Payload, Service, tracing};

/// What requests are built from, one for each attempt: most calls need one only, and to build it
/// anew for the others costs less than to keep a copy.
pub(crate) struct Outgoing {
    draft: Draft,
    target: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Outgoing {
    /// What the draft says, and the headers of the call.
    pub(crate) fn new(
        mut draft: Draft,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Self, Error> {
        let target = mem::replace(&mut draft.target, Ok(String::new()))?;
        Ok(Self { draft, target, headers })
    }

    /// Builds a request: the service's headers first, then the operation's, then the caller's.
    pub(crate) fn request(
        &self,
        service: &Service,
        idempotency_key: Option<&str>,
    ) -> Result<Request<Payload>, Error> {
        let Self { draft, headers: own, .. } = self;
        let uri = self.uri(service)?;
        let mut request = Request::new(draft.payload.clone());
        *request.method_mut() = draft.method.clone();
        let headers = request.headers_mut();
        headers.reserve(service.headers.len() + draft.headers.len() + own.len() + 3);
        if !draft.is_elsewhere {
            for (name, value) in &service.headers {
                headers.insert(name, value.clone());
            }
            headers.insert(ACCEPT, HeaderValue::from_static(draft.accept));
        }
        if let Some(kind) = &draft.content_type {
            headers.insert(CONTENT_TYPE, kind.clone());
        }
        // A credential that comes with the call counts instead of the client's.
        let has_own = own.iter().any(|(name, _)| matches!(*name, AUTHORIZATION | COOKIE));
        if !draft.is_elsewhere && !has_own {
            service.authorize(draft.auth_mode(), uri.path(), headers)?;
        }
        for (name, value) in draft.headers.iter().chain(own) {
            headers.insert(name, value.clone());
        }
        if let Some(key) = idempotency_key {
            // Checked with the options, or made up of hexadecimal digits.
            let value = HeaderValue::from_str(key)
                .map_err(|_| Error::config("idempotency_key", "expected visible ASCII"))?;
            headers.insert(IDEMPOTENCY_KEY, value);
        }
        *request.uri_mut() = uri;
        tracing::name(&mut request, draft.operation(), draft.template);
        Ok(request)
    }

    fn uri(&self, service: &Service) -> Result<Uri, Error> {
        let uri = if self.draft.is_elsewhere {
            Uri::try_from(self.target.as_str()).map_err(http::Error::from)
        } else {
            service.base.join(&self.target)
        };
        uri.map_err(|error| Error::config("path", "expected a shorter path").with_source(error))
    }
}
