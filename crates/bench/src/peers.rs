//! Clients in other languages, where this machine can run them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::Outcome;

/// The version of the Python SDK that is measured.
pub(crate) const VERSION: &str = "0.14.0";

/// What one call took, in seconds.
#[derive(Deserialize)]
pub(crate) struct Call {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

/// `session.execute` of the Python SDK: 300 calls, in a process of their own.
pub(crate) fn execute(python: &Path, url: &str) -> Outcome<Call> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/codespar_execute.py");
    let output = Command::new(python).arg(&script).args([url, "300"]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// An interpreter that has the SDK, in an environment beside the build; `None` where there is
/// none, or pip cannot install it.
pub(crate) fn python() -> Outcome<Option<PathBuf>> {
    let program = std::env::current_exe()?;
    let Some(beside) = program.parent() else { return Ok(None) };
    let environment = beside.join(format!("python-codespar-{VERSION}"));
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let has_it = || succeeds(Command::new(&python).args(["-c", "import codespar"]));
    if has_it() {
        return Ok(Some(python));
    }
    let made = succeeds(Command::new("python3").args(["-m", "venv"]).arg(&environment))
        && succeeds(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet"])
                .arg(format!("codespar=={VERSION}")),
        );
    Ok((made && has_it()).then_some(python))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}
