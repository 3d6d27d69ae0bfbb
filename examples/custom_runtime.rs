//! Drives calls by hand over a plain socket: no driver crate, no runtime.
//!
//! `cargo run --example custom_runtime`. This is what embedding the core in a runtime of one's own
//! comes down to: a `match` in a loop. HTTP is spoken in its simplest form, a connection per
//! request that ends with the answer; an embedder would put the runtime's own HTTP here.

// This is the driver: unlike in the core, clocks, sockets and pauses are its business.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::{
    collections::hash_map::RandomState,
    convert::Infallible,
    error::Error,
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant, SystemTime},
};

use codespar_engine::{
    CallOptions,
    driver::{
        BoxFlow, Clock, Event, Exchange, Flow, Step, Tick, Ticker, Transport, TransportError,
    },
};
use codespar_proto::{Buyer, Call, ChargeArgs, Client, Config, CreateSession};
use codespar_sandbox::Sandbox;
use http::response::Parts;

/// Knows the time and nothing else: calls made with it can only be driven by hand.
#[derive(Clone)]
struct ByHand(Instant, Ticker<RandomState>);

impl Transport for ByHand {
    type Body = Infallible;
}

impl Clock for ByHand {
    fn tick(&self) -> Tick<'_> {
        self.1.tick(self.0.elapsed())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let ticker = Ticker::new(RandomState::new(), SystemTime::now);
    let client = Client::with_transport(config, ByHand(Instant::now(), ticker))?;

    let session = finish(&client, client.create(&CreateSession::new("buyer-77")))?;
    println!("session {}", session.id());
    let order = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
    let charge = finish(&client, session.charge(&order))?;
    println!("charge  {}", charge.id.as_deref().unwrap_or("without id"));
    let settled = finish(&client, session.settled(charge.call_id()?))?;
    println!("payment {}", settled.payment_status);
    finish(&client, session.close())?;
    Ok(())
}

/// Takes the flow out of a call and drives it to its end.
fn finish<O: 'static>(
    client: &Client<ByHand>,
    call: Call<ByHand, O>,
) -> Result<O, codespar_proto::Error> {
    let (flow, options) = call.into_flow();
    drive(client.transport(), flow, options)
}

/// The whole contract: resume the flow with what happened, do what it says, again.
fn drive<O>(
    clock: &ByHand,
    mut flow: BoxFlow<O>,
    options: CallOptions,
) -> Result<O, codespar_proto::Error> {
    let mut socket = None;
    let mut event = Event::Start(options);
    loop {
        event = match flow.resume(clock.tick(), event) {
            Step::Open(exchange) => match open(&exchange) {
                Ok((head, connection)) => {
                    socket = Some(connection);
                    Event::Head(Box::new(head))
                }
                Err(error) => Event::Failed(error),
            },
            Step::Read { idle } => match &mut socket {
                Some(connection) => read(connection, idle),
                None => Event::End,
            },
            Step::Wait(pause) => {
                std::thread::sleep(pause);
                Event::Woke
            }
            Step::Done(outcome) => return outcome,
            Step::Yield(never) => match never {},
        };
    }
}

/// Sends a request and reads the head of its answer.
fn open(exchange: &Exchange) -> Result<(Parts, TcpStream), TransportError> {
    let request = &exchange.request;
    // A file that is read while it is sent is an error here: see `driver::Outgoing`.
    let pieces = request.body().pieces()?;
    let authority = request.uri().authority().map_or("", |authority| authority.as_str());
    let mut socket = TcpStream::connect(authority).map_err(TransportError::connect)?;
    socket.set_read_timeout(exchange.timeout).map_err(TransportError::connect)?;
    socket.set_write_timeout(exchange.timeout).map_err(TransportError::connect)?;

    // Under HTTP/1.0 the answer simply lasts until the connection ends.
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut head = format!("{} {target} HTTP/1.0\r\nhost: {authority}\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    socket.write_all(head.as_bytes()).map_err(lost)?;
    for piece in pieces {
        socket.write_all(piece).map_err(lost)?;
    }
    Ok((read_head(&mut socket)?, socket))
}

/// Reads up to the empty line and not a byte further.
fn read_head(socket: &mut TcpStream) -> Result<Parts, TransportError> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).map_err(lost)?;
        bytes.extend(byte);
    }
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut fields);
    parsed.parse(&bytes).map_err(TransportError::io)?;
    let mut response = http::Response::builder().status(parsed.code.unwrap_or_default());
    for field in parsed.headers {
        response = response.header(field.name, field.value);
    }
    Ok(response.body(()).map_err(TransportError::io)?.into_parts().0)
}

fn read(socket: &mut TcpStream, idle: Option<Duration>) -> Event {
    let mut buffer = [0; 4096];
    let read = socket.set_read_timeout(idle).and_then(|()| socket.read(&mut buffer));
    match read {
        Ok(0) => Event::End,
        Ok(count) => Event::Chunk(buffer.into_iter().take(count).collect()),
        Err(error) => Event::Failed(lost(error)),
    }
}

/// The server may have seen the request: say so, and whether the time was up.
fn lost(error: io::Error) -> TransportError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => TransportError::timeout(error),
        _ => TransportError::io(error),
    }
}
