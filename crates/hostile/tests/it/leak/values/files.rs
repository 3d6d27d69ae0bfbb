//! What files are sent from and received in.

use bytes::Bytes;
use codespar_engine::{
    Content, Payload,
    driver::{ContentError, Next, Outgoing, Received},
    testing::{Recorded, Replay},
};
use serde_json::json;
use upivia_proto::{Client, Config};

use super::walk;
use crate::leak::planted::SESAME;

pub(super) fn values() -> Vec<(&'static str, &'static str)> {
    let body = Payload::of_content(Content::from(SESAME).with_sha256()).unwrap();
    let objects = client().storage().objects();
    let piece = objects.read_pieces("obj_1").next().unwrap().unwrap();
    let mut received = Received::default();
    received.take(&piece);
    walk! { "codespar-engine";
        Content: Content::from(SESAME);
        ContentError: ContentError::failed(std::io::ErrorKind::NotFound.into(), 1, None);
        FileContent: objects.read("obj_1").send().unwrap();
        FilePiece: piece.clone();
        Next: Next::Piece(Bytes::from_static(SESAME.as_bytes()));
        Outgoing: Outgoing::new(&body);
        Progress: piece.progress;
        Received: received;
    }
}

/// A client that is given the same file twice.
fn client() -> Client<Replay> {
    let file = || {
        [
            Recorded::json(200, json!({"object": {"id": "obj_1"}})),
            Recorded::json(200, json!({"url": format!("http://127.0.0.1:9/{SESAME}")})),
            Recorded::text(200, "text/plain", SESAME),
        ]
    };
    let replay = file().into_iter().chain(file()).fold(Replay::new(), Replay::answer);
    let config = Config::new("http://127.0.0.1:9").session_cookie("session=x");
    Client::with_transport(config, replay).unwrap()
}
