//! The program as it is run, against the sandbox.

mod arguments;
mod credentials;
mod money;
mod output;
mod program;
mod rows;
