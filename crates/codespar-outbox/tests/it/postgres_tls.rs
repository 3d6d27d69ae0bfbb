//! TLS to PostgreSQL: whom it trusts, and that nothing is said to anybody else. The server is a few
//! messages of the protocol, spoken by the test.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
};

use codespar_engine::TransportSettings;
use codespar_outbox::PostgresTls;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use testing_support::certificates::{Authority, server_config};

use crate::support::TestResult;

/// Reads a message that begins with its length.
fn message(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
    let mut message = vec![0; length.checked_sub(4).unwrap()];
    stream.read_exact(&mut message)?;
    Ok(message)
}

/// Takes a connection, offers TLS, and lets in whoever says who it is. Gives what that was; `None`
/// where the handshake came to nothing.
fn served(listener: &TcpListener, config: &Arc<ServerConfig>) -> Option<Vec<u8>> {
    let (mut socket, _) = listener.accept().unwrap();
    // The request for TLS: 1234, 5679.
    assert_eq!(message(&mut socket).unwrap(), [4, 210, 22, 47]);
    socket.write_all(b"S").unwrap();
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    let startup = message(&mut stream).ok()?;
    // Let in, and ready for a query.
    stream.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").unwrap();
    stream.flush().unwrap();
    // Until the client goes.
    let _ = stream.read_to_end(&mut Vec::new());
    Some(startup)
}

#[test]
fn who_shows_no_certificate_of_the_authority_is_told_nothing() -> TestResult {
    let (authority, other) = (Authority::generate(), Authority::generate());
    let config = server_config(&authority.issue("localhost", 2999), None, &[]);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let tls = |authority: &Authority| {
        let mut settings = TransportSettings::default();
        settings.extra_roots.push(authority.pem().into_bytes().into());
        settings.only_extra_roots = true;
        PostgresTls::new(&settings)
    };
    let url = |host: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={port} user=shop sslmode=require")
    };
    let runtime = tokio::runtime::Runtime::new()?;
    for (trusted, host, is_let_in) in
        [(&authority, "localhost", true), (&other, "localhost", false), (&authority, "db", false)]
    {
        let (blocking, startups) = thread::scope(|scope| {
            let server = scope.spawn(|| [served(&listener, &config), served(&listener, &config)]);
            let blocking = postgres::Client::connect(&url(host), tls(trusted).unwrap());
            let blocking = blocking.map(drop);
            let awaited = runtime.block_on(async {
                let connected = tokio_postgres::connect(&url(host), tls(trusted).unwrap()).await;
                connected.map(drop)
            });
            assert_eq!(blocking.is_ok(), awaited.is_ok(), "{awaited:?}");
            (blocking, server.join().unwrap())
        });
        assert_eq!(blocking.is_ok(), is_let_in, "{host}: {blocking:?}");
        for startup in startups {
            let is_named = startup.is_some_and(|it| it.windows(4).any(|part| part == b"shop"));
            assert_eq!(is_named, is_let_in, "{host}");
        }
    }
    let mut none = TransportSettings::default();
    none.only_extra_roots = true;
    assert!(PostgresTls::new(&none).is_err());
    Ok(())
}
