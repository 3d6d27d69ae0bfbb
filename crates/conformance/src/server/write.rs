//! Writes recorded answers, and misbehaves where the recording does.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::recording::{Chunk, Response};

/// Between two pieces of a stream, so that each is read on its own.
const GAP_MS: u64 = 2;

/// Writes the answer and says whether the connection goes on.
///
/// `pause` waits so many milliseconds and says whether to go on.
pub(super) fn answer(
    to: &mut impl Write,
    answer: &Response,
    to_head: bool,
    pause: &dyn Fn(u64) -> bool,
) -> io::Result<bool> {
    let Some(status) = answer.status else {
        // closed-without-answer
        return Ok(false);
    };
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, header) in &answer.headers {
        for value in header.values() {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    if let Some(chunks) = &answer.sse_chunks {
        head.push_str("transfer-encoding: chunked\r\n\r\n");
        to.write_all(head.as_bytes())?;
        to.flush()?;
        return stream(to, answer, chunks, pause);
    }
    let body = answer.body().map_err(io::Error::other)?;
    if status != 204 && status != 304 {
        let _ = write!(head, "content-length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    let mut all = head.into_bytes();
    if !to_head && status != 204 && status != 304 {
        all.extend_from_slice(&body);
    }
    to.write_all(&all)?;
    to.flush()?;
    Ok(!answer.cut)
}

fn stream(
    to: &mut impl Write,
    answer: &Response,
    chunks: &[Chunk],
    pause: &dyn Fn(u64) -> bool,
) -> io::Result<bool> {
    for chunk in chunks {
        let bytes = chunk.bytes().map_err(io::Error::other)?;
        if bytes.is_empty() {
            // An empty chunk would be the end of the body.
            continue;
        }
        let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
        framed.extend_from_slice(&bytes);
        framed.extend_from_slice(b"\r\n");
        to.write_all(&framed)?;
        to.flush()?;
        if !pause(GAP_MS) {
            return Ok(false);
        }
    }
    if !pause(answer.delay_after_chunks_ms) || answer.cut {
        return Ok(false);
    }
    to.write_all(b"0\r\n\r\n")?;
    to.flush()?;
    Ok(true)
}

const fn reason(status: u16) -> &'static str {
    match status {
        200..=299 => "OK",
        300..=399 => "Elsewhere",
        400..=499 => "Refused",
        _ => "Failed",
    }
}
