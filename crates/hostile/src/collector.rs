//! Everything that is logged, at every level.

use std::{
    io,
    sync::{Mutex, MutexGuard, Once},
};

use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

static OURS: Mutex<String> = Mutex::new(String::new());
static UREQ: Mutex<String> = Mutex::new(String::new());

/// Begins to collect what goes to `log` and `tracing`, at the level `trace`, for good.
pub fn collect_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(Traces)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// What was logged so far, but for ureq's dumps.
pub fn logged() -> String {
    text(&OURS).clone()
}

/// What ureq dumped so far, joined.
pub fn dumped() -> String {
    text(&UREQ).clone()
}

fn text(of: &'static Mutex<String>) -> MutexGuard<'static, String> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = record.args().to_string();
        if record.target().starts_with("ureq_proto") {
            // Dumps come in rows: the last word of each joined gives the text back.
            let mut dumps = text(&UREQ);
            dumps.push_str(line.rsplit(' ').next().unwrap_or_default());
        } else {
            let mut ours = text(&OURS);
            ours.push_str(&format!("{}: {line}\n", record.target()));
        }
    }

    fn flush(&self) {}
}

struct Traces;

impl<'a> MakeWriter<'a> for Traces {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Traces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        text(&OURS).push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
