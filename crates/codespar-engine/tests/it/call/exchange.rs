//! Streams that are read without a transport.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, header::CONTENT_TYPE};

use crate::support::{event, offline, watch};

#[test]
fn what_comes_after_the_end_of_a_stream_is_not_kept() {
    let (_, mut reader) = watch(offline()).into_exchange(1).unwrap();
    let answer = Response::builder().header(CONTENT_TYPE, "text/event-stream").body(()).unwrap();
    reader.head(answer.into_parts().0);
    reader.chunk(event("state", "a") + &event("final", "b"));
    let seen: Vec<_> = (&mut reader).map(Result::unwrap).collect();
    assert!(reader.is_over() && seen == ["a", "b"], "{seen:?}");
    let more: Arc<[u8]> = Arc::from(&b"more"[..]);
    for _ in 0..10 {
        reader.chunk(Bytes::from_owner(Arc::clone(&more)));
    }
    assert_eq!(Arc::strong_count(&more), 1);
    assert!(reader.next().is_none());
}
