//! The next item of an asynchronous stream is awaited.

async fn follow(session: codespar_async::Session) {
    let mut events = session.send_stream("Hello");
    while let Some(event) = events.next() {
        drop(event);
    }
}

fn main() {}
