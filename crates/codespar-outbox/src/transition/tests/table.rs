//! The table of transitions, written by hand: what each kind of answer makes of a row.

use std::time::Duration;

use codespar_engine::{KeyUse, Stage, Verdict};

use super::{policy, row};
use crate::{
    observation::Observation,
    plan::{Look, Plan, plan},
    policy::millis,
    row::{Guarantee, Row, State},
    transition::{apply, sent},
};

fn state(row: &Row, seen: &Observation) -> State {
    apply(row, seen, 1, &policy()).state
}

/// A row that is being presented: for the first time, again, and one that is sent once at most.
fn presented() -> [Row; 3] {
    let row = |guarantee| row("charges.create", guarantee);
    let first = sent(&row(Guarantee::ExactlyOnce), 0, &policy());
    let again = sent(&Row { state: State::Unknown, ..first.clone() }, 0, &policy());
    [first, again, sent(&row(Guarantee::AtMostOnce), 0, &policy())]
}

#[test]
fn each_answer_to_a_presentation_has_its_state() {
    use State::{Done, Held, Issued, NeedsPerson, NotDone, Ready, Unknown};
    let request = Observation::of_request;
    let with = |key_use, code: &str, seen: Observation| Observation {
        key_use,
        code: Some(code.to_owned()),
        ..seen
    };
    let refused = || request(Verdict::Refused);
    let later = Observation { is_for_later: true, ..refused() };
    let rows = [
        (request(Verdict::NothingSent), [Ready, Unknown, Ready]),
        (Observation::NOTHING, [Unknown, Unknown, NeedsPerson]),
        (request(Verdict::Unknown), [Unknown, Unknown, NeedsPerson]),
        (refused(), [NotDone, Unknown, NotDone]),
        (later, [Ready, Unknown, Ready]),
        (request(Verdict::Held), [Held, Held, Held]),
        (with(KeyUse::Spent, "psp_attempt_conflict", refused()), [Ready, Ready, Ready]),
        (with(KeyUse::Spent, "withdrawal_failed", refused()), [Ready, Ready, Ready]),
        (with(KeyUse::Spent, "send_failed", refused()), [Ready, Unknown, Ready]),
        (
            with(KeyUse::PersonDecides, "attempt_id_conflict", request(Verdict::Unknown)),
            [NeedsPerson, NeedsPerson, NeedsPerson],
        ),
        (with(KeyUse::PersonDecides, "x", refused()), [NeedsPerson, NeedsPerson, NeedsPerson]),
        (Observation::of_effect(Verdict::Refused), [NotDone, NotDone, NotDone]),
        (request(Verdict::Done(Stage::Issued)), [Issued, Issued, Done]),
        (request(Verdict::Done(Stage::Dispatched)), [Issued, Issued, Done]),
        (request(Verdict::Done(Stage::Completed)), [Done, Done, Done]),
        (request(Verdict::Done(Stage::Settled)), [Done, Done, Done]),
    ];
    for (seen, expected) in rows {
        assert_eq!(presented().map(|row| state(&row, &seen)), expected, "{seen:?}");
    }
}

#[test]
fn each_thing_that_is_read_has_its_state() {
    use State::{Done, Held, Issued, NotDone, Unknown};
    let read = |verdict| Observation { verdict, is_read: true, ..Observation::NOTHING };
    let told = |verdict| Observation { is_final_word: true, ..read(Some(verdict)) };
    let rows = [
        // From issued, held, unknown.
        (read(None), [Issued, Held, Unknown]),
        (told(Verdict::Unknown), [Issued, Unknown, Unknown]),
        (told(Verdict::Held), [Issued, Held, Held]),
        (told(Verdict::Refused), [NotDone, NotDone, NotDone]),
        (told(Verdict::Done(Stage::Issued)), [Issued, Issued, Issued]),
        (told(Verdict::Done(Stage::Settled)), [Done, Done, Done]),
    ];
    for (seen, expected) in rows {
        let states = [Issued, Held, Unknown].map(|from| {
            let row = Row { state: from, ..row("charges.create", Guarantee::ExactlyOnce) };
            state(&row, &seen)
        });
        assert_eq!(states, expected, "{seen:?}");
    }
}

#[test]
fn what_a_server_asks_to_wait_is_waited() {
    let [row, ..] = presented();
    let seen = |wait| {
        let retry_after = Some(Duration::from_secs(wait));
        Observation { retry_after, is_for_later: true, ..Observation::of_request(Verdict::Refused) }
    };
    let next = |wait| apply(&row, &seen(wait), 1_000, &policy()).next_at.unwrap();
    assert_eq!(next(300), 301_000);
    assert!(next(0) <= 5_000);
    // Not for ever.
    assert_eq!(next(1_000_000), 1_000 + 6 * 60 * 60 * 1_000);
}

#[test]
fn a_charge_is_read_by_its_id_and_where_that_is_not_found_by_its_key() {
    let charge = Row {
        state: State::Issued,
        resource: Some("chg_1".to_owned()),
        ..row("charges.create", Guarantee::ExactlyOnce)
    };
    let look = |row: &Row| plan(row, 1, &policy(), true);
    assert_eq!(look(&charge), Plan::Look(Look::Charge("chg_1".to_owned())));
    let unread = Row { code: Some("charge_not_found".to_owned()), ..charge.clone() };
    assert_eq!(look(&unread), Plan::Look(Look::Charge(charge.key())));
    // What was issued and cannot be read waits for an event, and then for a person.
    let transfer = row("wallets.transfer", Guarantee::ExactlyOnce);
    let transfer = Row { state: State::Issued, ..transfer };
    let over = 120 * 24 * 60 * 60 * 1_000;
    assert_eq!(look(&transfer), Plan::Wait(over));
    assert_eq!(plan(&transfer, over, &policy(), true), Plan::GiveUp);
}

#[test]
fn what_never_changes_ends_with_a_person() {
    let nothing = Observation { is_read: true, ..Observation::NOTHING };
    for state in [State::Held, State::Issued, State::Unknown] {
        let approval = Some("apv_1".to_owned());
        let mut row = Row { state, approval, ..row("charges.create", Guarantee::ExactlyOnce) };
        let mut now = 0;
        for turn in 0.. {
            assert!(turn <= 2 * policy().turns, "{state} does not end");
            match plan(&row, now, &policy(), false) {
                Plan::Wait(until) => now = until,
                Plan::Look(_) => row = apply(&row, &nothing, now, &policy()),
                Plan::GiveUp => break,
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_refusal_that_may_pass_is_waited_out_so_many_times() {
    let refused = Observation { is_for_later: true, ..Observation::of_request(Verdict::Refused) };
    let mut row = row("charges.create", Guarantee::ExactlyOnce);
    for _ in 0..policy().refusals {
        let now = row.next_at.unwrap_or(0);
        assert_eq!(plan(&row, now, &policy(), true), Plan::Dispatch);
        row = apply(&sent(&row, now, &policy()), &refused, now, &policy());
    }
    assert_eq!(plan(&row, i64::MAX, &policy(), true), Plan::GiveUp);
}

#[test]
fn how_old_an_id_is_is_not_known_by_a_clock_that_was_set_back() {
    let policy = policy();
    let sent_at = 10 * millis(policy.max_age);
    let row = Row {
        state: State::Unknown,
        first_sent_at: Some(sent_at),
        ..row("mandates.spend", Guarantee::ExactlyOnce)
    };
    let (lease, age) = (millis(policy.lease), millis(policy.max_age));
    for (passed, expected) in [
        (0, Plan::PresentAgain),
        (-lease, Plan::PresentAgain),
        (-lease - 1, Plan::Look(Look::Attempt(row.key()))),
        (age, Plan::PresentAgain),
        (age + 1, Plan::Look(Look::Attempt(row.key()))),
    ] {
        assert_eq!(plan(&row, sent_at + passed, &policy, true), expected, "{passed}");
    }
}
