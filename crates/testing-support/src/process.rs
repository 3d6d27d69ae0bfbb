//! Tests that run once more in a process of their own: for what must not be changed in the first.

use std::{
    env,
    process::{Command, Output},
};

/// The command that runs one test of this binary alone; `module` is `module_path!()`.
pub fn again(module: &str, test: &str) -> Command {
    let (_, module) = module.split_once("::").unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("{module}::{test}"), "--nocapture"]);
    command
}

/// Asserts that the test was found, and passed.
pub fn passed(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{output:?}");
}
