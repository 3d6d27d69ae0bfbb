//! What is seen of a wait: a spinner and what is left of the time, on a terminal and nowhere else.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::text::one_line;

/// A wait that is shown until this is dropped.
pub(crate) struct Waiting(Option<ProgressBar>);

impl Waiting {
    /// Shows what is waited for, where somebody looks.
    pub(crate) fn show(what: Option<&str>, limit: Option<Duration>) -> Self {
        let Some(what) = what.filter(|_| io::stderr().is_terminal()) else { return Self(None) };
        let begun = Instant::now();
        let time = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
            // That a line cannot be drawn is nothing to fail for.
            let _ = write!(text, "{}", clock(begun.elapsed(), limit));
        };
        // Colours are not used, so that there are none to be switched off.
        let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({time})") else {
            return Self(None);
        };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style.with_key("time", time));
        bar.set_message(one_line(what));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// What is left of the time, or how much has gone by where there is no limit.
fn clock(gone: Duration, limit: Option<Duration>) -> String {
    let (time, word) = match limit {
        Some(limit) => (limit.saturating_sub(gone), "left"),
        None => (gone, "so far"),
    };
    let seconds = time.as_secs();
    format!("{}:{:02} {word}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_counts_down_to_a_limit_and_up_without_one() {
        let at = |seconds| Duration::from_secs(seconds);
        assert_eq!(clock(at(5), Some(at(605))), "10:00 left");
        assert_eq!(clock(at(700), Some(at(605))), "0:00 left");
        assert_eq!(clock(at(61), None), "1:01 so far");
    }
}
