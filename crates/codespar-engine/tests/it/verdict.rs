//! What errors say about effects.

mod status_to_answer;
mod verdicts;
