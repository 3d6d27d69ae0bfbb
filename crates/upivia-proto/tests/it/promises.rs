//! What the rows of the API promise about effects, keys and repetitions, and the tables of the
//! documentation that are made of them.
//!
//! `UPDATE_FIXTURES=1 cargo test -p upivia-proto --test it promises` writes the tables again.

use testing_support::{promise_tests, promises::Promises};
use upivia_proto::{
    routes,
    testing::{operations_table, verdicts_table},
    verdicts::{KeyRule, verdict_rows},
};

promise_tests!(PROMISES);

const PROMISES: Promises = Promises {
    api: "Upivia",
    routes: || routes().collect(),
    moves_money: &[MOVES_MONEY],
    repeated: &[REPEATED],
    keyed: &[KEYED],
    operations_table: || operations_table(routes()),
    verdicts_table: || verdicts_table(verdict_rows()),
};

/// The rows that move money, or make somebody owe some.
const MOVES_MONEY: &[&str] = &[
    "agent_requests.resolve",
    "agents.set_budget",
    "approvals.approve",
    "budget_requests.resolve",
    "chat.resolve_approval",
    "chat.turn",
    "delegate.create",
    "human_input.answer",
    "rooms.create",
    "rooms.post_message",
    "scheduled_tasks.create",
    "service_requests.create",
    "spawn.create",
    "swarms.create",
    "teams.allocate_budget",
    "triggers.fire",
    "workflows.runs.create",
    "workflows.runs.rerun_failed",
    "workflows.runs.retry_step",
    "workflows.runs.skip_step",
];

/// The rows besides reads that are repeated after the server may have seen them, and why.
const REPEATED: &[(&str, &str)] = &[
    ("service_requests.create", "the server honours the key"),
    ("simulations.policy_check", "a read"),
];

/// The rows that name their effect by a key, and how.
const KEYED: &[(&str, KeyRule)] = &[("service_requests.create", KeyRule::HeaderAndBody)];
