//! Of what both APIs are made of.

use std::sync::Arc;

use bytes::Bytes;
use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::{
    Call, CallOptions, Error, Extra, Identity, Json, Multipart, Page, Payload, Proxy, Sensitive,
    TransportSettings, driver,
    driver::{ConnectAnswer, Exchange, Key, ProxyRules, Step, TransportError, TunnelError},
    kit::{
        ApiClient, ApiKey, BaseUrl, ClientSettings, Decoded, Dialect, Refusal, RequestBuilder,
        Response, Retry, Service,
    },
    registry::{Arguments, ByteArgument, Started},
    sse::{FrameDecoder, FrameError},
    testing::Replay,
};
use codespar_proto::{
    Client, PaymentStatus, Reconnect,
    driver::{AsyncTransport as _, BlockingTransport as _, Connect as _},
};
use hostile::{Act, Peer, everything, ok, runtime};
use http::{Method, StatusCode};
use serde_json::json;

use super::{answer, replayed, walk};
use crate::leak::planted::{SESAME, hidden};

static DIALECT: Dialect = Dialect::new(|_| Refusal::default());

/// Settings with secrets wherever there is room for one.
pub(super) fn settings() -> TransportSettings {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Url(format!("http://me:{SESAME}@127.0.0.1:9"));
    settings
}

fn with_identity() -> TransportSettings {
    let mut settings = settings();
    settings.identity = Some(Identity::from_pem(SESAME, SESAME));
    settings
}

fn client_settings() -> ClientSettings {
    let mut own = ClientSettings::default();
    own.headers.push(("cookie".to_owned(), SESAME.to_owned()));
    own.transport = with_identity();
    own
}

fn too_large() -> FrameError {
    let mut decoder = FrameDecoder::new().with_limit(1);
    decoder.push(Bytes::from(format!("data: {SESAME}\n\n")));
    decoder.next_frame().map(drop).unwrap_err()
}

fn service() -> Arc<Service> {
    let mut service = Service::new(BaseUrl::parse("http://127.0.0.1:9").unwrap(), &DIALECT);
    service.headers.insert("x-secret", SESAME.parse().unwrap());
    Arc::new(service)
}

fn draft() -> RequestBuilder {
    let body = Payload::from(Bytes::from_static(SESAME.as_bytes()));
    RequestBuilder::raw("x", Method::POST, Retry::Once, "/v1/x").body("text/plain", body)
}

fn seen(answer: Response) -> Result<Response, Error> {
    Ok(answer)
}

fn extra() -> Extra {
    let status = json!({"payment_status": "pending", "secret": SESAME});
    serde_json::from_value::<PaymentStatus>(status).unwrap().extra
}

fn exchange() -> Exchange {
    let request = http::Request::post("http://127.0.0.1:9/v1/x").header("authorization", SESAME);
    Exchange::new(request.body(Payload::from(Bytes::from_static(SESAME.as_bytes()))).unwrap())
}

pub(super) fn values() -> Vec<(&'static str, &'static str)> {
    let proxy = settings().proxy;
    let rules = ProxyRules::new(&proxy, |_| None).unwrap();
    let target = rules.for_uri(&"http://example.com/".parse().unwrap()).unwrap().unwrap().clone();
    let mut options = CallOptions::default();
    options.header("cookie", SESAME);
    let asked = BaseUrl::parse(&format!("http://me:{SESAME}@127.0.0.1")).unwrap_err();
    assert!(!everything(&asked).contains(SESAME));
    let form = Multipart::new().text("cpf", SESAME);
    let form = form.file("file", SESAME, "text/plain", Bytes::from_static(SESAME.as_bytes()));
    let mut refusal = Refusal::default();
    refusal.message = Some(SESAME.to_owned());
    let mut opening = ConnectAnswer::default();
    for byte in format!("HTTP/1.1 200 OK\r\nset-cookie: {SESAME}").bytes() {
        opening.push(byte).unwrap();
    }
    walk! { "codespar-engine";
        ApiKey: ApiKey::new("api_key", format!("csk_{SESAME}")).unwrap();
        BaseUrl: service().base.clone();
        CallOptions: options;
        ConnectAnswer: opening;
        RequestBuilder: draft();
        Error: Error::api("no").with_answer(
            StatusCode::FORBIDDEN,
            service().headers.clone(),
            Bytes::from_static(SESAME.as_bytes()),
        );
        Exchange: exchange();
        Extra: extra();
        Identity: Identity::from_pem(SESAME, SESAME);
        Key: Key::Named(SESAME);
        Json: Json::of(&json!({"token": SESAME})).unwrap();
        Multipart: form;
        Page: Page::new(vec![Sensitive::from(SESAME)], None);
        Payload: exchange().request.into_body();
        Proxy: proxy;
        ProxyRules: rules;
        ProxyTarget: target;
        Refusal: refusal;
        Sensitive: Sensitive::from(SESAME);
        Service: Service::clone(&service());
        ApiClient: ApiClient::new(Replay::new(), Service::clone(&service()));
        Arguments: Arguments::read(&Json::of(&json!({"cpf": SESAME})).unwrap()).unwrap();
        TransportError: TransportError::io("cut");
        TunnelError: TunnelError::HungUp;
        TransportSettings: with_identity();
        ClientSettings: client_settings();
        ByteArgument: ByteArgument(Bytes::from_static(SESAME.as_bytes()));
    }
}

/// A transport on one thread, which reaches nothing.
#[derive(Clone)]
struct Nowhere(Replay);

struct NoBody;

impl driver::Transport for Nowhere {
    type Body = NoBody;
}

impl driver::Clock for Nowhere {
    fn tick(&self) -> driver::Tick<'_> {
        self.0.tick()
    }
}

impl driver::LocalTransport for Nowhere {
    async fn open(&self, _: Exchange) -> Result<http::Response<NoBody>, TransportError> {
        Err(TransportError::connect("nowhere"))
    }

    async fn sleep(&self, _: std::time::Duration) {}
}

impl driver::LocalBody for NoBody {
    async fn chunk(
        &mut self,
        _: Option<std::time::Duration>,
    ) -> Result<Option<Bytes>, TransportError> {
        Ok(None)
    }
}

/// Calls and what comes of them.
pub(super) fn flows() -> Vec<(&'static str, &'static str)> {
    let states = format!("event: snapshot\ndata: {{\"token\":\"{SESAME}\"}}\nid: {SESAME}\n\n");
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::from(states));
    hidden(&decoder);
    let frame = decoder.next_frame().unwrap().unwrap();
    hidden(&frame);
    let session = replayed(answer(json!({}))).session("ses_1").unwrap();
    let mut call = session.payment_status("tc_1").header("authorization", SESAME);
    let cancel = call.cancel_handle();
    hidden(&cancel);
    let items =
        session.payment_status_stream("tc_1", Reconnect::UntilOver).header("cookie", SESAME);
    let reply = replayed(answer(json!({"payment_status": "pending", "secret": SESAME})));
    let reply = reply.session("ses_1").unwrap().payment_status("tc_1").with_response().send();
    let transport = Replay::new().answer(answer(json!({"cpf": SESAME})));
    let seen = Call::new(transport, draft().unary(&service(), seen)).send();
    let question = draft().unary(&service(), |_| Ok(Json::null()));
    let future = {
        let client = Client::<HyperTransport>::new("csk_test_x").unwrap();
        client.session("ses_1").unwrap().payment_status("tc_1").header("cookie", SESAME)
    };
    let nowhere = codespar_proto::Config::new("csk_test_x");
    let nowhere = Client::with_transport(nowhere, Nowhere(Replay::new())).unwrap();
    let nowhere = nowhere.session("ses_1").unwrap();
    let status = || nowhere.payment_status("tc_1").header("cookie", SESAME);
    let stream =
        || nowhere.payment_status_stream("tc_1", Reconnect::UntilOver).header("cookie", SESAME);
    walk! { "codespar-engine";
        Reader: status().into_exchange(7).unwrap().1;
        StreamReader: stream().into_exchange(7).unwrap().1;
        LocalCallFuture: status().local();
        LocalItems: stream().local();
        Response: seen.unwrap();
        Call: call;
        CallFuture: future.into_future();
        CancelHandle: cancel;
        Event: driver::Event::Chunk(Bytes::from_static(SESAME.as_bytes()));
        Frame: frame;
        FrameDecoder: FrameDecoder::new().with_last_event_id(SESAME);
        FrameError: too_large();
        Items: items;
        Decoded: Decoded::Item(Sensitive::from(SESAME));
        Reply: reply.unwrap();
        Step: Step::<Sensitive, ()>::Yield(Sensitive::from(SESAME));
        Started: Started::<Replay>::Call(Call::new(Replay::new(), question));
    }
}

/// The transports and what they read from.
pub(super) fn drivers() -> Vec<(&'static str, &'static str)> {
    let peer = Peer::start(|_| vec![Act::send(ok("text/plain", SESAME))]);
    let uri = peer.url().parse().unwrap();
    let asked = |peer: &Peer| {
        let request = http::Request::get(format!("{}/v1/x", peer.url()));
        let request = request.header("authorization", SESAME);
        Exchange::new(request.body(Payload::default()).unwrap())
    };
    let blocking = UreqTransport::connect(&hostile::settings(), &uri).unwrap();
    let asynchronous = HyperTransport::connect(&hostile::settings(), &uri).unwrap();
    let mut walked = walk! { "codespar-blocking";
        UreqBody: blocking.open(asked(&peer)).unwrap().into_body();
        UreqTransport: UreqTransport::connect(&settings(), &uri).unwrap();
    };
    let body = runtime().block_on(asynchronous.open(asked(&peer))).unwrap().into_body();
    walked.extend(walk! { "codespar-async";
        HyperBody: body;
        HyperTransport: HyperTransport::connect(&settings(), &uri).unwrap();
    });
    walked
}
