//! The conformance program; see the library.
#![forbid(unsafe_code)]

use std::io;
use std::process::ExitCode;

use conformance::{cli, sdk};

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    ExitCode::from(cli::main(&sdk::Sdk, arguments, &mut io::stdout().lock()))
}
