//! Contenders in turn, round after round: what disturbs the machine disturbs all of them.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

use crate::Outcome;

/// How much is done. A full run of everything takes about ten minutes.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// How often each contender has its turn.
    pub(crate) rounds: usize,
    /// How often each has its turn where every turn has a client of its own.
    pub(crate) few_rounds: usize,
    /// How many streams are held open at once, and how many calls are under way at most.
    pub(crate) many: usize,
    /// The largest body, in MiB.
    pub(crate) body: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self { rounds: 41, few_rounds: 5, many: 10_000, body: 512 };
    pub(crate) const QUICK: Self = Self { rounds: 7, few_rounds: 1, many: 1_000, body: 64 };

    pub(crate) const fn is_quick(self) -> bool {
        self.rounds < Self::FULL.rounds
    }
}

type Turn<'a> = Box<dyn FnMut() -> Outcome<()> + 'a>;

/// One way to do the work.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'static str,
    turn: Turn<'a>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, turn: impl FnMut() -> Outcome<()> + 'a) -> Self {
        Self { name, turn: Box::new(turn) }
    }
}

/// What one contender needed, turn by turn, for one piece of work.
pub(crate) struct Timings {
    pub(crate) name: &'static str,
    /// Seconds on the wall.
    pub(crate) wall: Vec<f64>,
    /// Seconds of processor time, in kernel and process.
    pub(crate) cpu: Vec<f64>,
}

impl Timings {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, wall: Vec::new(), cpu: Vec::new() }
    }

    /// Takes the time of a turn that does so many pieces of work.
    pub(crate) fn take(
        &mut self,
        pieces: usize,
        turn: impl FnOnce() -> Outcome<()>,
    ) -> Outcome<()> {
        let per_piece = |time: Duration| time.as_secs_f64() / pieces as f64;
        let (wall, cpu) = (Instant::now(), ProcessTime::try_now()?);
        turn()?;
        self.cpu.push(per_piece(cpu.try_elapsed()?));
        self.wall.push(per_piece(wall.elapsed()));
        Ok(())
    }
}

/// Lets all contenders have their turns; each turn does `pieces` of work. The first turn only
/// warms up.
pub(crate) fn interleaved(
    rounds: usize,
    pieces: usize,
    mut contenders: Vec<Contender<'_>>,
) -> Outcome<Vec<Timings>> {
    let mut taken: Vec<_> =
        contenders.iter().map(|contender| Timings::new(contender.name)).collect();
    for contender in &mut contenders {
        (contender.turn)()?;
    }
    for round in 0..rounds {
        let mut turns: Vec<_> = contenders.iter_mut().zip(&mut taken).collect();
        // Who goes first gains or loses by it: everybody does in every other round.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (contender, taken) in turns {
            taken.take(pieces, || (contender.turn)())?;
        }
    }
    Ok(taken)
}

/// A figure that was taken many times.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// Of the rounds of one run a quarter lies below; of several runs this is the least.
    pub(crate) low: f64,
    /// Of the rounds of one run a quarter lies above; of several runs this is the most.
    pub(crate) high: f64,
}

impl Spread {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let figures = sorted(figures);
        let at = |quarter: usize| {
            let place = figures.len().saturating_sub(1) * quarter / 4;
            figures.get(place).copied().unwrap_or(f64::NAN)
        };
        Self { median: at(2), low: at(1), high: at(3) }
    }

    /// The medians of several runs: their median, the least and the most of them. Of an even
    /// number it is the mean of the middle two.
    pub(crate) fn of_runs(runs: impl IntoIterator<Item = Self>) -> Self {
        let medians = sorted(runs.into_iter().map(|run| run.median));
        let at = |place: usize| medians.get(place).copied().unwrap_or(f64::NAN);
        let last = medians.len().saturating_sub(1);
        let median = at(last / 2).midpoint(at(last.div_ceil(2)));
        Self { median, low: at(0), high: at(last) }
    }

    /// How many times as fast the first is, round by round.
    pub(crate) fn speed(of: &[f64], against: &[f64]) -> Self {
        Self::of(of.iter().zip(against).map(|(of, against)| against / of))
    }

    pub(crate) const fn exactly(figure: f64) -> Self {
        Self { median: figure, low: figure, high: figure }
    }
}

fn sorted(figures: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut figures: Vec<_> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures
}

/// What stands a share of the way through the figures: 0.99 is the figure that 99 % do not exceed.
pub(crate) fn quantile(figures: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let figures = sorted(figures);
    let place = (figures.len() as f64 * share).ceil() as usize;
    figures.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
