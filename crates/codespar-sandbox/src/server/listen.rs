//! The listener and its thread, and the way of a request from the socket to the service and back.

use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use http::StatusCode;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::{
    server::{
        body::ResponseBody,
        browser_guard,
        errors::framework,
        faults::{FaultPlan, Faults, Replacement},
        log::Log,
        read::{read_parts, receive},
        response::Response,
        service::Service,
        write::{add_headers, complete, replacement, respond},
    },
    store::{Store, locked::Locked},
};

/// A server, and what the handle of the sandbox sees of it.
pub(crate) struct Server {
    pub(crate) store: Arc<Store>,
    service: Box<dyn Service>,
    pub(crate) log: Locked<Log>,
    pub(crate) faults: Locked<Faults>,
    pub(crate) accepted: AtomicUsize,
}

impl Server {
    pub(crate) fn new(store: Arc<Store>, service: Box<dyn Service>) -> Self {
        Self {
            log: Locked::new(Log::new(store.settings.request_log)),
            store,
            service,
            faults: Locked::default(),
            accepted: AtomicUsize::new(0),
        }
    }
}

/// Starts the thread that serves, with `background` beside, until `stopped` resolves.
pub(crate) fn spawn(
    listener: std::net::TcpListener,
    server: Arc<Server>,
    background: impl Future<Output = ()> + Send + 'static,
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
                () = accept(listener, server) => {}
                () = background => {}
                _ = stopped => {}
            }
        });
        // Dropping the runtime closes every connection at once.
    })
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                server.accepted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&server)));
            }
            // Out of file descriptors, most likely: others have to close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    // Frames are small and must not wait for one another.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| handle(request, Arc::clone(&server)));
    // An error is a client that went away, or a connection that was to be broken.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Answers one request; an error closes the connection without an answer.
async fn handle(
    request: http::Request<Incoming>,
    server: Arc<Server>,
) -> Result<http::Response<ResponseBody>, io::Error> {
    let Server { store, service, .. } = &*server;
    if let Some(refusal) = browser_guard::refuse(&request) {
        return Ok(respond(store, refusal, &FaultPlan::default()));
    }
    let Some(request) = receive(request, &**service).await? else {
        return Ok(respond(store, too_large(), &FaultPlan::default()));
    };
    server.log.lock().push(request.clone());
    let plan = server.faults.lock().take(&request.method, &request.path);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let mut response = match &plan.replacement {
        Some(Replacement::Close) => return Err(io::Error::other("closed on purpose")),
        Some(Replacement::Response(status, body)) => replacement(*status, body, &plan),
        None => {
            let parts = read_parts(&request).await;
            let answer = complete(store, service.answer(&request, &parts)).await;
            store.wake.notify_one();
            if plan.lose_answer {
                return Err(io::Error::other("answer lost on purpose"));
            }
            respond(store, answer, &plan)
        }
    };
    add_headers(&mut response, &plan);
    Ok(response)
}

/// The answer to a request that is larger than anything its route takes.
fn too_large() -> Response {
    let refusal = framework(
        StatusCode::PAYLOAD_TOO_LARGE,
        "FST_ERR_CTP_BODY_TOO_LARGE",
        "Request body is too large",
    );
    refusal.header(http::header::CONNECTION, "close")
}
