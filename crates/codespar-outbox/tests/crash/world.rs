//! A server, a store and the programs that work one list, with what is counted in the end.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use codespar_blocking::{
    Client, Config,
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
};
use codespar_outbox::{Name, origin};
use codespar_proto::{Currency, Minor};
use codespar_sandbox::{Decision, Fault, Reconciliation, Sandbox};
use postgres::NoTls;

use crate::lines::{APPROVAL_ABOVE, Kind, list};

/// How long a list may take, with everything that is done to it.
const LIMIT: Duration = Duration::from_secs(180);

/// Which store and driver a world is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Driver {
    Sqlite,
    SqliteAsync,
    Postgres,
    TokioPostgres,
}

impl Driver {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::SqliteAsync => "sqlite, async",
            Self::Postgres => "postgres",
            Self::TokioPostgres => "tokio-postgres",
        }
    }
}

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    driver: Driver,
    many: usize,
    mandate: String,
    project: String,
    store: String,
    folder: tempfile::TempDir,
    began: Instant,
    /// How many programs there have been.
    started: AtomicUsize,
}

impl World {
    pub(crate) fn new(driver: Driver, many: usize) -> Self {
        let sandbox = Sandbox::builder().approval_above(APPROVAL_ABOVE);
        let sandbox = sandbox.settle_after(Duration::from_millis(50)).start().unwrap();
        let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
        let client = Client::with_config(config).unwrap();
        let intent = ConsentIntent::new(
            "food",
            Minor::new(1_000_000),
            Minor::new(60_000),
            Currency::BRL,
            3_600_u64,
        );
        let link = client.consents().create(&CreateConsent::new("shopper-1", intent)).send();
        let give = SubmitConsent::new("con-1", ConsentRail::PixConsent, "provider-token");
        let given = client.consents().submit(link.unwrap().token.expose(), &give).send().unwrap();
        let project = client.whoami().send().unwrap().project.unwrap().id;
        let mandate = given.mandate_id;
        // Of both, an answer is lost, and one never begins.
        let spends = format!("/v1/consumers/mandates/{mandate}/spend");
        for path in ["/v1/charges", spends.as_str()] {
            sandbox.inject(Fault::on("POST", path).skip(1).lose_answer());
            sandbox.inject(Fault::on("POST", path).skip(3).close());
        }
        let folder = tempfile::tempdir().unwrap();
        let store = match driver {
            Driver::Sqlite | Driver::SqliteAsync => {
                folder.path().join("outbox.sqlite").to_str().unwrap().to_owned()
            }
            Driver::Postgres | Driver::TokioPostgres => database(),
        };
        let (began, started) = (Instant::now(), AtomicUsize::new(0));
        Self { sandbox, driver, many, mandate, project, store, folder, began, started }
    }

    /// Starts a program that ends at this point, or at none.
    pub(crate) fn start(&self, point: Option<&str>) -> Program {
        let number = self.started.fetch_add(1, Ordering::SeqCst);
        let out = self.folder.path().join(format!("program-{number}"));
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .env("CRASH_CHILD", self.driver.as_str())
            .env("CRASH_STORE", &self.store)
            .env("CRASH_URL", self.sandbox.base_url())
            .env("CRASH_KEY", self.sandbox.api_key())
            .env("CRASH_MANDATE", &self.mandate)
            .env("CRASH_LINES", self.many.to_string())
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).unwrap());
        match point {
            Some(point) => command.env("CRASH_POINT", point),
            None => command.env_remove("CRASH_POINT"),
        };
        Program { child: command.spawn().unwrap(), out }
    }

    /// How many requests that change something have arrived.
    pub(crate) fn posts(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.method == "POST").count()
    }

    /// The id of a line.
    fn key(&self, line: &str, kind: Kind) -> String {
        let name = Name {
            origin: origin(&self.sandbox.base_url()).unwrap(),
            project: self.project.clone(),
            operation: kind.operation().to_owned(),
            reference: line.to_owned(),
        };
        name.id(0)
    }

    /// Does what people do: approves what is held, finds out what became of one payment.
    pub(crate) fn people(&self, program: &Program) {
        for approval in program.said("held") {
            self.sandbox.decide(&approval[0], Decision::Approve);
        }
        for (line, kind) in list(self.many) {
            if kind == Kind::Uncertain {
                self.sandbox.reconcile(&self.key(&line, kind), Reconciliation::Moved);
            }
        }
    }

    pub(crate) fn check_time(&self) -> Result<(), String> {
        match self.began.elapsed() < LIMIT {
            true => Ok(()),
            false => Err("it does not end".to_owned()),
        }
    }

    /// Lets a program run to its end, and starts it again where it does not reach it by itself.
    pub(crate) fn finish(&self, mut program: Program) -> Result<Program, String> {
        loop {
            self.people(&program);
            self.check_time()?;
            match program.child.try_wait().unwrap() {
                None => thread::sleep(Duration::from_millis(10)),
                Some(status) if status.success() => return Ok(program),
                // A store that failed: the program is started again, as whatever runs it would.
                Some(status) if status.code() == Some(3) => {
                    thread::sleep(Duration::from_millis(100));
                    program = self.start(None);
                }
                Some(status) => return Err(format!("a program ended with {status}")),
            }
        }
    }

    /// Counts at the server what has become of every line, and compares it with what is said.
    pub(crate) fn check(&self, program: &Program) -> Result<(), String> {
        let left: BTreeMap<String, String> =
            program.said("left").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        let effects = self.sandbox.effects();
        let mut wrong = Vec::new();
        let mut keyed = 0;
        for (line, kind) in list(self.many) {
            let state = left.get(&line).map_or("missing", String::as_str);
            let many = match kind {
                Kind::Pix => effects.iter().filter(|effect| effect.key.is_none()).count(),
                _ => effects.count_with_key(&self.key(&line, kind)),
            };
            keyed += many;
            let is_right = match kind {
                // Of one that may have arrived before, a refusal of the last says nothing.
                Kind::Refused => matches!(state, "not_done" | "needs_person") && many == 0,
                Kind::Never => state == "needs_person" && many <= 1,
                Kind::Pix => {
                    (state == "done" && many == 1) || (state == "needs_person" && many <= 1)
                }
                _ => state == "done" && many == 1,
            };
            if !is_right {
                wrong.push(format!("{line}, {kind:?}: {state}, happened {many} times"));
            }
        }
        if keyed != effects.len() {
            wrong.push(format!("{} effects, of which {keyed} are of a line", effects.len()));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }
}

/// A program of the list.
pub(crate) struct Program {
    pub(crate) child: Child,
    out: PathBuf,
}

impl Program {
    /// What it has said after this word, so far.
    fn said(&self, word: &str) -> Vec<Vec<String>> {
        let out = fs::read_to_string(&self.out).unwrap();
        // A last line may be cut.
        let lines = out.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        lines
            .filter_map(|line| line.strip_prefix(word)?.strip_prefix('\t'))
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    }

    /// Kills it. `false` when it had ended by itself.
    pub(crate) fn kill(&mut self) -> bool {
        if self.child.try_wait().unwrap().is_some() {
            return false;
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap().signal() == Some(9)
    }

    /// Sends it a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Whether it is stopped, by what the system says of it.
    pub(crate) fn is_stopped(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        stat.is_ok_and(|stat| stat.contains(") T "))
    }
}

/// None outlives the test.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server that `.ci/crashes` has started.
pub(crate) fn server() -> Option<String> {
    env::var("CODESPAR_OUTBOX_POSTGRES").ok()
}

/// A database of its own there.
fn database() -> String {
    static MANY: AtomicUsize = AtomicUsize::new(0);
    let server = server().unwrap();
    let name = format!("crash_{}_{}", std::process::id(), MANY.fetch_add(1, Ordering::SeqCst));
    for _ in 0..100 {
        // It may be restarting.
        if let Ok(mut client) = postgres::Client::connect(&server, NoTls) {
            let made = client.batch_execute(&format!("create schema if not exists {name}"));
            if made.is_ok() {
                return format!("{server} options='-c search_path={name}'");
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
    panic!("PostgreSQL does not answer");
}
