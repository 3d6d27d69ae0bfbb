//! The next item of a blocking list is not awaited.

async fn follow(session: codespar_blocking::Session) {
    let mut events = session.send_stream("Hello");
    while let Some(event) = events.next().await {
        drop(event);
    }
}

fn main() {}
