//! There is no loop over asynchronous items.

fn follow(session: codespar_async::Session) {
    for event in session.send_stream("Hello") {
        drop(event);
    }
}

fn main() {}
