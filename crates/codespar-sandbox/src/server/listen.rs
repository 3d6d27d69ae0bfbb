//! The thread, the listener, and the way of a request from the socket to its handler and back.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;
use http::{
    Request, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue},
};
use http_body_util::{BodyDataStream, BodyExt, Collected, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc, oneshot},
};

use crate::{
    builder::Settings,
    codespar::{routes, session::status_stream, timers, webhook_endpoints::deliveries},
    server::{
        body::{AnswerBody, Flaws},
        browser_guard,
        errors::framework,
        faults::{Faults, Instead, Plan},
        log::{Log, ReceivedRequest},
        request::Part,
        response::{Answer, Payload},
    },
    store::{
        clock::Clock,
        raw_json,
        state::{Locked, State},
    },
    upivia,
};

/// What a request may weigh: the 10 MB of a file upload and some room.
const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// The same for the files of Upivia, where an upload may have 100 MB.
const FILE_LIMIT: usize = 101 * 1024 * 1024;

/// What the thread and the handle share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) state: Locked<State>,
    pub(crate) log: Locked<Log>,
    pub(crate) faults: Locked<Faults>,
    pub(crate) accepted: AtomicUsize,
    pub(crate) clock: Clock,
    /// Wakes whoever keeps the agenda.
    pub(crate) wake: Notify,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            state: Locked::new(State::new(&settings)),
            log: Locked::new(Log::new(settings.request_log)),
            settings,
            faults: Locked::default(),
            accepted: AtomicUsize::new(0),
            clock: Clock::default(),
            wake: Notify::new(),
        }
    }
}

/// Starts the thread that serves until `stopped` resolves.
pub(crate) fn spawn(
    listener: std::net::TcpListener,
    shared: Arc<Shared>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _inside = runtime.enter();
        TcpListener::from_std(listener)?
    };
    std::thread::Builder::new().name("codespar-sandbox".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = accept(listener, Arc::clone(&shared)) => {}
                () = timers::keep(shared) => {}
                _ = stopped => {}
            }
        });
        // Dropping the runtime closes every connection at once.
    })
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                shared.accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
            // Out of file descriptors, most likely: others have to close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Frames are small and must not wait for one another.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| handle(request, Arc::clone(&shared)));
    // An error is a client that went away, or a connection that was to be broken.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Answers one request; an error closes the connection without an answer.
async fn handle(
    request: Request<Incoming>,
    shared: Arc<Shared>,
) -> Result<Response<AnswerBody>, io::Error> {
    if let Some(refusal) = browser_guard::refuse(&request) {
        return Ok(respond(&shared, refusal, &Plan::default()));
    }
    let known = routes::known(&shared.settings, request.method().as_str(), request.uri().path());
    let Some(request) = receive(request, known).await? else {
        return Ok(too_large(&shared));
    };
    shared.log.lock().push(request.clone());
    let plan = shared.faults.lock().take(&request.method, &request.path);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    match &plan.instead {
        Some(Instead::Close) => return Err(io::Error::other("closed on purpose")),
        Some(Instead::Answer(status, text)) => {
            let mut response = Response::new(AnswerBody::whole(text.bytes.clone(), plan.flaws));
            *response.status_mut() = *status;
            if let Some(media_type) = text.media_type {
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
            add_headers(&mut response, &plan);
            return Ok(response);
        }
        None => {}
    }
    let parts = read_parts(&request).await;
    let answer = routes::answer(&shared, &request, &parts);
    let answer = deliver(&shared, answer).await;
    shared.wake.notify_one();
    if plan.lose_answer {
        return Err(io::Error::other("answer lost on purpose"));
    }
    let mut response = respond(&shared, answer, &plan);
    add_headers(&mut response, &plan);
    Ok(response)
}

/// Reads a request to its end; `None` when it is larger than anything the API takes. The body for a
/// route that is not there is read and forgotten.
async fn receive(
    request: Request<Incoming>,
    known: bool,
) -> Result<Option<ReceivedRequest>, io::Error> {
    let (head, body) = request.into_parts();
    let limit = if upivia::takes_files(head.uri.path()) { FILE_LIMIT } else { BODY_LIMIT };
    let mut body = Limited::new(body, limit);
    let read = if known {
        body.collect().await.map(Collected::to_bytes)
    } else {
        drain(&mut body).await.map(|()| Bytes::new())
    };
    let body = match read {
        Ok(body) => body,
        Err(error) if error.is::<http_body_util::LengthLimitError>() => return Ok(None),
        Err(error) => return Err(io::Error::other(error)),
    };
    Ok(Some(ReceivedRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
    }))
}

/// Reads a body to its end without keeping it.
async fn drain(
    body: &mut Limited<Incoming>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    while let Some(frame) = body.frame().await {
        frame?;
    }
    Ok(())
}

async fn read_parts(request: &ReceivedRequest) -> Vec<Part> {
    let content_type = request.header("content-type").unwrap_or_default();
    let Ok(boundary) = multer::parse_boundary(content_type) else { return Vec::new() };
    let body = BodyDataStream::new(Full::new(request.body.clone()));
    let mut form = multer::Multipart::new(body, boundary);
    let mut parts = Vec::new();
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().map(str::to_owned);
        let file_name = field.file_name().map(str::to_owned);
        let media_type = field.content_type().map(ToString::to_string);
        let Ok(bytes) = field.bytes().await else { return Vec::new() };
        parts.push(Part { name, file_name, media_type, bytes });
    }
    parts
}

/// Makes the webhook delivery that an answer waits for.
async fn deliver(shared: &Shared, answer: Answer) -> Answer {
    let Answer { status, headers, payload } = answer;
    match payload {
        Payload::Deliver(job) => {
            let result = deliveries::send(&job).await;
            let now = shared.clock.read();
            let mut answer = deliveries::finish(&mut shared.state.lock(), *job, result, now);
            answer.headers.extend(headers);
            answer
        }
        payload => Answer { status, headers, payload },
    }
}

fn respond(shared: &Arc<Shared>, answer: Answer, plan: &Plan) -> Response<AnswerBody> {
    let (body, media_type) = match answer.payload {
        Payload::Json(value) => (
            AnswerBody::whole(raw_json::text(&value), plan.flaws),
            Some("application/json; charset=utf-8"),
        ),
        Payload::File(bytes, media_type) => {
            let body = AnswerBody::whole(bytes, plan.flaws);
            return with_headers(body, answer.status, Some(&media_type), answer.headers);
        }
        Payload::Frames(frames) => (AnswerBody::frames(queue(frames), plan.flaws), None),
        Payload::Follow(target) => {
            let (sender, receiver) = mpsc::channel(16);
            let task = status_stream::run(Arc::clone(shared), target, sender, !plan.no_heartbeat);
            tokio::spawn(task);
            (AnswerBody::frames(receiver, plan.flaws), None)
        }
        Payload::Empty | Payload::Deliver(_) => (AnswerBody::whole("", Flaws::default()), None),
    };
    with_headers(body, answer.status, media_type, answer.headers)
}

fn with_headers(
    body: AnswerBody,
    status: StatusCode,
    media_type: Option<&str>,
    headers: Vec<(HeaderName, String)>,
) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Some(media_type) = media_type.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A channel that already holds everything.
fn queue(frames: Vec<Bytes>) -> mpsc::Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel(frames.len().max(1));
    for frame in frames {
        // There is room for all of them.
        let _ = sender.try_send(frame);
    }
    receiver
}

fn add_headers(response: &mut Response<AnswerBody>, plan: &Plan) {
    if let Some(length) = plan.flaws.declared {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    for (name, value) in &plan.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
}

fn too_large(shared: &Arc<Shared>) -> Response<AnswerBody> {
    let answer = framework(
        StatusCode::PAYLOAD_TOO_LARGE,
        "FST_ERR_CTP_BODY_TOO_LARGE",
        "Request body is too large",
    );
    respond(shared, answer.header(http::header::CONNECTION, "close"), &Plan::default())
}
