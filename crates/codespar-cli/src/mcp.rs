//! `mcp`: a server of the Model Context Protocol, which a host of agents starts.

use std::fmt::Display;

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_async::{Client, CreateSession, Error, upivia};
use codespar_engine::Effect;
use codespar_mcp::{Options, Server, amount, serve_stdio};
use tokio::sync::oneshot;

use crate::{
    command::{flag, option},
    interrupt::call_on_interrupt,
    outcome::{Exit, Failure, unsent},
    output::note,
    own::{Own, Run},
    settings::{Configured, Environment, Settings},
};

pub(crate) const MCP: Own = Own {
    words: &["mcp"],
    about: "Serves tools to a host of agents, by the Model Context Protocol",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

const LONG_ABOUT: &str = "\
Serves tools to a host of agents, by the Model Context Protocol over standard input and output.

Before money moves, the host asks its user: which tool, for whom, how much, under which key. A \
host that cannot ask gets a refusal. With --allow-money and --max-amount, what is within the \
limit is sent without a question; above it, in another currency, or where nobody can count the \
amount, the user is asked. Without an API key there is one tool, which says how to set one up.";

fn options(command: Command) -> Command {
    let many = |name, value| option(name, value).action(ArgAction::Append);
    let command = command.long_about(LONG_ABOUT).args([
        flag("allow-money").requires("max-amount").help("Money may move unasked, up to a limit"),
        many("max-amount", "AMOUNT")
            .requires("allow-money")
            .help("What a call may move unasked, as in 200.00BRL; one a currency"),
        many("max-total", "AMOUNT")
            .requires("allow-money")
            .help("What all calls of a run may move unasked; one a currency"),
        choice("ask", ["when-needed", "always"]).help("Whether the user is asked even so"),
        choice("results", ["by-protocol", "text", "structured", "both"])
            .help("What a result consists of"),
        option("conversation", "NAME")
            .help("What the host's call ids belong to: the same name, the same keys"),
        flag("operations").help("Offer the operations of the API, too"),
        flag("upivia").help("Offer the services and operations of Upivia, too"),
        flag("read-only").help("Offer only what only reads"),
        many("tool", "NAME").help("Offer this tool; others only where they are named, too"),
        option("newest-protocol", "VERSION").help("The newest version that is spoken"),
        option("user-id", "ID")
            .default_value("codespar-cli")
            .help("The user of yours that the session acts for"),
        many("servers", "ID").help("A server that the session reaches; may be repeated"),
    ]);
    if cfg!(feature = "mcp-http") {
        return command.args([
            option("http", "ADDRESS")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("127.0.0.1:0")
                .help("Serve over HTTP on this address of loopback instead"),
            option("token-file", "FILE")
                .requires("http")
                .help("Where the token that requests need is written"),
        ]);
    }
    command
}

fn choice<const N: usize>(name: &'static str, values: [&'static str; N]) -> Arg {
    option(name, "WORD").value_parser(values).default_value(values.first().copied().unwrap_or(name))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    for unused in ["timeout", "retries", "fields", "output-file"] {
        if matches.contains_id(unused) {
            return Err(Failure::usage(format!(
                "--{unused}: expected nothing, it has no use here"
            )));
        }
    }
    let options = wanted(matches)?;
    let settings = Settings::of(matches)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
    runtime.block_on(async {
        let server = server(matches, options, &settings)?;
        let (end, ended) = oneshot::channel();
        let end = std::sync::Mutex::new(Some(end));
        call_on_interrupt(move || {
            let end = end.lock().ok().and_then(|mut end| end.take());
            let _ = end.map(|end| end.send(()));
        });
        serve(matches, server, ended).await
    })
}

/// What the options say.
fn wanted(matches: &ArgMatches) -> Result<Options, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let list = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
    };
    let amounts = |name: &str| -> Result<Vec<_>, Failure> {
        list(name).iter().map(|text| amount(text).map_err(|error| wrong(name, &error))).collect()
    };
    let mut options = Options::new();
    options.allow_money = matches.get_flag("allow-money");
    options.max_amount = amounts("max-amount")?;
    options.max_total = amounts("max-total")?;
    options.ask = parsed(matches, "ask")?.unwrap_or_default();
    options.results = parsed(matches, "results")?.unwrap_or_default();
    options.newest_protocol = parsed(matches, "newest-protocol")?.unwrap_or_default();
    options.conversation = text("conversation");
    options.operations = matches.get_flag("operations");
    options.upivia = matches.get_flag("upivia");
    options.read_only = matches.get_flag("read-only");
    let tools = list("tool");
    options.allowed_tools = Some(tools).filter(|tools| !tools.is_empty());
    options.check().map_err(|error| Failure::usage(error.to_string()))?;
    Ok(options)
}

fn parsed<T: std::str::FromStr<Err = Error>>(
    matches: &ArgMatches,
    name: &str,
) -> Result<Option<T>, Failure> {
    let text = matches.get_one::<String>(name);
    text.map(|text| text.parse()).transpose().map_err(|error| wrong(name, &error))
}

fn wrong(name: &str, why: &dyn Display) -> Failure {
    Failure::usage(format!("--{name}: {why}"))
}

/// The server over the clients that there are credentials for.
fn server(matches: &ArgMatches, options: Options, settings: &Settings) -> Result<Server, Failure> {
    let with_upivia = options.upivia;
    let mut builder = Server::builder(options);
    match settings.codespar() {
        Ok(Configured { config, environment }) => {
            let client = Client::with_config(config).map_err(unsent)?;
            say_where(environment, client.base_url());
            builder = builder.codespar(&client, session(matches));
        }
        // The host is told by the tool that is there instead.
        Err(failure) if failure.exit == Exit::NotLoggedIn => note(&failure.line()),
        Err(failure) => return Err(failure),
    }
    if with_upivia {
        let Configured { config, environment } = settings.upivia()?;
        let client = upivia::Client::with_config(config).map_err(unsent)?;
        say_where(environment, client.base_url());
        builder = builder.upivia(&client);
    }
    builder.build().map_err(unsent)
}

fn say_where(environment: Environment, host: &str) {
    note(&format!("environment: {}, {host}", environment.as_str()));
}

fn session(matches: &ArgMatches) -> CreateSession {
    let user = matches.get_one::<String>("user-id").map_or("", String::as_str);
    let session = CreateSession::new(user);
    match matches.get_many::<String>("servers") {
        Some(ids) => session.servers(ids.cloned()),
        None => session,
    }
}

#[cfg(feature = "mcp-http")]
async fn serve(
    matches: &ArgMatches,
    server: Server,
    ended: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    use codespar_mcp::http::{HttpOptions, serve_http};

    let Some(address) = matches.get_one::<String>("http") else {
        return over_stdio(server, ended).await;
    };
    let expected = |_| Failure::usage("--http: expected an address such as 127.0.0.1:8788");
    let file = match matches.get_one::<String>("token-file") {
        Some(file) => file.into(),
        None => crate::profile::private_file("mcp-token")?,
    };
    let mut options = HttpOptions::new(file);
    options.address = address.parse().map_err(expected)?;
    let http = serve_http(server, options).await.map_err(unsent)?;
    note(&format!("{}, with the bearer token in {}", http.url(), http.token_file().display()));
    let _ = ended.await;
    http.stop().await.map_err(failed)
}

#[cfg(not(feature = "mcp-http"))]
async fn serve(
    _: &ArgMatches,
    server: Server,
    ended: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    over_stdio(server, ended).await
}

async fn over_stdio(server: Server, ended: oneshot::Receiver<()>) -> Result<(), Failure> {
    let until = async {
        let _ = ended.await;
    };
    serve_stdio(server, until).await.map_err(failed)
}

/// Of the server itself: each call has told the host what became of it.
fn failed(error: Error) -> Failure {
    Failure::of_error(error, Effect::Reads)
}
