//! Runs the program with an environment of its own.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use codespar_sandbox::Sandbox;
use serde_json::Value;

/// A home folder of its own, gone at the end.
pub(crate) struct Home(pub(crate) PathBuf);

impl Home {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("codespar-cli-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// The last line of standard output, as JSON.
    pub(crate) fn last(&self) -> Value {
        let line = self.stdout.trim_end().lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error of the document.
    pub(crate) fn error(&self) -> Value {
        self.last()["error"].clone()
    }

    /// The key that was shown before anything was sent.
    pub(crate) fn key(&self) -> String {
        let line = self.stderr.lines().find_map(|line| line.strip_prefix("key: "));
        line.unwrap_or_else(|| panic!("no key: {self:?}")).to_owned()
    }
}

/// The program, in a home of its own, without credentials.
pub(crate) fn program(home: &Home) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codespar"));
    command.env_clear().env("HOME", &home.0).env("CODESPAR_CONFIG_DIR", home.0.join("config"));
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn end(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs it with something on standard input.
pub(crate) fn end_with_input(command: &mut Command, input: &str) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that has ended already reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs it against a sandbox.
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    let home = Home::new();
    end(at(&mut program(&home), sandbox).args(arguments))
}

/// The environment of a sandbox.
pub(crate) fn at<'a>(command: &'a mut Command, sandbox: &Sandbox) -> &'a mut Command {
    command
        .env("CODESPAR_BASE_URL", sandbox.base_url())
        .env("CODESPAR_API_KEY", sandbox.api_key())
        .env("UPIVIA_BASE_URL", sandbox.upivia_url())
        .env("UPIVIA_API_KEY", sandbox.upivia_agent_key())
        .env("UPIVIA_PAT", sandbox.upivia_pat())
}
