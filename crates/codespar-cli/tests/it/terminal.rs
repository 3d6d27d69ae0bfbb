//! What is different on a terminal: a question, a spinner, a QR code.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::{fd::OwnedFd, unix::process::ExitStatusExt as _},
    process::Command,
    time::Duration,
};

use codespar_sandbox::Sandbox;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::program::{Home, at, program};

const PIX: &[&str] =
    &["charge", "--amount", "15.00BRL", "--description", "Order", "--buyer.name", "Maria"];

/// A terminal: the end that is looked at, and a program that runs in it.
struct Terminal {
    screen: File,
    program: std::process::Child,
    text: String,
}

impl Terminal {
    fn run(command: &mut Command) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let path = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
        let inner = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let inner: [OwnedFd; 3] = [(); 3].map(|()| inner.try_clone().unwrap().into());
        let [stdin, stdout, stderr] = inner;
        command.env("TERM", "xterm").stdin(stdin).stdout(stdout).stderr(stderr);
        let program = command.spawn().unwrap();
        // The program alone has its end open, so that it is seen to close it.
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        Self { screen: File::from(screen), program, text: String::new() }
    }

    /// Reads until this was written.
    fn until(&mut self, wanted: &str) {
        while !self.text.contains(wanted) {
            assert!(self.read(), "{wanted} never came: {}", self.text);
        }
    }

    /// Reads more; says whether there was any.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4_096];
        // Once the other end is closed it is an error.
        let count = self.screen.read(&mut bytes).unwrap_or(0);
        self.text += &String::from_utf8_lossy(&bytes[..count]);
        count > 0
    }

    /// Reads to its end; gives its exit code, and what was written.
    fn end(mut self) -> (i32, String) {
        while self.read() {}
        let status = self.program.wait().unwrap();
        let code = status.code();
        (code.unwrap_or_else(|| panic!("signal {:?}", status.signal())), self.text)
    }
}

#[test]
fn money_of_a_live_key_asks_and_does_what_is_answered() {
    let sandbox = Sandbox::builder().any_api_key().start().unwrap();
    let home = Home::new();
    let live = ["csk", "live", "1"].join("_");
    for (answer, code, requests) in [("n\n", 4, 0), ("\n", 4, 0), ("y\n", 0, 3)] {
        let mut command = program(&home);
        at(&mut command, &sandbox).env("CODESPAR_API_KEY", &live).args(PIX);
        let mut terminal = Terminal::run(&mut command);
        terminal.until("(amount 15.00 BRL)");
        terminal.until("[y/N]");
        assert_eq!(sandbox.request_count(), 0);
        terminal.screen.write_all(answer.as_bytes()).unwrap();
        let (ended, text) = terminal.end();
        assert_eq!((ended, sandbox.request_count()), (code, requests), "{answer:?}: {text}");
    }
    // The request counts in minor units, people do not.
    let pay = ["pay", "--amount", "15.00BRL", "--description", "x", "--recipient", "k"];
    let mut command = program(&home);
    at(&mut command, &sandbox).env("CODESPAR_API_KEY", &live).args(pay);
    let mut terminal = Terminal::run(&mut command);
    terminal.until("(amount 15.00 BRL)");
    terminal.screen.write_all(b"n\n").unwrap();
    assert_eq!(terminal.end().0, 4);
    let mut command = program(&home);
    at(&mut command, &sandbox).env("CODESPAR_API_KEY", &live).args(PIX).arg("--no-input");
    assert_eq!(Terminal::run(&mut command).end().0, 2);
}

#[test]
fn a_terminal_has_a_qr_code_and_a_countdown_and_nothing_of_it_is_left() {
    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start().unwrap();
    let home = Home::new();
    let mut command = program(&home);
    let mut terminal = Terminal::run(at(&mut command, &sandbox).args(PIX).arg("--wait=20"));
    terminal.until("████");
    terminal.until("waiting for payment tc_");
    terminal.until(" left)");
    let shown = terminal.text.clone();
    let mut words = shown.split_whitespace().skip_while(|word| *word != "id");
    let id = words.nth(1).unwrap_or_else(|| panic!("{shown}"));
    assert!(sandbox.pay(id), "{shown}");
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
    let last = text.rsplit("left)").next().unwrap();
    // The line is cleared before the result is written.
    assert!(last.contains("\u{1b}[2K") && last.contains("succeeded"), "{last:?}");

    let mut command = program(&home);
    let (code, text) = Terminal::run(at(&mut command, &sandbox).args(PIX).arg("--no-qr")).end();
    assert_eq!((code, text.contains('█')), (0, false), "{text}");
    let mut command = program(&home);
    at(&mut command, &sandbox).args(PIX).args(["--output", "jsonl"]);
    let (code, text) = Terminal::run(&mut command).end();
    assert_eq!((code, text.contains('█')), (0, false), "{text}");
}
