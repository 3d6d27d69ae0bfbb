//! `session.execute` against the same call written by hand over the bare transports.

use std::{future::Future, sync::Arc, time::Duration};

use bytes::Bytes;
use codespar_engine::{Proxy, TransportSettings};
use codespar_proto::{Config, ToolResult};
use cpu_time::ProcessTime;
use http::{
    Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT},
};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::runtime::Runtime;

use crate::{
    Outcome,
    measure::{Contender, Effort, Spread, interleaved},
    peers,
    report::{Row, print_calls},
    sample::{EXECUTE, KEY, PAYMENT, TOOL},
    server::Server,
};

/// How many calls a turn has.
const CALLS: usize = 512;
/// How many are under way at once in the measurement of that.
const AT_ONCE: usize = 64;
/// The path of a call is made for each, by every contender: a program has many sessions.
const SESSION: &str = "ses_1";
/// What the SDK gives a call by default.
const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) fn run(effort: Effort) -> Outcome<Vec<Row>> {
    let server = Server::start()?;
    let url = server.url.as_str();
    let mut rows = Vec::new();

    let (ours, bare) = (Blocking::ours(url)?, Blocking::bare(url));
    let contenders = vec![
        Contender::new("this SDK, blocking", || ours.calls(CALLS)),
        Contender::new("bare ureq", || bare.calls(CALLS)),
    ];
    let blocking = interleaved(effort, CALLS, contenders)?;
    print_calls("session.execute, blocking, one at a time", &blocking);
    if let [ours, bare] = &*blocking {
        let wall = Spread::speed(&ours.wall, &bare.wall);
        rows.push(Row::new("execute, blocking : bare ureq, calls/s", wall).at_least(0.95));
        rows.push(Row::new("  the same by CPU", Spread::speed(&ours.cpu, &bare.cpu)));
    }

    for (at_once, name) in [(1, "1 at a time"), (AT_ONCE, "64 at a time")] {
        let clients = [
            ("this SDK, async", Async::ours(url)?),
            ("bare hyper-util", Async::bare(url, None)?),
            ("bare hyper-util, with a deadline", Async::bare(url, Some(DEADLINE))?),
            #[cfg(feature = "reqwest")]
            ("reqwest", Async::reqwest(url)?),
        ];
        let contenders = clients
            .iter()
            .map(|(name, client)| Contender::new(name, move || client.calls(CALLS, at_once)));
        let taken = interleaved(effort, CALLS, contenders.collect())?;
        print_calls(&format!("session.execute, async, {name}"), &taken);
        if let [ours, bare, ..] = &*taken {
            let wall = Spread::speed(&ours.wall, &bare.wall);
            let what = format!("execute, async, {name} : bare hyper, calls/s");
            rows.push(Row::new(what, wall).at_least(0.95));
            rows.push(Row::new("  the same by CPU", Spread::speed(&ours.cpu, &bare.cpu)));
        }
    }

    rows.extend(against_python(url, &ours)?);
    Ok(rows)
}

/// Processor time against the Python SDK, in turn with it.
fn against_python(url: &str, ours: &Blocking<'_>) -> Outcome<Option<Row>> {
    let Some(python) = peers::python()? else {
        println!(
            "\nskipped: Python codespar {} (no python3, or pip cannot install it)",
            peers::VERSION
        );
        return Ok(None);
    };
    let (mut parts, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let begun = ProcessTime::try_now()?;
        ours.calls(CALLS)?;
        let cpu = begun.try_elapsed()?.as_secs_f64() / CALLS as f64;
        let call = peers::execute(&python, url)?;
        parts.push(cpu / call.cpu);
        peer.push(call);
    }
    let calls = Spread::of(peer.iter().map(|call| 1.0 / call.wall)).median;
    let cpu = Spread::of(peer.iter().map(|call| call.cpu * 1e6)).median;
    println!("\nPython codespar {}: {calls:.0} calls/s, {cpu:.0} µs CPU per call", peers::VERSION);
    let row = Row::new("CPU per call, blocking : Python SDK", Spread::of(parts));
    Ok(Some(row.at_most(1.0 / 30.0)))
}

/// The settings of all contenders that have some: what the environment says about proxies must
/// not decide.
pub(crate) fn config(url: &str) -> Config {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    Config::new(KEY).base_url(url).transport(settings)
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
        let session = codespar_blocking::Client::with_config(config(url))?.session(SESSION)?;
        Ok(Self { call: Box::new(move || Ok(session.execute(TOOL, &PAYMENT).send()?)) })
    }

    pub(crate) fn bare(url: &'a str) -> Self {
        let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false);
        let agent = config.build().new_agent();
        let call = move || {
            let mut answer = agent
                .post(format!("{url}/v1/sessions/{SESSION}/execute"))
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

type Task = std::pin::Pin<Box<dyn Future<Output = Outcome<()>> + Send>>;

/// Calls on a runtime of one thread.
pub(crate) struct Async {
    runtime: Runtime,
    /// A task of so many calls, one after the other.
    task: Box<dyn Fn(usize) -> Task>,
}

impl Async {
    pub(crate) fn ours(url: &str) -> Outcome<Self> {
        let session = codespar_async::Client::with_config(config(url))?.session(SESSION)?;
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
                    let request = Request::post(format!("{url}/v1/sessions/{SESSION}/execute"))
                        .header(USER_AGENT, "bare/1.0")
                        .header(AUTHORIZATION, format!("Bearer {KEY}"))
                        .header(ACCEPT, "application/json")
                        .header(CONTENT_TYPE, "application/json")
                        .body(Full::from(serde_json::to_vec(&EXECUTE)?))?;
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

    #[cfg(feature = "reqwest")]
    fn reqwest(url: &str) -> Outcome<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url: Arc<str> = url.into();
        Self::new(move |count| {
            let (client, url) = (client.clone(), Arc::clone(&url));
            Box::pin(async move {
                for _ in 0..count {
                    let request = client
                        .post(format!("{url}/v1/sessions/{SESSION}/execute"))
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
