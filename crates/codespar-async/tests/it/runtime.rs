//! Runtimes, settings and connectors around the transport.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use codespar_async::{HyperBody, HyperTransport};
use codespar_engine::{
    ErrorKind,
    driver::{AsyncBody, AsyncTransport, Clock as _, Connect, TransportErrorKind},
};
use http::Method;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::support::{
    BOUND, SHORT, Server, bounded, direct, exchange, get, receive, send, serve, text, transport,
    until_closed,
};

#[test]
fn outside_a_runtime_it_is_an_error() {
    let url = "http://127.0.0.1:9/";
    let transport = transport(&direct(), url);
    let opening = pin!(transport.open(exchange(Method::GET, url, &[])));
    let Poll::Ready(Err(error)) = opening.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is no runtime that could have done anything");
    };
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(error.to_string().contains("tokio"));
}

#[test]
fn outside_a_runtime_waits_and_reads_do_not_panic() {
    let mut context = Context::from_waker(Waker::noop());
    let idle = transport(&direct(), "http://127.0.0.1:9/");
    assert!(pin!(idle.sleep(BOUND)).poll(&mut context).is_ready());

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_server, mut body) = runtime.block_on(bounded(async {
        let server = Server::start(|mut stream, _| async move {
            receive(&mut stream).await;
            send(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
            until_closed(&mut stream).await;
        })
        .await;
        let transport = transport(&direct(), &server.url("/"));
        let body = get(&transport, &server.url("/")).await.unwrap().into_body();
        (server, body)
    }));
    let Poll::Ready(Err(error)) = pin!(body.chunk(Some(BOUND))).poll(&mut context) else {
        panic!("there is no clock that could have run out");
    };
    assert_eq!(error.kind(), TransportErrorKind::Io);
    assert!(error.to_string().contains("tokio"));
}

#[test]
fn urls_that_cannot_work_are_refused() {
    for url in ["ftp://127.0.0.1/", "/v1"] {
        let error = HyperTransport::connect(&direct(), &url.parse().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("base_url")));
    }
}

/// A connector that knows one address only.
#[derive(Clone)]
struct Always(std::net::SocketAddr);

impl tower_service::Service<http::Uri> for Always {
    type Response = TokioIo<TcpStream>;
    type Error = std::io::Error;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = std::io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let addr = self.0;
        Box::pin(async move { TcpStream::connect(addr).await.map(TokioIo::new) })
    }
}

#[tokio::test]
async fn a_connector_of_ones_own_is_used() {
    let server =
        Server::start(|mut stream, _| async move { serve(&mut stream, "mine").await }).await;
    bounded(async {
        let transport = HyperTransport::from_connector(Always(server.addr), &direct());
        let mut response = get(&transport, "http://api.example.com/v1").await.unwrap();
        assert_eq!(text(response.body_mut()).await.unwrap(), "mine");
    })
    .await;
}

#[tokio::test]
async fn ticks_differ_and_sleep_returns() {
    let transport = transport(&direct(), "http://127.0.0.1:9/");
    let clone = transport.clone();
    let (first, second) = (transport.tick(), clone.tick());
    assert_ne!(first.noise(), second.noise());
    assert_ne!(first.noise(), first.noise());
    bounded(transport.sleep(SHORT)).await;
    assert!(transport.tick().now >= second.now);
}

#[test]
fn transport_and_futures_can_be_sent() {
    fn sent<T: Send>(_: T) {}
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let url = "http://127.0.0.1:9/";
    let transport = transport(&direct(), url);
    shared(&transport);
    sent(transport.open(exchange(Method::GET, url, &[])));
    sent(transport.sleep(SHORT));
    fn read(body: &mut HyperBody) {
        sent(body.chunk(None));
    }
    let _: fn(&mut HyperBody) = read;
    assert!(size_of::<HyperTransport>() == size_of::<usize>());
    assert!(size_of::<HyperBody>() <= 88, "{}", size_of::<HyperBody>());
}
