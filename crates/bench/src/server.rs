//! The server: knows just enough HTTP to be much faster than any contender.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{Outcome, sample};

/// A server in a process of its own; dropping it ends the process.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?.with_file_name(program()))
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut url)?;
        }
        let server = Self { process, url: url.trim().to_owned() };
        if server.url.is_empty() { Err("the server did not start".into()) } else { Ok(server) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already when these fail.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The name of the program that has the commands, beside the one that counts allocations.
fn program() -> String {
    format!("bench{}", std::env::consts::EXE_SUFFIX)
}

/// Serves until the other end of the standard input is gone.
pub(crate) fn serve() -> Outcome<()> {
    // More files than the default: one for each open stream. Where that is refused, fewer do.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(|| {
        // Nothing is ever written there: it returns when the parent is gone.
        let _ = std::io::stdin().read_line(&mut String::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // A client that hangs up is none of the server's business.
            tokio::spawn(async move { connection(stream).await.unwrap_or_default() });
        }
    })
}

async fn connection(mut stream: TcpStream) -> std::io::Result<()> {
    let mut input = Vec::with_capacity(1024);
    loop {
        let length = loop {
            if let Some(length) = request(&input) {
                break length;
            }
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
        };
        let head = String::from_utf8_lossy(input.get(..length).unwrap_or_default()).into_owned();
        input.drain(..length);
        answer(&mut stream, head.split(' ').nth(1).unwrap_or_default()).await?;
    }
}

/// How long the request at the beginning of the bytes is, once it is whole.
fn request(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(bytes.get(..head)?).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = head + length.unwrap_or_default();
    (bytes.len() >= whole).then_some(whole)
}

async fn answer(stream: &mut TcpStream, path: &str) -> std::io::Result<()> {
    match path.strip_prefix("/v1/sessions/").and_then(|path| path.split_once('/')) {
        Some((_, "execute")) => json(stream, sample::RESULT).await,
        Some(("hold", "send")) => {
            let text = sample::deltas(1);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            stream.write_all(format!("{head}{text}").as_bytes()).await?;
            // Nothing more is said, until the client hangs up.
            stream.read(&mut [0]).await.map(|_| ())
        }
        Some((events, "send")) => {
            events_of(stream, events.trim_start_matches("flow-").parse().unwrap_or_default()).await
        }
        _ => json(stream, SESSION).await,
    }
}

/// The answer to whatever else is asked: a session.
const SESSION: &str = concat!(
    r#"{"id":"ses_1","org_id":"org_1","user_id":"u","servers":[],"status":"active","#,
    r#""created_at":"2026-04-21T12:00:00Z"}"#
);

async fn json(stream: &mut TcpStream, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let kind = "content-type: application/json";
    let answer = format!("HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await
}

/// A turn of many events, a chunk each of about 4 KiB.
async fn events_of(stream: &mut TcpStream, events: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    for chunk in sample::chunks(sample::turn(events), 4096) {
        let mut piece = format!("{:x}\r\n", chunk.len()).into_bytes();
        piece.extend_from_slice(&chunk);
        piece.extend_from_slice(b"\r\n");
        stream.write_all(&piece).await?;
    }
    stream.write_all(b"0\r\n\r\n").await
}
