//! Of layers around a transport, and of tools for models.

use std::sync::Arc;

use bytes::Bytes;
use codespar_async::{
    HyperTransport,
    tower::{RequestBody, ServiceTransport},
};
use codespar_engine::{
    Payload,
    driver::{AsyncTransport as _, Connect as _, Exchange},
};
use codespar_proto::agent_tools::{OperationTools, SessionTools};
use hostile::{Act, Peer, ok, runtime};
use http::Request;
use serde_json::json;
use tower_service::Service as _;

use super::{answer, replayed, walk};
use crate::leak::planted::SESAME;

pub(super) fn layers() -> Vec<(&'static str, &'static str)> {
    let peer = Peer::start(|_| vec![Act::send(ok("text/plain", SESAME))]);
    let uri = peer.url().parse().unwrap();
    let head = || {
        let request = Request::get(format!("{}/v1/x", peer.url()));
        request.header("authorization", SESAME)
    };
    let mut transport = HyperTransport::connect(&hostile::settings(), &uri).unwrap();
    let service = ServiceTransport::new(transport.clone());
    let body = RequestBody::from(Bytes::from_static(SESAME.as_bytes()));
    let (answered, opened) = runtime().block_on(async {
        let opened = service.open(Exchange::new(head().body(Payload::default()).unwrap())).await;
        (transport.call(head().body(Bytes::new()).unwrap()).await, opened)
    });
    walk! { "codespar-async";
        RequestBody: body;
        ResponseBody: answered.unwrap().into_body();
        ServiceBody: opened.unwrap().into_body();
        ServiceTransport: service;
    }
}

pub(super) fn tools() -> Vec<(&'static str, &'static str)> {
    let client = replayed(answer(json!({})));
    let session = client.session("ses_1").unwrap();
    walk! { "codespar-proto";
        OperationTools: OperationTools::new(&client).session(&session);
        SessionTools: SessionTools::new(&session, &Arc::from([]));
    }
}
