//! Contenders in turn, round after round: what disturbs the machine disturbs all of them.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::Outcome;

/// How much is done. A full run takes a few minutes.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// How often each contender has its turn.
    pub(crate) rounds: usize,
    /// How many streams are held open at once.
    pub(crate) streams: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self { rounds: 41, streams: 10_000 };
    pub(crate) const QUICK: Self = Self { rounds: 7, streams: 1_000 };
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

/// Lets all contenders have their turns; each turn does `pieces` of work. The first turn only
/// warms up.
pub(crate) fn interleaved(
    effort: Effort,
    pieces: usize,
    mut contenders: Vec<Contender<'_>>,
) -> Outcome<Vec<Timings>> {
    let mut taken: Vec<_> = contenders
        .iter()
        .map(|contender| Timings { name: contender.name, wall: Vec::new(), cpu: Vec::new() })
        .collect();
    for contender in &mut contenders {
        (contender.turn)()?;
    }
    let per_piece = |time: Duration| time.as_secs_f64() / pieces as f64;
    for round in 0..effort.rounds {
        let mut turns: Vec<_> = contenders.iter_mut().zip(&mut taken).collect();
        // Who goes first gains or loses by it: everybody does in every other round.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (contender, taken) in turns {
            let (wall, cpu) = (Instant::now(), ProcessTime::try_now()?);
            (contender.turn)()?;
            taken.cpu.push(per_piece(cpu.try_elapsed()?));
            taken.wall.push(per_piece(wall.elapsed()));
        }
    }
    Ok(taken)
}

/// A figure that was taken many times.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// A quarter of the figures lies below.
    pub(crate) low: f64,
    /// A quarter of the figures lies above.
    pub(crate) high: f64,
}

impl Spread {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<_> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let at = |quarter: usize| {
            let place = figures.len().saturating_sub(1) * quarter / 4;
            figures.get(place).copied().unwrap_or(f64::NAN)
        };
        Self { median: at(2), low: at(1), high: at(3) }
    }

    /// How many times as fast the first is, round by round.
    pub(crate) fn speed(of: &[f64], against: &[f64]) -> Self {
        Self::of(of.iter().zip(against).map(|(of, against)| against / of))
    }

    pub(crate) const fn exactly(figure: f64) -> Self {
        Self { median: figure, low: figure, high: figure }
    }
}
