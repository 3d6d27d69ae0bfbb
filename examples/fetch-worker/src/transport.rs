//! The transport: `fetch`, the clocks and the noise of the JavaScript around it.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    task::Poll,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use codespar_proto::driver::{
    Clock, Exchange, LocalBody, LocalTransport, Tick, TickSource, Transport, TransportError,
};
use http::{HeaderName, HeaderValue, header};
use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, Request, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, Response,
};

// What pages and workers both have in their global scope.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn js_fetch(request: &Request) -> Promise;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &JsValue, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &Uint8Array);
}

/// Carries requests out by `fetch`: follows no redirect, keeps nothing, sends no cookies.
#[derive(Clone, Copy)]
pub(crate) struct Fetch;

/// The body of an answer. Dropping it stops what is still coming.
pub(crate) struct FetchBody {
    reader: Option<ReadableStreamDefaultReader>,
    _abort: Abort,
}

/// Stops a request once nobody waits for it any more.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Transport for Fetch {
    type Body = FetchBody;
}

impl Clock for Fetch {
    fn tick(&self) -> Tick<'_> {
        Tick::new(milliseconds(performance_now()), self)
    }
}

impl TickSource for Fetch {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + milliseconds(js_sys::Date::now())
    }

    fn noise(&self) -> u128 {
        let (array, mut bytes) = (Uint8Array::new_with_length(16), [0; 16]);
        get_random_values(&array);
        array.copy_to(&mut bytes);
        u128::from_ne_bytes(bytes)
    }
}

fn milliseconds(count: f64) -> Duration {
    Duration::try_from_secs_f64(count / 1000.0).unwrap_or_default()
}

impl LocalTransport for Fetch {
    async fn open(&self, exchange: Exchange) -> Result<http::Response<FetchBody>, TransportError> {
        let limit = exchange.timeout;
        let abort = Abort(AbortController::new().map_err(unsent)?);
        let request = request(&exchange, &abort.0)?;
        // From here on it may have been sent: `fetch` does not say why it failed.
        let answering = JsFuture::from(js_fetch(&request));
        let answer = within(limit, answering, "no answer within the limit").await?.map_err(lost)?;
        let answer: Response = answer.dyn_into().map_err(lost)?;
        // A redirect that is not followed has the status 0 and nothing else.
        let status = http::StatusCode::from_u16(answer.status())
            .map_err(|_| TransportError::io("the server redirects, which is not followed"))?;
        let reader = match answer.body() {
            Some(body) => Some(body.get_reader().dyn_into().map_err(lost)?),
            None => None,
        };
        let mut response = http::Response::new(FetchBody { reader, _abort: abort });
        *response.status_mut() = status;
        read_headers(&answer, response.headers_mut())?;
        Ok(response)
    }

    async fn sleep(&self, duration: Duration) {
        Timer::new(duration).wait().await;
    }
}

impl LocalBody for FetchBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let Some(reader) = &self.reader else { return Ok(None) };
        let reading = JsFuture::from(reader.read());
        let read = within(idle, reading, "the server was silent for longer than the limit").await?;
        let read = read.map_err(lost)?;
        if Reflect::get(&read, &"done".into()).map_err(lost)?.is_truthy() {
            self.reader = None;
            return Ok(None);
        }
        let piece: Uint8Array =
            Reflect::get(&read, &"value".into()).map_err(lost)?.dyn_into().map_err(lost)?;
        Ok(Some(piece.to_vec().into()))
    }
}

/// The request as `fetch` takes it.
fn request(exchange: &Exchange, abort: &AbortController) -> Result<Request, TransportError> {
    let from = &exchange.request;
    let (init, headers) = (RequestInit::new(), Headers::new().map_err(unsent)?);
    for (name, value) in from.headers() {
        let value = value.to_str().map_err(TransportError::connect)?;
        headers.append(name.as_str(), value).map_err(unsent)?;
    }
    init.set_method(from.method().as_str());
    init.set_headers(&headers);
    init.set_signal(Some(&abort.signal()));
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Manual);
    // A file that is read while it is sent is an error here, with nothing sent.
    let body = from.body().to_bytes()?;
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(&*body));
    }
    Request::new_with_str_and_init(&from.uri().to_string(), &init).map_err(unsent)
}

fn read_headers(from: &Response, to: &mut http::HeaderMap) -> Result<(), TransportError> {
    for entry in from.headers().entries() {
        let entry: Array = entry.map_err(lost)?.into();
        let (name, value) = (entry.get(0).as_string(), entry.get(1).as_string());
        let name = HeaderName::try_from(name.unwrap_or_default()).map_err(TransportError::io)?;
        let value = HeaderValue::try_from(value.unwrap_or_default()).map_err(TransportError::io)?;
        to.append(name, value);
    }
    // `fetch` has decompressed what there was: these speak of what it was before.
    to.remove(header::CONTENT_ENCODING);
    to.remove(header::CONTENT_LENGTH);
    Ok(())
}

/// What comes of a future within the limit.
async fn within<F: Future>(
    limit: Option<Duration>,
    future: F,
    late: &'static str,
) -> Result<F::Output, TransportError> {
    let Some(limit) = limit else { return Ok(future.await) };
    let timer = Timer::new(limit);
    let (mut future, mut waiting) = (pin!(future), pin!(timer.wait()));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => waiting.as_mut().poll(cx).map(|()| Err(TransportError::timeout(late))),
    })
    .await
}

/// A timer, which is taken back when it is dropped.
struct Timer {
    over: Promise,
    timer: Rc<Cell<JsValue>>,
}

impl Timer {
    fn new(duration: Duration) -> Self {
        // Longer ones would end at once: the count has 31 bits.
        let milliseconds = (duration.as_secs_f64() * 1000.0).ceil().min(f64::from(i32::MAX));
        let timer = Rc::new(Cell::new(JsValue::UNDEFINED));
        let over = Promise::new(&mut |then, _| timer.set(set_timeout(&then, milliseconds)));
        Self { over, timer }
    }

    async fn wait(&self) {
        // It is never refused.
        let _ = JsFuture::from(self.over.clone()).await;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timer.take());
    }
}

fn unsent(error: JsValue) -> TransportError {
    TransportError::connect(words(&error))
}

/// The server may have seen the request.
fn lost(error: impl Into<JsValue>) -> TransportError {
    TransportError::io(words(&error.into()))
}

fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => "the exchange failed".to_owned(),
    }
}
