//! Files of 1 GiB: what they take above what a program has in use.

use std::io;

use bytes::Bytes;
use codespar_engine::{
    Content, Error, FilePiece, Items, Multipart,
    driver::{Received, Transport},
    kit::{BaseUrl, Dialect, Fetch, FetchTarget, Ready, Refusal, RequestBuilder, Retry, Service},
};
use codespar_proto::{Client, Config, request::Request};
use http::Method;

use super::{MIB, Measured, Polled, Taken, request};
use crate::{
    Outcome,
    measure::Effort,
    process::run_anew,
    report::{Report, Row},
};

/// How much a file may take, in MiB, however long it is.
const MOST: f64 = 32.0;

static DIALECT: Dialect = Dialect::new(|_| Refusal::default());

pub(super) fn tell(report: &mut Report, effort: Effort) -> Outcome<()> {
    let mib = if effort.is_quick() { 128 } else { 1024 };
    for direction in ["upload-file", "download-file"] {
        for driver in ["async", "blocking"] {
            let taken: Taken = run_anew(&["body", driver, direction, &mib.to_string()])?;
            let what = format!("{direction} of {mib} MiB, SHA-256, {driver}");
            super::tell(report, &what, mib, &[taken]);
            let above = (taken.above as f64 / MIB as f64 * 10.0).round() / 10.0;
            report.row(Row::count(format!("MiB in use for {what}"), above).at_most(MOST));
        }
    }
    Ok(())
}

/// Sends or receives one file.
pub(super) fn moved(
    config: Config,
    url: &str,
    driver: &str,
    direction: &str,
    mib: usize,
) -> Outcome<Taken> {
    if driver == "async" {
        asynchronous(config, url, direction, mib)
    } else {
        blocking(config, url, direction, mib)
    }
}

fn asynchronous(config: Config, url: &str, direction: &str, mib: usize) -> Outcome<Taken> {
    use codespar_async::files::write_to;

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = codespar_async::Client::with_config(config)?;
    runtime.block_on(async {
        request(&client, "download", 0, Bytes::new()).raw().await?;
        let measured = Measured::begin("file", mib)?;
        let poll = if direction == "upload-file" {
            let content = content(mib);
            let call = upload(&client, content.clone()).raw();
            let (answer, poll) = Polled::new(Box::pin(call.into_future())).await;
            answer?;
            sent(&content)?;
            poll
        } else {
            let writing = write_to(download(&client, url, mib)?, tokio::io::sink());
            let (written, poll) = Polled::new(Box::pin(writing)).await;
            received(written, mib)?;
            poll
        };
        measured.end_of_file(Some(poll.as_secs_f64()))
    })
}

fn blocking(config: Config, url: &str, direction: &str, mib: usize) -> Outcome<Taken> {
    let client = codespar_blocking::Client::with_config(config)?;
    request(&client, "download", 0, Bytes::new()).raw().send()?;
    let measured = Measured::begin("file", mib)?;
    if direction == "upload-file" {
        let content = content(mib);
        upload(&client, content.clone()).raw().send()?;
        sent(&content)?;
    } else {
        let pieces = download(&client, url, mib)?;
        received(codespar_blocking::files::write_to(pieces, io::sink()), mib)?;
    }
    measured.end_of_file(None)
}

/// A file of so many MiB that is in no memory.
fn content(mib: usize) -> Content {
    let length = (mib * MIB) as u64;
    let open = move || Ok(io::Read::take(io::repeat(b'x'), length));
    Content::from_opener(open).length(length).with_sha256()
}

fn upload<T: Transport>(client: &Client<T>, content: Content) -> Request<T> {
    let form = Multipart::new().file("file", "content.bin", "application/octet-stream", content);
    client.request("POST", "/v1/files").form(form)
}

fn sent(content: &Content) -> Outcome<()> {
    content.sha256().map(drop).ok_or_else(|| "the file was not sent whole".into())
}

fn download<T: Transport>(
    client: &Client<T>,
    url: &str,
    mib: usize,
) -> Outcome<Items<T, FilePiece>> {
    let length = (mib * MIB) as u64;
    let place = format!("{url}/v1/bytes/{length}");
    let request = RequestBuilder::elsewhere("file", Method::GET, Retry::Safe, "url", &place);
    let target = Ready::with(FetchTarget::new(request, Some(length), None));
    let service = Service::new(BaseUrl::parse(url)?, &DIALECT);
    Ok(Items::new(client.transport().clone(), Fetch::after(&service.into(), "file", target)))
}

fn received(received: Result<Received, Error>, mib: usize) -> Outcome<()> {
    let received = received?;
    if received.bytes != (mib * MIB) as u64 || received.sha256.is_none() {
        return Err("the file is not as long as it should be".into());
    }
    Ok(())
}
