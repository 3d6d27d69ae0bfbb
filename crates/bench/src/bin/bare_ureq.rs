//! The least program that makes a request with ureq: what `codespar` is measured against.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(url) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let call = ureq::get(format!("{url}/v1/sessions/ses_1"));
    let answer = call.header("authorization", "Bearer csk_test_1").call();
    match answer.map(|mut answer| answer.body_mut().read_to_string()) {
        Ok(Ok(_)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
