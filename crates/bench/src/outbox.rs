//! What keeping calls in an outbox costs: against the same calls without one, and against a commit
//! of the same size per state; with many rows, and with several workers.
//!
//! PostgreSQL is measured where `CODESPAR_OUTBOX_POSTGRES` says how to connect to one.

use std::{
    cell::Cell,
    env,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, SystemTime},
};

use codespar_blocking::{Buyer, ChargeMethod, Client, CreateCharge, Currency, UreqTransport};
use codespar_outbox::{Intent, Outbox, Store, StoreAnswer, StoreRequest};

use crate::{
    Outcome,
    measure::{Contender, Effort, Spread, Timings, interleaved},
    report::{Report, Row},
    server::Server,
    settings::config,
};

mod databases;
mod floor;

use self::databases::{Database, Postgres, Sqlite};

/// How many lines a turn has.
const LINES: usize = 64;

/// How many rows there are before the first line: few, and many.
const ROWS: [usize; 2] = [4_000, 100_000];

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let server = Server::plain()?;
    let client = Client::with_config(config(&server.url, ""))?;
    let mut report = Report::default();
    let rounds = effort.rounds.div_ceil(2);
    measured::<Sqlite>(&mut report, &client, rounds)?;
    match env::var("CODESPAR_OUTBOX_POSTGRES") {
        Ok(_) => measured::<Postgres>(&mut report, &client, rounds)?,
        Err(_) => report.line("\nskipped: PostgreSQL (CODESPAR_OUTBOX_POSTGRES names none)"),
    }
    Ok(report)
}

fn invoice() -> Outcome<CreateCharge> {
    let args = CreateCharge::new("150.00".parse()?, Currency::BRL, ChargeMethod::Boleto);
    let buyer = Buyer::new("Maria Silva").document("11144477735");
    Ok(args.consumer_id("con_1").buyer(buyer).due_date("2030-12-31"))
}

/// References that were not used before.
struct References {
    prefix: &'static str,
    next: Cell<usize>,
}

impl References {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, next: Cell::new(0) }
    }

    fn lines(&self) -> Vec<String> {
        let first = self.next.replace(self.next.get() + LINES);
        (first..first + LINES).map(|number| format!("{}-{number}", self.prefix)).collect()
    }
}

type Lines<S> = Outbox<UreqTransport, Arc<S>>;

/// A list of lines that are new.
fn list<S: Store + Send + Sync>(
    client: &Client,
    outbox: &Lines<S>,
    lines: &[String],
    workers: NonZeroUsize,
) -> Outcome<()> {
    let args = invoice()?;
    let charge = |line: &&String| outbox.once(line, client.charges().create(&args));
    let totals = outbox.run_list(lines, charge).workers(workers).run()?;
    if totals.is_through() { Ok(()) } else { Err(format!("a list came to {totals}").into()) }
}

fn measured<D: Database>(report: &mut Report, client: &Client, rounds: usize) -> Outcome<()> {
    let (args, name) = (invoice()?, D::NAME);
    let (one, three) = (NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(2));
    let (database, floor) = (D::new()?, D::new()?);
    let store = Arc::new(database.store()?);
    let builder = Outbox::builder(client.clone()).project("prj_1").honours_attempts(true);
    let outbox = builder.open(store)?;
    let (bare, alone, fleet, commits) =
        (References::new("n"), References::new("a"), References::new("f"), References::new("c"));
    let call = |key: &str| Ok(client.charges().create(&args).idempotency_key(key).send()?);
    let mut states = floor.states()?;
    let contenders = vec![
        Contender::new("calls alone", || {
            bare.lines().iter().try_for_each(|key| call(key).map(drop))
        }),
        Contender::new("the outbox", || list(client, &outbox, &alone.lines(), one)),
        Contender::new("the outbox, 3 workers", || list(client, &outbox, &fleet.lines(), three)),
        Contender::new("a commit per state", || {
            commits.lines().iter().try_for_each(|key| {
                floor::line(&mut *states, key, &serde_json::to_vec(&args)?, || {
                    Ok(serde_json::to_vec(&call(key)?.id)?)
                })
            })
        }),
    ];
    let taken = interleaved(rounds, LINES, contenders)?;
    report.calls(&format!("charges, {name}, one at a time unless it says so"), &taken);
    if let [bare, alone, fleet, commits] = &*taken {
        let floor = Spread::speed(&commits.wall, &bare.wall).median;
        let ratio = |what: &str, of: &Timings, against: &Timings| {
            Row::ratio(format!("outbox, {name}{what}"), Spread::speed(&of.wall, &against.wall))
        };
        report.row(ratio(" : the same calls alone, lines/s", alone, bare).floor(floor));
        report.row(ratio(" : a commit per state, lines/s", alone, commits));
        report.row(ratio(", 3 workers : 1, lines/s", fleet, alone));
    }
    with_rows::<D>(report, client, rounds)
}

/// The same with few and with many rows: a line that is new, and a row that is claimed.
fn with_rows<D: Database>(report: &mut Report, client: &Client, rounds: usize) -> Outcome<()> {
    let (databases, args) = ([D::new()?, D::new()?], invoice()?);
    let builder = || Outbox::builder(client.clone()).project("prj_1").honours_attempts(true);
    let mut outboxes = Vec::new();
    for (database, rows) in databases.iter().zip(ROWS) {
        let outbox = builder().open(Arc::new(database.store()?))?;
        // All of them are due.
        let intents = (0..rows).map(|number| {
            Ok(outbox.intent(&format!("old-{number}"), client.charges().create(&args))?)
        });
        let intents = intents.collect::<Outcome<Vec<Intent>>>()?;
        database.fill(&intents, SystemTime::now())?;
        outboxes.push((outbox, database.store()?, References::new("new")));
    }
    let [few, many] = &*outboxes else { return Ok(()) };
    let lines = |(outbox, _, references): &(Lines<D::Store>, _, References)| {
        list(client, outbox, &references.lines(), NonZeroUsize::MIN)
    };
    let (rows, name) = (ROWS.map(|rows| format!("{rows} rows")), D::NAME);
    let contenders = vec![
        Contender::new("few rows", || lines(few)),
        Contender::new("many rows", || lines(many)),
    ];
    let mut both = |what: &str, taken: &[Timings]| {
        report.calls(&format!("{what}, {name}: {} rows, {}", ROWS[0], ROWS[1]), taken);
        if let [few, many] = taken {
            let [fewer, more] = &rows;
            let what = format!("{what}, {name}, {more} : {fewer}");
            report.row(Row::ratio(what, Spread::speed(&many.wall, &few.wall)));
        }
    };
    both("lines that are new", &interleaved(rounds, LINES, contenders)?);
    let claims = |store: &D::Store| (0..LINES).try_for_each(|_| claim(store, client));
    let contenders = vec![
        Contender::new("few rows", || claims(&few.1)),
        Contender::new("many rows", || claims(&many.1)),
    ];
    both("claims of what is due", &interleaved(rounds, LINES, contenders)?);
    Ok(())
}

/// Takes the row over that is due longest, as reconciling does.
fn claim(store: &impl Store, client: &Client) -> Outcome<()> {
    let origin = codespar_outbox::origin(client.base_url()).ok_or("no origin")?;
    let lease = Duration::from_secs(3_600);
    let claim = StoreRequest::ClaimDue { origin, project: "prj_1".to_owned(), lease };
    match store.carry_out(&claim)?.answer {
        StoreAnswer::Row(Some(_)) => Ok(()),
        _ => Err("no row is due".into()),
    }
}
