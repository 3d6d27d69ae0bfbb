//! The server over streamable HTTP, for clients on this machine.
//!
//! It listens on loopback alone. Every request needs the bearer token that is made at the start
//! and written into a file that only its owner reads; `Host` and `Origin` have to be of loopback,
//! so that no page of a browser reaches it by another name. There is nothing but `/mcp`.

mod token;

use std::{
    convert::Infallible,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use codespar_async::Error;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use self::token::Token;
use crate::server::Server;

/// The one path there is.
const PATH: &str = "/mcp";

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(15);

/// How large a request may be: calls are small.
const LARGEST: usize = 1024 * 1024;

/// Origins of pages that may ask: those of this machine.
const ORIGINS: [&str; 3] = ["http://127.0.0.1:*", "http://[::1]:*", "http://localhost:*"];

/// Where a server listens, and where its token is written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// An address of loopback; port 0 for one that the system chooses. Default `127.0.0.1:0`.
    pub address: SocketAddr,
    /// The file of the token. It is made anew, readable by its owner, and removed at the end.
    pub token_file: PathBuf,
}

impl HttpOptions {
    /// A port that the system chooses, and a file for the token.
    pub fn new(token_file: impl Into<PathBuf>) -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, 0).into(), token_file: token_file.into() }
    }
}

/// A server that listens. Dropping it ends it, without closing the session.
pub struct HttpServer {
    server: Server,
    address: SocketAddr,
    token_file: PathBuf,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

type Body = BoxBody<Bytes, Infallible>;
type Service = StreamableHttpService<Server, LocalSessionManager>;

/// Listens on loopback, and serves whoever has the token.
///
/// # Errors
/// `Config`, if the address is not of loopback, cannot be had, or the token cannot be written.
pub async fn serve_http(server: Server, options: HttpOptions) -> Result<HttpServer, Error> {
    if !options.address.ip().is_loopback() {
        let words = "expected one of loopback, such as 127.0.0.1:0: whoever reaches it moves money";
        return Err(Error::config("address", words));
    }
    let listener = TcpListener::bind(options.address).await;
    let listener = listener.map_err(|error| Error::config("address", error))?;
    let address = listener.local_addr().map_err(|error| Error::config("address", error))?;
    let token = Token::new()?;
    token.write(&options.token_file)?;
    let (stop, stopped) = watch::channel(false);
    let config = StreamableHttpServerConfig::default()
        .with_allowed_origins(ORIGINS)
        .enforce_origin_validation()
        .with_max_request_body_bytes(LARGEST);
    // Sessions of clients end with the server, however it ends.
    let sessions = config.cancellation_token.clone().drop_guard();
    let own = server.clone();
    let service: Service =
        StreamableHttpService::new(move || Ok(own.clone()), Arc::default(), config);
    let task = tokio::spawn(async move {
        let _sessions = sessions;
        accept(listener, service, Arc::new(token), stopped).await;
    });
    Ok(HttpServer { server, address, token_file: options.token_file, stop, task })
}

impl HttpServer {
    /// The address it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL that a client is given.
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// The file of the token.
    pub fn token_file(&self) -> &Path {
        &self.token_file
    }

    /// Ends it: no further requests, the file of the token removed, the session closed.
    ///
    /// # Errors
    /// Why the session could not be closed.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        let _ = (&mut self.task).await;
        self.server.close().await
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
        token::remove(&self.token_file);
    }
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpServer").field("address", &self.address).finish_non_exhaustive()
    }
}

async fn accept(
    listener: TcpListener,
    service: Service,
    token: Arc<Token>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|is_over| *is_over) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = connection(stream, service.clone(), Arc::clone(&token));
                let mut stopped = stopped.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        () = connection => {}
                        _ = stopped.wait_for(|is_over| *is_over) => {}
                    }
                });
            }
            // No files are left, or the like: others may be closed meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, service: Service, token: Arc<Token>) {
    let answer = service_fn(move |request| {
        let (service, token) = (service.clone(), Arc::clone(&token));
        async move { Ok::<_, Infallible>(answer(request, &service, &token).await) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    // A client that goes is no error of anybody's.
    let _ = server.serve_connection(TokioIo::new(stream), answer).await;
}

/// The token first: who has none learns nothing else.
async fn answer(request: Request<Incoming>, service: &Service, token: &Token) -> Response<Body> {
    if !token.is_in(request.headers()) {
        let mut refused = plain(StatusCode::UNAUTHORIZED, "expected the server's bearer token\n");
        let scheme = header::HeaderValue::from_static("Bearer");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        return refused;
    }
    if request.uri().path() != PATH {
        return plain(StatusCode::NOT_FOUND, "there is nothing but /mcp\n");
    }
    if request.method() == Method::OPTIONS {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "no page of another origin is served\n");
    }
    service.handle(request).await
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed());
    *response.status_mut() = status;
    response
}
