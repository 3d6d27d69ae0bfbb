//! Requests through a proxy.

use codespar_engine::{Proxy, TransportSettings, driver::TransportErrorKind};
use tokio::sync::mpsc;

use crate::support::{
    Received, Server, bounded, direct, everything, ok, post, receive, send, text, transport,
};
#[cfg(feature = "tls")]
use crate::support::{SHORT, until_closed};

/// `user:pass word` as a proxy wants to see it.
const LOGIN: &str = "Basic dXNlcjpwYXNzIHdvcmQ=";

fn through(proxy: &Server) -> TransportSettings {
    let mut settings = direct();
    settings.proxy = Proxy::Url(format!("http://user:pass%20word@{}", proxy.addr));
    settings
}

/// A proxy that gives one answer to everything.
async fn answering(answer: String) -> (Server, mpsc::UnboundedReceiver<Received>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = Server::start(move |mut stream, _| {
        let (tell, answer) = (tell.clone(), answer.clone());
        async move {
            while let Some(received) = receive(&mut stream).await {
                send(&mut stream, &answer).await;
                let _ = tell.send(received);
            }
        }
    })
    .await;
    (server, told)
}

#[tokio::test]
async fn plain_requests_go_to_the_proxy_with_their_whole_url() {
    let (proxy, mut told) = answering(ok("by proxy")).await;
    bounded(async {
        let url = "http://api.example.com/v1/sessions?limit=2";
        let transport = transport(&through(&proxy), url);
        for _ in 0..2 {
            let mut response = post(&transport, url).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "by proxy");
            let received = told.recv().await.unwrap();
            assert_eq!(received.line(), format!("POST {url} HTTP/1.1"));
            assert_eq!(received.header("host"), Some("api.example.com"));
            assert_eq!(received.header("proxy-authorization"), Some(LOGIN));
        }
    })
    .await;
}

#[tokio::test]
async fn a_proxy_that_is_not_there_sent_nothing() {
    let (proxy, _) = answering(String::new()).await;
    let settings = through(&proxy);
    let addr = proxy.addr;
    drop(proxy);
    bounded(async {
        while tokio::net::TcpStream::connect(addr).await.is_ok() {
            tokio::task::yield_now().await;
        }
        let url = "http://api.example.com/";
        let error = post(&transport(&settings, url), url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert!(!error.may_have_been_sent());
        assert!(!everything(&error).contains("pass"));
    })
    .await;
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn secure_requests_go_through_a_tunnel_with_the_login_on_its_outside() {
    let (proxy, mut told) = answering("HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n".into()).await;
    bounded(async {
        let url = "https://api.example.com/v1";
        let error = post(&transport(&through(&proxy), url), url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert!(!error.may_have_been_sent());
        let said = everything(&error);
        assert!(said.contains("the proxy answered 407"), "{said}");
        assert!(!said.contains("pass word") && !said.contains(LOGIN));
        let received = told.recv().await.unwrap();
        assert_eq!(received.line(), "CONNECT api.example.com:443 HTTP/1.1");
        assert_eq!(received.header("proxy-authorization"), Some(LOGIN));
    })
    .await;
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn the_connect_limit_covers_the_proxy() {
    let proxy = Server::start(|mut stream, _| async move { until_closed(&mut stream).await }).await;
    bounded(async {
        let url = "https://api.example.com/v1";
        let mut settings = through(&proxy);
        settings.connect_timeout = SHORT;
        let error = post(&transport(&settings, url), url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert!(!error.may_have_been_sent());
    })
    .await;
}
