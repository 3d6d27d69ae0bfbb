//! What the driver logs, and what it keeps out of the logs: a process has one logger.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, Once},
};

mod agent;
mod own;
#[path = "../it/support/mod.rs"]
mod support;

/// Texts, by the crate they came from.
type Logs = BTreeMap<String, String>;

static LOGS: Mutex<Logs> = Mutex::new(Logs::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        let name = record.target().split(':').next().unwrap().to_owned();
        let mut logs = LOGS.lock().unwrap();
        let logged = logs.entry(name.clone()).or_default();
        if name == "ureq_proto" {
            // Dumps come in rows: the last word of each joined gives the text back.
            logged.push_str(text.rsplit(' ').next().unwrap());
        } else {
            *logged += &format!("{text}\n");
        }
    }

    fn flush(&self) {}
}

/// What is logged while this is done, at any level, and nothing else.
fn logged(work: impl FnOnce()) -> Logs {
    static SET: Once = Once::new();
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap();
    SET.call_once(|| {
        log::set_logger(&Collector).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    LOGS.lock().unwrap().clear();
    work();
    mem::take(&mut LOGS.lock().unwrap())
}
