//! Charges the invoices of a CSV file by an outbox: killed whenever, each is charged once.
//!
//! `cargo run -p codespar-outbox --example nightly_outbox` runs on a sandbox of its own, which
//! loses some answers, and checks itself; on the real API as `nightly` does.

#[path = "shared/nightly.rs"]
mod shared;

use std::{error, fs, io, sync::Mutex, time::Duration};

use codespar_blocking::{
    Buyer, ChargeMethod, Client, CreateCharge, Currency, Error, charges::ChargeRecord,
};
use codespar_outbox::{Outbox, OutboxError, Outcome, SqliteStore, State, Stop, Until};

fn main() -> Result<(), Box<dyn error::Error>> {
    let job = shared::Job::of_arguments()?;
    let (client, stop) = (Client::with_config(job.config.clone())?, Stop::new());
    let store = SqliteStore::open(job.report.with_extension("sqlite"))?;
    let outbox = Outbox::builder(client.clone()).stop(&stop).open(store)?;
    ctrlc::set_handler(move || stop.stop())?;
    job.check(|| {
        outbox.reconcile().map_err(io::Error::other)?;
        let (csv, report) = (fs::read_to_string(&job.invoices)?, Mutex::new(String::new()));
        let charge = |row: &&str| {
            let call = client.charges().create(&charge(row, &job.consumer)?);
            let once = outbox.once(row.split(',').next().unwrap_or_default(), call)?;
            Ok(once.until(Until::Settled).patience(Duration::from_secs(5)))
        };
        let tell = |row: &&str, came_to: &_| *report.lock().expect("whole") += &line(row, came_to);
        let totals = outbox.run_list(csv.lines().skip(1), charge).each(tell).run();
        eprintln!("{}", totals.map_err(io::Error::other)?);
        // It can be written anew at any time: what was done is in the outbox.
        fs::write(&job.report, format!("number,state,note\n{}", report.lock().expect("whole")))
    })
}

fn charge(row: &str, consumer: &str) -> Result<CreateCharge, Error> {
    let [_, name, document, amount, due] = *row.split(',').collect::<Vec<_>>() else {
        return Err(Error::config("row", "expected number,name,document,amount,due"));
    };
    Ok(CreateCharge::new(amount.parse()?, Currency::BRL, ChargeMethod::Boleto)
        .consumer_id(consumer)
        .buyer(Buyer::new(name).document(document))
        .due_date(due))
}

fn line(row: &str, outcome: &Result<Outcome<ChargeRecord>, OutboxError>) -> String {
    let number = row.split(',').next().unwrap_or_default();
    match outcome {
        Err(error) => format!("{number},not charged,{:?}\n", error.to_string()),
        Ok(it) if it.row.state == State::Done => format!("{number},paid,{}\n", it.row.key()),
        // `issued`, `unknown`, `needs_person`: as `codespar outbox list` has it.
        Ok(it) => format!("{number},{},{}\n", it.row.state, it.row.key()),
    }
}
