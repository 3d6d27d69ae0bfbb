//! The names of what calls tell the recorder of the crate `metrics`, and what they mean.
//!
//! A recorder is installed by the program, once; without one, nothing is counted. Labels are names
//! of operations, words of verdicts and kinds of errors: few, and nothing that came from a caller.

pub use crate::call::observer::measures::{
    CALL_DURATION, CALLS, OPEN_STREAMS, RETRIES, describe_metrics,
};
