//! Requests to any route of an API, for those that have no method of their own.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    call::Call,
    error::Error,
    http::{
        credentials::AuthMode,
        multipart::Multipart,
        payload::Payload,
        request::{RequestBuilder, json_answer, no_answer},
        response::Response,
        retry::Retry,
        route::Route,
        service::Service,
        target::{check_segment, encode_segment},
    },
    json::Json,
    transport::Transport,
    verdict::KeyRule,
};

/// The name of the operation in errors.
const OPERATION: &str = "client.request";

/// A request in the making; [`read`](Self::read), [`json_value`](Self::json_value),
/// [`raw`](Self::raw) or [`done`](Self::done) makes a call of it.
///
/// Credentials, limits, retries and errors are those of every other call. Reads (`GET` and `HEAD`)
/// may be repeated; others are not, once the server may have seen them, unless
/// [`keyed`](Self::keyed) or [`safe`](Self::safe) says otherwise.
#[must_use = "a request does nothing until a call is made of it and sent"]
pub struct Request<T> {
    transport: T,
    service: Arc<Service>,
    builder: RequestBuilder,
    headers: Vec<(String, String)>,
}

/// An answer as it came: status, headers and bytes.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawAnswer {
    /// The HTTP status: a success, 2xx.
    pub status: StatusCode,
    /// The headers of the response.
    pub headers: HeaderMap,
    /// The body as it came, undecoded.
    pub body: Bytes,
}

/// Status and length only: answers carry personal data.
impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A value as one segment of a path: what must not stand there bare is percent-encoded.
///
/// # Errors
/// `Config` naming `segment`: empty, `.` and `..` lead to another route, and so may slashes,
/// backslashes and control characters. Where a route really takes a slash, write `%2F`.
///
/// ```
/// use codespar_engine::kit::segment;
///
/// assert_eq!(format!("/v1/agents/{}", segment("did:web:a b")?), "/v1/agents/did%3Aweb%3Aa%20b");
/// assert!(segment("..").is_err() && segment("a/b").is_err());
/// # Ok::<(), codespar_engine::Error>(())
/// ```
pub fn segment(value: &str) -> Result<String, Error> {
    check_segment("segment", value)?;
    Ok(encode_segment(value))
}

fn builder(method: &str, path: &str) -> RequestBuilder {
    let parsed = method.parse::<Method>().ok().filter(|method| *method != Method::CONNECT);
    let expected = || Error::config("method", "expected an HTTP method, such as GET");
    let check = parsed.as_ref().map(|_| ()).ok_or_else(expected);
    let method = parsed.unwrap_or_default();
    let class =
        if matches!(method, Method::GET | Method::HEAD) { Retry::Safe } else { Retry::Once };
    RequestBuilder::raw(OPERATION, method, class, path).checked(check)
}

impl<T: Transport> Request<T> {
    /// A request to a path below the service's address. A method or path that cannot be one is a
    /// `Config` error when the call is made.
    pub fn new(transport: T, service: &Arc<Service>, method: &str, path: &str) -> Self {
        Self {
            transport,
            service: Arc::clone(service),
            builder: builder(method, path),
            headers: Vec::new(),
        }
    }

    /// The request of an operation whose path and body are written already, such as one that was
    /// kept to be sent again byte for byte: refusals are judged as the operation's, and a request
    /// that the server may have seen is not repeated.
    pub fn of_row(transport: T, service: &Arc<Service>, row: &Route, path: &str) -> Self {
        let builder = RequestBuilder::raw(row.operation, row.method.clone(), Retry::Once, path)
            .with_effect(row.effect())
            .keyed(row.key)
            .auth(row.auth);
        Self { transport, service: Arc::clone(service), builder, headers: Vec::new() }
    }

    /// Says how the request names its effect, where the row leaves it to the arguments.
    pub fn named_by(mut self, rule: KeyRule) -> Self {
        self.builder = self.builder.keyed(rule);
        self
    }

    /// Sends bytes of a media type, as they are.
    pub fn bytes(mut self, kind: HeaderValue, bytes: Bytes) -> Self {
        self.builder = self.builder.content(kind, Payload::from(bytes));
        self
    }

    /// Says which credentials go out with it, where the API has several kinds.
    pub fn auth(mut self, auth: AuthMode) -> Self {
        self.builder = self.builder.auth(auth);
        self
    }

    /// Adds the members of a flat struct or map to the query; what is not set is left out, lists
    /// give a pair each.
    pub fn query<Q: Serialize + ?Sized>(mut self, query: &Q) -> Self {
        self.builder = self.builder.query(query);
        self
    }

    /// Adds a pair to the query.
    pub fn pair(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.pair(name, value);
        self
    }

    /// Sends a value as JSON.
    pub fn json<B: Serialize + ?Sized>(mut self, body: &B) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    /// Sends a form of parts, such as an upload.
    pub fn form(mut self, form: Multipart) -> Self {
        self.builder = self.builder.form(form);
        self
    }

    /// Adds a header; `accept` replaces the one for JSON.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Says that the server honours an `Idempotency-Key` here: one is sent (the call's own, or one
    /// that is made up), and the request is repeated under it.
    pub fn keyed(mut self) -> Self {
        self.builder = self.builder.repeated(Retry::Keyed);
        self
    }

    /// Says that asking twice is asking once: the request is repeated like a read.
    pub fn safe(mut self) -> Self {
        self.builder = self.builder.repeated(Retry::Safe);
        self
    }

    /// A call that reads the answer, which is JSON, as a type of yours.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    ///
    /// # Errors
    /// `Config` naming what cannot be sent; `Api` unless the status is 2xx; `Decode` naming the
    /// member that is not what the type says.
    pub fn read<O: DeserializeOwned + 'static>(self) -> Call<T, O> {
        self.call(json_answer)
    }

    /// A call that gives the answer as JSON; `null` where the server answers nothing.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    ///
    /// # Errors
    /// `Config` naming what cannot be sent; `Api` unless the status is 2xx; `Decode` when the
    /// answer is not JSON.
    pub fn json_value(self) -> Call<T, Json> {
        self.call(|answer| match answer.body.is_empty() && answer.is_success() {
            true => Ok(Json::null()),
            false => answer.json(),
        })
    }

    /// A call that gives status, headers and bytes of the answer, whatever it is made of.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    ///
    /// # Errors
    /// `Config` naming what cannot be sent; `Api` unless the status is 2xx.
    pub fn raw(self) -> Call<T, RawAnswer> {
        self.call(|answer| {
            let Response { status, headers, body, .. } = answer.success()?;
            Ok(RawAnswer { status, headers, body })
        })
    }

    /// A call that does not look at what is answered, as long as it is a success.
    ///
    /// Idempotency: the header is sent as it is given, and promises nothing; repeated as its class
    /// says.
    ///
    /// # Errors
    /// `Config` naming what cannot be sent; `Api` unless the status is 2xx.
    pub fn done(self) -> Call<T, ()> {
        self.call(no_answer)
    }

    fn call<O: 'static>(self, decode: fn(Response) -> Result<O, Error>) -> Call<T, O> {
        let call = Call::new(self.transport, self.builder.unary(&self.service, decode));
        self.headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

/// The operation only: paths, queries and headers carry personal data.
impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("builder", &self.builder).finish_non_exhaustive()
    }
}
