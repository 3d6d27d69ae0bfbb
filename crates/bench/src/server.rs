//! The server, a process of its own: so that its work is not counted as a contender's.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    net::Ipv4Addr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use codespar_proto::Config;
use rustls::HandshakeKind;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::{Outcome, process, settings::config};

mod answers;
mod counters;
mod http1;
mod http2;
mod tls;

pub(crate) use self::counters::Counts;

/// How many connections may wait to be accepted; the system allows fewer where it must.
const BACKLOG: u32 = 16_384;

/// A server in a process of its own; dropping it ends the process.
pub(crate) struct Server {
    process: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    pub(crate) url: String,
    /// The certificate to be trusted, PEM; nothing where the server speaks no TLS.
    pub(crate) root: String,
}

/// The first line that the server says.
#[derive(Serialize, Deserialize)]
struct Hello {
    url: String,
    root: String,
}

impl Server {
    /// HTTP/1.1 without TLS.
    pub(crate) fn plain() -> Outcome<Self> {
        Self::start("plain", 0)
    }

    /// HTTP/1.1 over TLS.
    pub(crate) fn tls_http1() -> Outcome<Self> {
        Self::start("http1", 0)
    }

    /// HTTP/2 over TLS, with so many streams at once on a connection, or any number.
    pub(crate) fn tls_http2(limit: Option<u32>) -> Outcome<Self> {
        Self::start("http2", limit.unwrap_or_default())
    }

    fn start(speaks: &str, limit: u32) -> Outcome<Self> {
        let mut process = Command::new(process::program()?)
            .args(["serve", speaks, &limit.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err("the server has no pipes".into());
        };
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Hello { url, root } = serde_json::from_str(&line)?;
        Ok(Self { process, pipes: RefCell::new((input, output)), url, root })
    }

    /// What it has seen so far.
    pub(crate) fn counts(&self) -> Outcome<Counts> {
        let (input, output) = &mut *self.pipes.borrow_mut();
        writeln!(input, "counts")?;
        let mut line = String::new();
        output.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    /// The settings of a client of this server.
    pub(crate) fn config(&self) -> Config {
        config(&self.url, &self.root)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already when these fail.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until the other end of the standard input is gone.
pub(crate) fn serve(speaks: &str, limit: u32) -> Outcome<()> {
    // More files than the default: one for each open stream. Where that is refused, fewer do.
    process::raise_open_files();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let protocols: Option<&[&[u8]]> = match speaks {
        "plain" => None,
        "http1" => Some(&[b"http/1.1"]),
        _ => Some(&[b"h2", b"http/1.1"]),
    };
    let tls = protocols.map(tls::acceptor).transpose()?;
    let (acceptor, root) = tls.map_or((None, String::new()), |(tls, root)| (Some(tls), root));
    let streams = (limit > 0).then_some(limit);
    runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(BACKLOG)?;
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr()?);
        println!("{}", serde_json::to_string(&Hello { url, root })?);
        std::thread::spawn(answer_questions);
        loop {
            let (stream, _) = listener.accept().await?;
            counters::connection();
            stream.set_nodelay(true)?;
            let acceptor = acceptor.clone();
            // A client that hangs up is none of the server's business.
            tokio::spawn(async move { drop(connection(stream, acceptor, streams).await) });
        }
    })
}

/// Each line asks for the counts. There is none any more when the parent is gone.
fn answer_questions() {
    for line in std::io::stdin().lines() {
        let (Ok(_), Ok(counts)) = (line, serde_json::to_string(&counters::now())) else { break };
        println!("{counts}");
    }
    std::process::exit(0);
}

async fn connection(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    streams: Option<u32>,
) -> Outcome<()> {
    let Some(acceptor) = acceptor else { return Ok(http1::serve(stream).await?) };
    let stream = acceptor.accept(stream).await?;
    let session = stream.get_ref().1;
    counters::handshake(session.handshake_kind() == Some(HandshakeKind::Resumed));
    match session.alpn_protocol() {
        Some(b"h2") => Ok(http2::serve(stream, streams).await?),
        _ => Ok(http1::serve(stream).await?),
    }
}
