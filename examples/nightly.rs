//! Charges the invoices of a CSV file, waits for the money, and writes a report; safe to run again.
//!
//! By boletos with a due date: these are the only charges whose key the server honours, so that
//! the same invoice is the same charge in every run, and nothing has to be remembered between two.
//!
//! `cargo run --example nightly` runs on a sandbox of its own, which loses some answers, and checks
//! itself; on the real API, when `CODESPAR_API_KEY` and `CODESPAR_CONSUMER` are set, it takes the
//! paths of the invoices and of the report.

#[path = "shared/nightly.rs"]
mod shared;

use std::{error, fs, thread, time::Duration};

use codespar_blocking::{
    Buyer, ChargeMethod, Client, CreateCharge, Currency, Error, KeyUse, Verdict,
    types::ChargeReference,
};

/// How long is waited for the money of a charge. Boletos may take days: the next run sees those.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> Result<(), Box<dyn error::Error>> {
    let job = shared::Job::of_arguments()?;
    let client = Client::with_config(job.config.clone())?;
    job.check(|| {
        let csv = fs::read_to_string(&job.invoices)?;
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        // All are charged before any is waited for.
        let charged = on_threads(&rows, |row| (*row, charge(&client, &job.consumer, row)));
        let lines = on_threads(&charged, |(row, charge)| line(&client, row, charge));
        // Whoever reads the report finds a whole one.
        let draft = job.report.with_extension("draft");
        fs::write(&draft, format!("number,state,note\n{}", lines.concat()))?;
        fs::rename(&draft, &job.report)
    })
}

fn charge(client: &Client, consumer: &str, row: &str) -> Result<ChargeReference, Error> {
    let [number, name, document, amount, due] = *row.split(',').collect::<Vec<_>>() else {
        return Err(Error::config("row", "expected number,name,document,amount,due"));
    };
    let args = CreateCharge::new(amount.parse()?, Currency::BRL, ChargeMethod::Boleto)
        .consumer_id(consumer)
        .buyer(Buyer::new(name).document(document))
        .due_date(due);
    let key = format!("invoice-{number}");
    client.charges().create(&args).idempotency_key(key).send()?.reference()
}

/// What the report says of an invoice. The words of a refusal are the API's.
fn line(client: &Client, row: &str, charge: &Result<ChargeReference, Error>) -> String {
    let (state, note) = match charge {
        Ok(charge) => match client.charges().settled(charge).timeout(PATIENCE).send() {
            Ok(seen) => (if seen.is_paid() { "paid" } else { "over" }, charge.to_string()),
            Err(_) => ("charged", charge.to_string()),
        },
        Err(error) => match (error.verdict(), error.key_use()) {
            (_, KeyUse::PersonDecides) => ("ask a person", error.to_string()),
            (Verdict::NothingSent | Verdict::Refused, _) => ("not charged", error.to_string()),
            _ => ("unknown, run again", error.to_string()),
        },
    };
    let number = row.split(',').next().unwrap_or_default();
    format!("{number},{state},\"{}\"\n", note.replace('"', "'"))
}

fn on_threads<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let (part, work) = (items.len().div_ceil(8).max(1), &work);
    thread::scope(|scope| {
        let begin = |part| scope.spawn(move || Vec::from_iter(<[I]>::iter(part).map(work)));
        let threads = Vec::from_iter(items.chunks(part).map(begin));
        let done = |thread: thread::ScopedJoinHandle<'_, Vec<O>>| thread.join();
        threads.into_iter().flat_map(|thread| done(thread).expect("work does not panic")).collect()
    })
}
