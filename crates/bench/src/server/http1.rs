//! HTTP/1.1 over any connection: just enough of it to be much faster than any contender.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{
    answers::{Answer, first_event},
    counters,
};
use crate::sample;

/// How much is read or written in one go where a body is large.
const PIECE: usize = 64 << 10;

/// Answers request after request, until the client hangs up.
pub(super) async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut input = Vec::with_capacity(1024);
    loop {
        let head = loop {
            if let Some(head) = Head::read(&input) {
                break head;
            }
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
        };
        counters::request();
        let answer = head.answer;
        let here = input.len().min(head.bytes.saturating_add(head.body));
        skip(&mut stream, head.bytes + head.body - here).await?;
        input.drain(..here);
        give(&mut stream, answer).await?;
    }
}

/// What the head of a request tells.
struct Head {
    bytes: usize,
    body: usize,
    answer: Answer,
}

impl Head {
    /// Reads it, once it is whole.
    fn read(input: &[u8]) -> Option<Self> {
        let bytes = input.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let text = std::str::from_utf8(input.get(..bytes)?).ok()?;
        let body = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let answer = Answer::at(text.split(' ').nth(1).unwrap_or_default());
        Some(Self { bytes, body: body.unwrap_or_default(), answer })
    }
}

/// Reads past the rest of a body.
async fn skip(stream: &mut (impl AsyncRead + Unpin), mut rest: usize) -> std::io::Result<()> {
    if rest == 0 {
        return Ok(());
    }
    let mut piece = vec![0; PIECE];
    while rest > 0 {
        let most = rest.min(PIECE);
        match stream.read(piece.get_mut(..most).unwrap_or_default()).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => rest -= read,
        }
    }
    Ok(())
}

async fn give(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    answer: Answer,
) -> std::io::Result<()> {
    match answer {
        Answer::Json(body) => json(stream, body).await,
        Answer::Late(after, body) => {
            tokio::time::sleep(after).await;
            json(stream, body).await
        }
        Answer::Held => {
            let _open = counters::OpenStream::new();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            write(stream, format!("{head}{}", first_event()).as_bytes()).await?;
            // Nothing more is said, until the client hangs up.
            stream.read(&mut [0]).await.map(|_| ())?;
            Err(std::io::ErrorKind::ConnectionAborted.into())
        }
        Answer::Events(events) => events_of(stream, events).await,
        Answer::Bytes(bytes) => bytes_of(stream, bytes).await,
    }
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

async fn json(stream: &mut (impl AsyncWrite + Unpin), body: &str) -> std::io::Result<()> {
    let length = body.len();
    let kind = "content-type: application/json";
    let answer = format!("HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {length}\r\n\r\n{body}");
    write(stream, answer.as_bytes()).await
}

/// A turn of many events, a chunk each of about 4 KiB.
async fn events_of(stream: &mut (impl AsyncWrite + Unpin), events: usize) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    for chunk in sample::chunks(sample::turn(events), 4096) {
        let mut piece = format!("{:x}\r\n", chunk.len()).into_bytes();
        piece.extend_from_slice(&chunk);
        piece.extend_from_slice(b"\r\n");
        stream.write_all(&piece).await?;
    }
    write(stream, b"0\r\n\r\n").await
}

async fn bytes_of(stream: &mut (impl AsyncWrite + Unpin), bytes: u64) -> std::io::Result<()> {
    let kind = "content-type: application/octet-stream";
    let head = format!("HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let piece = vec![b'x'; PIECE];
    let mut rest = bytes;
    while rest > 0 {
        let most = usize::try_from(rest).unwrap_or(PIECE).min(PIECE);
        stream.write_all(piece.get(..most).unwrap_or_default()).await?;
        rest -= most as u64;
    }
    stream.flush().await
}
