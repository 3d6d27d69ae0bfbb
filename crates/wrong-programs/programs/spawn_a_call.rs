//! A call is not a future by itself.

fn close(session: codespar_async::Session) {
    tokio::spawn(session.close());
}

fn main() {}
