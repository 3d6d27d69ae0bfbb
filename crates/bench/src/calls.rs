//! `session.execute` by this SDK, and by hand over the bare transports.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use codespar_proto::ToolResult;
use http::{
    HeaderValue, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT},
    request::Builder,
};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::runtime::Runtime;

use crate::{
    Outcome,
    pool::Pool,
    sample::{EXECUTE, KEY, PAYMENT, TOOL},
    settings::config,
};

/// The path of a call is made for each, by every contender: a program has many sessions.
const SESSION: &str = "ses_1";

fn path(url: &str) -> String {
    format!("{url}/v1/sessions/{SESSION}/execute")
}

/// The request of a contender that writes it itself.
fn by_hand(request: Builder) -> Outcome<Request<Full<Bytes>>> {
    Ok(request
        .header(USER_AGENT, "bare/1.0")
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::from(serde_json::to_vec(&EXECUTE)?))?)
}

fn check(result: &ToolResult) -> Outcome<()> {
    if result.success { Ok(()) } else { Err("the call failed".into()) }
}

/// A call on the calling thread.
pub(crate) struct Blocking<'a> {
    call: Box<dyn Fn() -> Outcome<ToolResult> + 'a>,
}

impl<'a> Blocking<'a> {
    pub(crate) fn ours(url: &str) -> Outcome<Self> {
        let session = codespar_blocking::Client::with_config(config(url, ""))?.session(SESSION)?;
        Ok(Self { call: Box::new(move || Ok(session.execute(TOOL, &PAYMENT).send()?)) })
    }

    pub(crate) fn bare(url: &'a str) -> Self {
        let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false);
        let agent = config.build().new_agent();
        let call = move || {
            let mut answer = agent
                .post(path(url))
                .header(USER_AGENT, "bare/1.0")
                .header(AUTHORIZATION, format!("Bearer {KEY}"))
                .header(ACCEPT, "application/json")
                .header(CONTENT_TYPE, "application/json")
                .send(serde_json::to_vec(&EXECUTE)?)?;
            Ok(serde_json::from_slice(&answer.body_mut().read_to_vec()?)?)
        };
        Self { call: Box::new(call) }
    }

    pub(crate) fn calls(&self, count: usize) -> Outcome<()> {
        (0..count).try_for_each(|_| check(&(self.call)()?))
    }
}

type Task = Pin<Box<dyn Future<Output = Outcome<()>> + Send>>;

/// Calls on a runtime of one thread.
pub(crate) struct Async {
    runtime: Runtime,
    /// A task of so many calls, one after the other.
    task: Box<dyn Fn(usize) -> Task>,
}

impl Async {
    pub(crate) fn ours(url: &str) -> Outcome<Self> {
        let session = codespar_async::Client::with_config(config(url, ""))?.session(SESSION)?;
        let session = Arc::new(session);
        Self::new(move |count| {
            let session = Arc::clone(&session);
            Box::pin(async move {
                for _ in 0..count {
                    check(&session.execute(TOOL, &PAYMENT).await?)?;
                }
                Ok(())
            })
        })
    }

    /// Without limits, or with the one that the SDK sets for each call.
    pub(crate) fn bare(url: &str, limit: Option<Duration>) -> Outcome<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
        let url: Arc<str> = url.into();
        Self::new(move |count| {
            let (client, url) = (client.clone(), Arc::clone(&url));
            Box::pin(async move {
                for _ in 0..count {
                    let request = by_hand(Request::post(path(&url)))?;
                    let answer = async {
                        let answer = client.request(request).await?.into_body().collect().await?;
                        Outcome::Ok(answer.to_bytes())
                    };
                    let answer = match limit {
                        Some(limit) => tokio::time::timeout(limit, answer).await??,
                        None => answer.await?,
                    };
                    check(&serde_json::from_slice(&answer)?)?;
                }
                Ok(())
            })
        })
    }

    /// Over hyper's connections and the simplest pool there is.
    pub(crate) fn floor(url: &str) -> Outcome<Self> {
        let host = url.strip_prefix("http://").unwrap_or(url);
        let pool = Arc::new(Pool::new(host.parse()?));
        let host = HeaderValue::from_str(host)?;
        Self::new(move |count| {
            let (pool, host) = (Arc::clone(&pool), host.clone());
            Box::pin(async move {
                for _ in 0..count {
                    let request = Request::post(path("")).header(HOST, host.clone());
                    let answer = pool.request(by_hand(request)?).await?;
                    check(&serde_json::from_slice(&answer)?)?;
                }
                Ok(())
            })
        })
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn reqwest(url: &str) -> Outcome<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url: Arc<str> = url.into();
        Self::new(move |count| {
            let (client, url) = (client.clone(), Arc::clone(&url));
            Box::pin(async move {
                for _ in 0..count {
                    let request = client
                        .post(path(&url))
                        .header(USER_AGENT, "bare/1.0")
                        .header(AUTHORIZATION, format!("Bearer {KEY}"))
                        .header(ACCEPT, "application/json")
                        .header(CONTENT_TYPE, "application/json")
                        .body(serde_json::to_vec(&EXECUTE)?);
                    let answer = request.send().await?.bytes().await?;
                    check(&serde_json::from_slice(&answer)?)?;
                }
                Ok(())
            })
        })
    }

    fn new(task: impl Fn(usize) -> Task + 'static) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, task: Box::new(task) })
    }

    pub(crate) fn calls(&self, count: usize, at_once: usize) -> Outcome<()> {
        self.runtime.block_on(async {
            if at_once == 1 {
                return (self.task)(count).await;
            }
            let each = count / at_once;
            let tasks: Vec<_> = (0..at_once).map(|_| tokio::spawn((self.task)(each))).collect();
            for task in tasks {
                task.await??;
            }
            Ok(())
        })
    }
}
