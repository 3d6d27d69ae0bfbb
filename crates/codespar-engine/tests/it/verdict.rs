//! What errors say about effects.

mod verdicts;
