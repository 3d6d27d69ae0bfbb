//! How a case went: what happened against what was recorded, or what the rules expect instead.

use super::{Observed, Verdict};
use crate::compare::outcome::Expected;
use crate::compare::request::{self, compare_all};
use crate::compare::{ErrorExpectation, lost, wrong_verdict};
use crate::deviations::{Deviation, Deviations};
use crate::operations::Outcome;
use crate::recording::{self, Earlier, RecordedError, Recording, Request, answer_text};
use crate::server::Received;

/// What a comparison found: the points in which it differs, or the reasons of the rules that
/// explain them.
enum Found {
    Agrees,
    Explained(Vec<String>),
    Differs(Vec<String>),
}

/// What the rules for outcome and requests together say.
enum Whole {
    Silent,
    Explained(String),
    Missed(Vec<String>),
}

impl Found {
    fn points(self) -> Vec<String> {
        match self {
            Self::Differs(points) => points,
            Self::Agrees | Self::Explained(_) => Vec::new(),
        }
    }

    fn reasons(&self) -> &[String] {
        match self {
            Self::Explained(reasons) => reasons,
            Self::Agrees | Self::Differs(_) => &[],
        }
    }
}

impl Observed {
    /// How it went, and by which rules.
    pub(crate) fn judge(&self, deviations: &Deviations) -> (Verdict, Vec<String>) {
        if self.outcomes.contains(&Outcome::Unknown) {
            return (Verdict::Unknown, Vec::new());
        }
        let earlier = self.earlier(deviations);
        let Some(outcome) = self.outcomes.get(self.case.before.len()) else {
            return (Verdict::Failed(vec!["the call was not made".to_owned()]), Vec::new());
        };
        if !matches!(earlier, Found::Differs(_)) || is_accident(&self.case) {
            match self.whole(deviations) {
                Whole::Explained(reason) => return (Verdict::Deviating, vec![reason]),
                Whole::Missed(points) => return (Verdict::Failed(points), Vec::new()),
                Whole::Silent => {}
            }
        }
        let outcome = self.outcome(&self.case, outcome, deviations);
        let requests = self.requests(deviations);
        let reasons = [&earlier, &outcome, &requests].map(Found::reasons).concat();
        match (&earlier, &outcome, &requests) {
            (Found::Agrees, Found::Agrees, Found::Agrees) => return (Verdict::Passed, reasons),
            (
                Found::Agrees | Found::Explained(_),
                Found::Agrees,
                Found::Agrees | Found::Explained(_),
            ) => {
                // Where something deviates, the words of an error are looked at too.
                let lost = self.lost_words();
                return match lost.is_empty() {
                    true => (Verdict::Deviating, reasons),
                    false => (Verdict::Failed(lost), Vec::new()),
                };
            }
            (
                Found::Agrees | Found::Explained(_),
                Found::Explained(_),
                Found::Agrees | Found::Explained(_),
            ) => {
                return (Verdict::Deviating, reasons);
            }
            (Found::Agrees, Found::Differs(_), Found::Agrees)
                if is_accident(&self.case) && !deviations.speaks_of_outcome(&self.case) =>
            {
                return (Verdict::PassedByRequests, reasons);
            }
            _ => {}
        }
        let points = [earlier, outcome, requests].into_iter().flat_map(Found::points);
        (Verdict::Failed(points.collect()), Vec::new())
    }

    /// What the rules say that explain outcome and requests together: one that always holds has to.
    fn whole(&self, deviations: &Deviations) -> Whole {
        let rules: Vec<_> = deviations.rules(&self.case).filter(|rule| rule.is_whole()).collect();
        let holds = |rule: &&&Deviation| self.whole_points(rule).is_empty();
        let has_to = || rules.iter().filter(|rule| rule.always);
        if let Some(rule) = has_to().find(holds) {
            return Whole::Explained(rule.reason.clone());
        }
        if let Some(rule) = has_to().next() {
            return Whole::Missed(self.whole_points(rule));
        }
        let agrees = || {
            let recorded: Vec<_> =
                self.case.exchanges.iter().map(|exchange| exchange.request.clone()).collect();
            self.differing_requests(&recorded).is_empty()
                && !matches!(self.recorded_points(), Some(points) if !points.is_empty())
        };
        if agrees() {
            return Whole::Silent;
        }
        let explains = rules.iter().find(holds);
        explains.map_or(Whole::Silent, |rule| Whole::Explained(rule.reason.clone()))
    }

    fn recorded_points(&self) -> Option<Vec<String>> {
        let served: String = self.case.answers().map(answer_text).collect();
        Some(Expected::recorded(&self.case).compare(self.outcomes.last()?, &served))
    }

    /// Where the outcome and the requests are not those of the rule.
    fn whole_points(&self, rule: &Deviation) -> Vec<String> {
        let served: String = self.case.answers().map(answer_text).collect();
        let (Some(outcome), Some(expected)) = (self.outcomes.last(), rule.outcome(&self.case))
        else {
            return vec![format!("the rule says nothing of outcomes: {}", rule.reason)];
        };
        let mut points = match expected {
            Ok(expected) => expected.compare(outcome, &served),
            Err(error) => vec![error],
        };
        if !rule.names_a_malformation() {
            points.extend(lost(&self.case, outcome, &served));
        }
        points.extend(wrong_verdict(&self.case, outcome));
        match rule.requests(&self.case, self.own_received()) {
            Some(Ok(requests)) => points.extend(self.differing_requests(&requests)),
            Some(Err(error)) => points.push(error),
            None => {}
        }
        points
    }

    /// What the server said in a refusal and is not among the words of the error.
    fn lost_words(&self) -> Vec<String> {
        let refused = |answer: &&recording::Response| {
            answer.status.is_some_and(|status| !(200..300).contains(&status))
        };
        let last = self.case.exchanges.last().map(|exchange| &exchange.response);
        let failure = match self.outcomes.last() {
            Some(Outcome::Failed(failure)) => failure,
            Some(Outcome::Items { then: Some(failure), .. }) => failure,
            _ => return Vec::new(),
        };
        let answer = last.filter(refused).filter(|_| failure.kind == "Api");
        answer
            .map(|answer| ErrorExpectation::of_answer(answer).compare(failure))
            .unwrap_or_default()
    }

    /// The earlier calls, each by itself.
    fn earlier(&self, deviations: &Deviations) -> Found {
        let (mut points, mut reasons) = (Vec::new(), Vec::new());
        for (earlier, outcome) in self.case.before.iter().zip(&self.outcomes) {
            let case = case_of_earlier(&self.case, earlier);
            let found = self.outcome(&case, outcome, deviations);
            reasons.extend_from_slice(found.reasons());
            let name = case.call.name();
            points.extend(found.points().into_iter().map(|line| format!("before, {name}: {line}")));
        }
        match (points.is_empty(), reasons.is_empty()) {
            (false, _) => Found::Differs(points),
            (true, false) => Found::Explained(reasons),
            (true, true) => Found::Agrees,
        }
    }

    fn outcome(&self, case: &Recording, outcome: &Outcome, deviations: &Deviations) -> Found {
        let served: String = case.answers().map(answer_text).collect();
        let differences = |rule: &Deviation| {
            let expected = rule.outcome(case)?.ok()?;
            Some(expected.compare(outcome, &served))
        };
        let points = Expected::recorded(case).compare(outcome, &served);
        if let Some(wrong) = wrong_verdict(case, outcome) {
            return Found::Differs(vec![wrong]);
        }
        let holds = |rule: &Deviation| {
            differences(rule).is_some_and(|points| points.is_empty())
                && (rule.names_a_malformation() || lost(case, outcome, &served).is_empty())
        };
        // What says truly which part of an answer cannot be read is right whatever the answer is
        // of.
        let mut grounded =
            deviations.rules(case).filter(|rule| rule.is_grounded() && !rule.is_whole());
        if let Some(rule) = grounded.find(|rule| !points.is_empty() && holds(rule)) {
            return Found::Explained(vec![rule.reason.clone()]);
        }
        let mut has_to = deviations.rules(case).filter(|rule| rule.always && !rule.is_whole());
        let missed = has_to.find_map(|rule| differences(rule).filter(|points| !points.is_empty()));
        if let Some(points) = missed {
            return Found::Differs(points);
        }
        explained(points, deviations.rules(case), holds)
    }

    fn requests(&self, deviations: &Deviations) -> Found {
        let recorded: Vec<_> =
            self.case.exchanges.iter().map(|exchange| exchange.request.clone()).collect();
        let differences = |rule: &Deviation| {
            let expected = rule.requests(&self.case, self.own_received())?.ok()?;
            Some(self.differing_requests(&expected))
        };
        let mut has_to =
            deviations.rules(&self.case).filter(|rule| rule.always && !rule.is_whole());
        let missed = has_to.find_map(|rule| differences(rule).filter(|points| !points.is_empty()));
        if let Some(points) = missed {
            return Found::Differs(points);
        }
        explained(self.differing_requests(&recorded), deviations.rules(&self.case), |rule| {
            differences(rule).is_some_and(|points| points.is_empty())
        })
    }

    fn differing_requests(&self, own: &[Request]) -> Vec<String> {
        compare_all(&all_requests(&self.case, own), &self.received)
    }

    /// The requests of the call itself, after those of the earlier ones.
    fn own_received(&self) -> &[Received] {
        let earlier = self.case.before.iter().map(|earlier| earlier.exchanges.len()).sum::<usize>();
        self.received.get(earlier..).unwrap_or_default()
    }
}

/// The points, unless there are none or one of the rules explains them by itself.
fn explained<'a>(
    points: Vec<String>,
    mut rules: impl Iterator<Item = &'a Deviation>,
    explains: impl Fn(&Deviation) -> bool,
) -> Found {
    if points.is_empty() {
        return Found::Agrees;
    }
    match rules.find(|rule| !rule.is_whole() && explains(rule)) {
        Some(rule) => Found::Explained(vec![rule.reason.clone()]),
        None => Found::Differs(points),
    }
}

fn all_requests<'a>(case: &'a Recording, own: &'a [Request]) -> Vec<request::Expected<'a>> {
    let earlier = case.before.iter().flat_map(|earlier| {
        let of = |request| request::Expected { call: &earlier.call, request };
        earlier.exchanges.iter().map(move |exchange| of(&exchange.request))
    });
    earlier
        .chain(own.iter().map(|request| request::Expected { call: &case.call, request }))
        .collect()
}

/// An earlier call as a case of its own, on the same client and session.
fn case_of_earlier(case: &Recording, earlier: &Earlier) -> Recording {
    let Earlier { call, exchanges, result, error } = earlier.clone();
    Recording {
        before: Vec::new(),
        updates: None,
        batch_from_error: None,
        call,
        exchanges,
        result,
        error,
        ..case.clone()
    }
}

/// Whether the outcome is an accident or a defect of that SDK, as somebody noted, or as an error of
/// its language shows that escaped from reading an answer.
fn is_accident(case: &Recording) -> bool {
    const OWN: [&str; 8] = [
        "ApiError",
        "ConfigError",
        "MandateDecodeError",
        "NotConnectedError",
        "PixKeyDeleteNotConfirmedError",
        "StreamError",
        "TimeoutError",
        "UpiviaError",
    ];
    let escaped = |error: &RecordedError| !OWN.contains(&&*error.class);
    case.quirk.is_some() || !case.exchanges.is_empty() && case.error.as_ref().is_some_and(escaped)
}
