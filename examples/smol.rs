//! A charge on [smol](https://docs.rs/smol), without a driver: requests are made and answers read
//! here, an HTTP client of one's own carries them, hyper over smol's sockets.
//!
//! Run it with `cargo run --example smol`.

use std::error::Error;

use bytes::Bytes;
use codespar_proto::{
    Buyer, Call, ChargeArgs, Client, Config, CreateSession,
    driver::{NoTransport, TransportError},
};
use codespar_sandbox::Sandbox;
use http::{Request, Response, header::HOST};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::handshake;
use smol::net::TcpStream;
use smol_hyper::rt::FuturesIo;

/// What is sent may have arrived, unless there was no connection.
async fn exchange(mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
    let host = request.uri().authority().map_or("", |host| host.as_str()).to_owned();
    let socket = TcpStream::connect(&host).await.map_err(TransportError::connect)?;
    request.headers_mut().insert(HOST, host.parse().map_err(TransportError::connect)?);
    let opening = handshake(FuturesIo::new(socket)).await;
    let (mut sender, connection) = opening.map_err(TransportError::connect)?;
    smol::spawn(connection).detach();
    let answer = sender.send_request(request.map(Full::new)).await.map_err(TransportError::io)?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(TransportError::io)?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

async fn make<O: 'static>(call: Call<NoTransport, O>) -> Result<O, Box<dyn Error>> {
    let (high, low) = (getrandom::u64()?, getrandom::u64()?);
    let (request, reader) = call.into_exchange(u128::from(high) << 64 | u128::from(low))?;
    match exchange(request).await {
        Ok(answer) => Ok(reader.read(answer)?),
        Err(error) => Ok(reader.lost(error)?),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let client = Client::offline(Config::new(sandbox.api_key()).base_url(sandbox.base_url()))?;
    smol::block_on(async {
        let session = make(client.create(&CreateSession::new("buyer-77"))).await?;
        let order = ChargeArgs::pix("150.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
        println!("charge {:?}", make(session.charge(&order)).await?.id);
        Ok(())
    })
}
