//! What a server did under chaos, by the mark each call carries, against what its clients know.

use std::collections::{HashMap, HashSet};

use codespar_proto::{Error, ErrorKind, Verdict};

use crate::Request;

/// What the server did, by the mark each call carries.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Ledger {
    /// Requests with a mark that arrived, by their keys.
    arrived: HashMap<String, Vec<Option<String>>>,
    /// Effects by key, or by mark and time where there is no key.
    done: HashSet<String>,
    /// How many effects there were.
    effects: HashMap<String, u32>,
    /// Marks of requests whose body states another key than their head.
    pub disagreed: Vec<String>,
}

/// What the client knows of a call.
#[derive(Debug)]
#[allow(clippy::exhaustive_structs, reason = "tests make them")]
pub struct CallRecord {
    /// The number of the call: its mark is made of it.
    pub number: u64,
    /// Whether it may be repeated.
    pub may_repeat: bool,
    /// Whether it changes something.
    pub changes: bool,
    /// What came of it.
    pub result: Result<(), Error>,
}

/// A good spread of chance for a number: no two runs differ in what is asked for.
pub const fn chance(mut seed: u64) -> u64 {
    seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// The mark of a call, for it to carry somewhere in its request.
pub fn mark(number: u64) -> String {
    format!("mark-{number:06}")
}

/// The mark in a request, and the number of the call.
///
/// # Panics
/// When there is none.
pub fn marked(request: &Request) -> (String, u64) {
    let text = format!("{}{}", request.head, String::from_utf8_lossy(&request.body));
    let at = text.find("mark-").unwrap();
    let mark = text[at..at + 11].to_owned();
    let number = mark[5..].parse().unwrap();
    (mark, number)
}

/// Holds the verdict of an error against what the server saw and said: how many requests arrived
/// that change something, and whether the last of them was refused.
///
/// # Errors
/// A complaint, when it says more than is so, or less.
pub fn check_verdict(error: &Error, changes: usize, refused: bool) -> Result<(), String> {
    let right = match changes {
        // A read that is refused is a refusal: it has changed nothing.
        0 if error.kind() == ErrorKind::Api => Verdict::Refused,
        0 => Verdict::NothingSent,
        1 if refused => Verdict::Refused,
        // What went before a refusal is not undone by it.
        _ => Verdict::Unknown,
    };
    if error.verdict() == right {
        return Ok(());
    }
    Err(format!("expected {right:?} after {changes} changes, refused: {refused}"))
}

impl Ledger {
    /// Takes note of a request; gives how often its mark has arrived.
    pub fn arrive(&mut self, mark: &str, key: Option<&str>) -> u64 {
        let arrivals = self.arrived.entry(mark.to_owned()).or_default();
        arrivals.push(key.map(str::to_owned));
        arrivals.len() as u64
    }

    /// Has the effect, unless it was had under this key before.
    pub fn act(&mut self, mark: &str, key: Option<&str>) {
        let time = format!("{mark}/{}", self.arrived[mark].len());
        if self.done.insert(key.map_or(time, str::to_owned)) {
            *self.effects.entry(mark.to_owned()).or_default() += 1;
        }
    }

    /// Whether a call arrived more than once.
    pub fn repeated(&self, known: &CallRecord) -> bool {
        self.arrived.get(&mark(known.number)).is_some_and(|arrivals| arrivals.len() > 1)
    }

    /// Holds what a client knows of a call against what was done.
    ///
    /// # Panics
    /// When something happened twice, or success or failure is made up.
    pub fn check(&self, CallRecord { number, may_repeat, changes, result }: &CallRecord) {
        let mark = &mark(*number);
        let arrivals = self.arrived.get(mark).map(Vec::as_slice).unwrap_or_default();
        let effects = self.effects.get(mark).copied().unwrap_or_default();
        if !may_repeat {
            assert!(arrivals.len() <= 1, "{mark} arrived {} times", arrivals.len());
            assert!(arrivals.iter().all(Option::is_none), "{mark} went out under a key");
        }
        let keys: HashSet<_> = arrivals.iter().collect();
        assert!(keys.len() <= 1, "{mark} went out under several keys");
        if !may_repeat || keys.iter().any(|key| key.is_some()) {
            assert!(effects <= 1, "{mark} happened {effects} times");
        }
        match result {
            Ok(()) => assert!(effects >= 1, "{mark} is said to have happened, and did not"),
            Err(error) => {
                let denied = !error.may_have_been_sent() && !arrivals.is_empty();
                assert!(!denied, "{mark} arrived, the error denies it: {error:?}");
                let is_true = match error.verdict() {
                    Verdict::NothingSent => !changes || arrivals.is_empty(),
                    Verdict::Refused => !changes || arrivals.len() == 1 && effects == 0,
                    // What never arrives may have been sent.
                    Verdict::Unknown => *changes,
                    _ => false,
                };
                assert!(
                    is_true,
                    "{mark}: {} arrivals, {effects} effects: {error:?}",
                    arrivals.len()
                );
            }
        }
    }
}
