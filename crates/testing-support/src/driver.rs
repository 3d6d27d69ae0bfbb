//! The two transports behind one trait, so that a test is written once.

use std::{sync::OnceLock, time::Duration};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{
    Call, Client, Config, Connect, Error, Items, Proxy, Transport, TransportSettings,
};
use futures_util::StreamExt as _;
use tokio::runtime::Runtime;

use crate::{Clients, Settings};

/// A transport, and how its calls are finished.
pub trait Driver: Transport + Connect + Sync {
    /// Which one it is.
    const NAME: &'static str;

    /// Makes a call on this thread.
    ///
    /// # Errors
    /// The call's own.
    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error>;

    /// Takes items until there are no more; the error that ended them.
    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>);
}

impl Driver for UreqTransport {
    const NAME: &'static str = "blocking";

    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error> {
        call.send()
    }

    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>) {
        let mut all = Vec::new();
        for item in items {
            match item {
                Ok(item) => all.push(item),
                Err(error) => return (all, Some(error)),
            }
        }
        (all, None)
    }
}

impl Driver for HyperTransport {
    const NAME: &'static str = "async";

    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error> {
        runtime().block_on(async { call.await })
    }

    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>) {
        runtime().block_on(async {
            let mut items = Box::pin(items);
            let mut all = Vec::new();
            while let Some(item) = items.next().await {
                match item {
                    Ok(item) => all.push(item),
                    Err(error) => return (all, Some(error)),
                }
            }
            (all, None)
        })
    }
}

/// The runtime all asynchronous calls of a test program run on.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}

/// Settings with small limits: straight to the server, heads of 16 KiB.
pub fn settings() -> TransportSettings {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    settings.max_header_bytes = 16 << 10;
    settings
}

/// The configuration of a client of CodeSpar with small limits: see [`Settings`].
pub fn config(url: &str, limit: Duration) -> Config {
    Settings::new(url, limit).codespar()
}

/// A client of CodeSpar with small limits.
pub fn client<D: Driver>(url: &str, limit: Duration) -> Client<D> {
    Client::with_config(config(url, limit)).unwrap()
}

/// Clients of both APIs with small limits.
pub fn clients<D: Driver>(url: &str, limit: Duration) -> Clients<D> {
    Clients::new(&Settings::new(url, limit)).unwrap()
}
