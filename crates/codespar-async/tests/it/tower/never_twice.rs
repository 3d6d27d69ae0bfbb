//! Layers that fail before and after sending, that repeat and that lie: what has no key is never
//! sent twice, and nothing that was sent is called unsent.

use std::{
    error::Error as StdError,
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use codespar_async::{
    Buyer, ChargeArgs, ChargeMethod, Config, CreateCharge, Currency, Error, HyperTransport, Major,
    RetryPolicy, Verdict,
    proto::Client,
    tower::{RequestBody, ResponseBody, ServiceTransport},
};
use codespar_engine::driver::{AsyncTransport as _, TransportError, TransportErrorKind};
use http::{Method, Request, Response};
use proptest::prelude::*;
use tokio::sync::mpsc::UnboundedReceiver;
use tower::{BoxError, ServiceBuilder, ServiceExt as _, util::BoxCloneService};
use tower_service::Service;

use crate::support::{Received, Server, bounded, direct, exchange, receive, send, transport};

type Boxed = BoxCloneService<Request<RequestBody>, Response<ResponseBody>, BoxError>;
type Answering = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, BoxError>> + Send>>;

/// What a layer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It does not become ready.
    NotReady,
    /// It fails before it hands the request on.
    Before,
    /// The same, and says so.
    BeforeAndSaysSo,
    /// It loses the answer.
    After,
    /// It loses the answer, and says that nothing was sent.
    AfterAndLies,
    /// It loses the answer, and has an error below it that says that nothing was sent.
    AfterAndWraps,
    /// It has an error of its own around that of what it wraps.
    Wraps,
    /// It drops the request while it is under way.
    GivesUp,
    /// It repeats what went well.
    Repeats,
    /// It repeats what went wrong.
    Retries,
    /// It sends the request twice at once.
    Hedges,
}

use Fault::{
    After, AfterAndLies, AfterAndWraps, Before, BeforeAndSaysSo, GivesUp, Hedges, NotReady,
    Repeats, Retries, Wraps,
};

const FAULTS: [Fault; 9] =
    [NotReady, Before, BeforeAndSaysSo, After, AfterAndLies, GivesUp, Repeats, Retries, Hedges];

#[derive(Clone)]
struct Faulty {
    inner: Boxed,
    fault: Fault,
}

impl Service<Request<RequestBody>> for Faulty {
    type Response = Response<ResponseBody>;
    type Error = BoxError;
    type Future = Answering;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self.fault {
            NotReady => Poll::Ready(Err("not ready".into())),
            _ => self.inner.poll_ready(cx),
        }
    }

    fn call(&mut self, request: Request<RequestBody>) -> Answering {
        let Self { mut inner, fault } = self.clone();
        // The one that is ready is used, its clone stays.
        std::mem::swap(&mut inner, &mut self.inner);
        Box::pin(async move {
            match fault {
                NotReady => Err("called though it is not ready".into()),
                Before => Err("failed before".into()),
                BeforeAndSaysSo => Err(TransportError::connect("not handed on").into()),
                After => {
                    inner.call(request).await?;
                    Err("failed after".into())
                }
                AfterAndLies => {
                    drop(inner.call(request).await);
                    Err(TransportError::connect("a lie").into())
                }
                AfterAndWraps => {
                    drop(inner.call(request).await);
                    Err(Wrapped(TransportError::connect("of something else").into()).into())
                }
                Wraps => inner.call(request).await.map_err(|error| Wrapped(error).into()),
                GivesUp => {
                    let mut answering = inner.call(request);
                    let mut polls = 0;
                    poll_fn(|cx| {
                        polls += 1;
                        if polls > 3 {
                            Poll::Ready(())
                        } else {
                            answering.as_mut().poll(cx).map(drop)
                        }
                    })
                    .await;
                    Err("gave up".into())
                }
                Repeats => {
                    let again = again(&request);
                    inner.call(request).await?;
                    inner.oneshot(again).await
                }
                Retries => {
                    let again = again(&request);
                    match inner.call(request).await {
                        Ok(answer) => Ok(answer),
                        Err(_) => inner.oneshot(again).await,
                    }
                }
                Hedges => {
                    let again = inner.clone().oneshot(again(&request));
                    let (one, other) = tokio::join!(inner.call(request), again);
                    other.or(one)
                }
            }
        })
    }
}

/// An error of a layer, with the cause below.
#[derive(Debug)]
struct Wrapped(BoxError);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer failed")
    }
}

impl StdError for Wrapped {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

/// The same request, with its extensions.
fn again(request: &Request<RequestBody>) -> Request<RequestBody> {
    let mut again = Request::new(request.body().try_clone().unwrap());
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    *again.extensions_mut() = request.extensions().clone();
    again
}

/// A server that answers charges, and tells of each.
async fn charging() -> (Server, UnboundedReceiver<Received>) {
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::start(move |mut stream, _| {
        let tell = tell.clone();
        async move {
            while let Some(received) = receive(&mut stream).await {
                let _ = tell.send(received);
                let body =
                    r#"{"success":true,"data":{"id":"ch_1"},"id":"ch_1","status":"pending"}"#;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
                let length = body.len();
                send(&mut stream, &format!("{head}content-length: {length}\r\n\r\n{body}")).await;
            }
        }
    })
    .await;
    (server, told)
}

/// The layers around the transport, the first one outermost.
fn layered(hyper: HyperTransport, faults: &[Fault]) -> ServiceTransport<Boxed> {
    let innermost =
        BoxCloneService::new(ServiceBuilder::new().map_err(BoxError::from).service(hyper));
    let service = faults
        .iter()
        .rev()
        .fold(innermost, |inner, &fault| BoxCloneService::new(Faulty { inner, fault }));
    ServiceTransport::new(service)
}

/// What became of a call, and what the server saw of it.
struct Outcome {
    ended: Result<(), Error>,
    seen: Vec<Received>,
}

async fn charge(faults: &[Fault], keyed: bool) -> Outcome {
    let (server, mut told) = charging().await;
    let hyper = transport(&direct(), &server.url("/"));
    let retry = RetryPolicy::default().base(Duration::ZERO);
    let config = Config::new("csk_test_0123").base_url(server.url("/")).retry(retry);
    let client = Client::with_transport(config, layered(hyper, faults)).unwrap();
    let ended = if keyed {
        let amount = "150.00".parse::<Major>().unwrap();
        let args = CreateCharge::new(amount, Currency::BRL, ChargeMethod::Boleto)
            .consumer_id("con_1")
            .due_date("2030-01-31");
        client.charges().create(&args).idempotency_key("order-1").await.map(drop)
    } else {
        let order = ChargeArgs::pix("150.00".parse().unwrap(), "Order", Buyer::new("Maria"));
        client.session("ses_1").unwrap().charge(&order).await.map(drop)
    };
    // A request that was dropped on its way may still arrive: the end of its connection is later.
    drop(client);
    let mut seen = Vec::new();
    drop(server);
    while let Some(received) = told.recv().await {
        seen.push(received);
    }
    Outcome { ended, seen }
}

#[tokio::test]
async fn each_fault_says_what_it_leaves_open() {
    // What a charge without a key ends with, how often it is seen; the same of one with a key.
    let unknown = Some(Verdict::Unknown);
    let unsent = Some(Verdict::NothingSent);
    let expected = [
        (NotReady, unsent, 0, unsent, 0),
        (Before, unknown, 0, unknown, 0),
        (BeforeAndSaysSo, unsent, 0, unsent, 0),
        (After, unknown, 1, unknown, 3),
        (AfterAndLies, unknown, 1, unknown, 3),
        (AfterAndWraps, unknown, 1, unknown, 3),
        (Wraps, None, 1, None, 1),
        (Repeats, unknown, 1, None, 2),
        (Retries, None, 1, None, 1),
        (Hedges, None, 1, None, 2),
    ];
    for (fault, verdict, count, keyed_verdict, keyed_count) in expected {
        for (keyed, verdict, count) in [(false, verdict, count), (true, keyed_verdict, keyed_count)]
        {
            let Outcome { ended, seen } = bounded(charge(&[fault], keyed)).await;
            let ended = ended.err().map(|error| error.verdict());
            assert_eq!((ended, seen.len()), (verdict, count), "{fault:?}, keyed: {keyed}");
        }
    }
}

#[tokio::test]
async fn what_lies_below_an_error_counts_where_the_transport_knows_the_same() {
    bounded(async {
        let open = async |faults: &[Fault]| {
            let hyper = transport(&direct(), "http://127.0.0.1:1/");
            let exchange = exchange(Method::POST, "http://127.0.0.1:1/", &["{}"]);
            layered(hyper, faults).open(exchange).await.unwrap_err()
        };
        let error = open(&[Wraps, Wraps]).await;
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert!(!error.may_have_been_sent());
        // Nobody but the layer says so, and of whatever.
        assert!(open(&[Wraps, BeforeAndSaysSo]).await.may_have_been_sent());
    })
    .await;
}

#[tokio::test]
async fn a_retry_of_a_layer_is_refused_once_the_request_may_have_been_sent() {
    // The request goes out, the answer is lost, the layer above tries again.
    let Outcome { ended, seen } = bounded(charge(&[Retries, After], false)).await;
    assert_eq!((ended.unwrap_err().verdict(), seen.len()), (Verdict::Unknown, 1));
    let Outcome { ended, seen } = bounded(charge(&[Retries, After], true)).await;
    // Three attempts of the client, two of the layer for each.
    assert_eq!((ended.unwrap_err().verdict(), seen.len()), (Verdict::Unknown, 6));
    let keys: Vec<_> = seen.iter().map(|seen| seen.header("idempotency-key")).collect();
    assert_eq!(keys, [Some("order-1"); 6]);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_stack_of_layers_sends_an_unkeyed_charge_twice(
        faults in prop::collection::vec(prop::sample::select(&FAULTS[..]), 0..4),
        keyed: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let Outcome { ended, seen } = runtime.block_on(bounded(charge(&faults, keyed)));
        match &ended {
            Ok(()) => prop_assert!(!seen.is_empty()),
            Err(error) => {
                prop_assert!(!faults.is_empty(), "{error}");
                let verdict = error.verdict();
                prop_assert!(!verdict.is_nothing_done() || seen.is_empty(), "{verdict} {error}");
            }
        }
        let expected = keyed.then_some("order-1");
        prop_assert!(seen.iter().all(|seen| seen.header("idempotency-key") == expected));
        prop_assert!(keyed || seen.len() <= 1, "seen {} times", seen.len());
    }
}
