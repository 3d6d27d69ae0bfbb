//! The program `codespar`.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    codespar_cli::main()
}
