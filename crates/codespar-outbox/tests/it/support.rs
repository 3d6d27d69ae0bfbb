//! A sandbox, a clock that tests turn, and an outbox over either store.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use codespar_blocking::{
    Client, Config, UreqTransport,
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
};
use codespar_outbox::{
    Builder, Clock, MemoryStore, Outbox, OutboxError, Policy, PostgresStore, SqliteStore, Store,
    StoreRequest,
};
use codespar_proto::{Buyer, ChargeMethod, CreateCharge, Currency, Minor};
use codespar_sandbox::Sandbox;

use crate::database::Database;

/// The result of a test.
pub(crate) type TestResult = Result<(), Box<dyn std::error::Error>>;

/// An outbox of these tests.
pub(crate) type TestOutbox = Outbox<UreqTransport, Arc<dyn Store + Send + Sync>>;

/// A sandbox, a client of it, a store, and the clock of the store.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) store: Arc<dyn Store + Send + Sync>,
    time: Arc<AtomicI64>,
    /// The folder that the store's file lies in, if it has one.
    pub(crate) folder: Option<tempfile::TempDir>,
    /// The database, if it is one.
    pub(crate) database: Option<Database>,
}

/// Which store a test is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Postgres,
}

impl Kind {
    /// PostgreSQL only where there is one: see [`Database`].
    pub(crate) fn all() -> Vec<Self> {
        let postgres = Database::is_there().then_some(Self::Postgres);
        [Self::Memory, Self::Sqlite].into_iter().chain(postgres).collect()
    }
}

impl World {
    pub(crate) fn new(kind: Kind) -> Self {
        // Nothing settles by itself, however slow the machine is.
        let sandbox = Sandbox::builder().settle_after(Duration::MAX);
        Self::around(kind, sandbox.start().unwrap())
    }

    pub(crate) fn around(kind: Kind, sandbox: Sandbox) -> Self {
        let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
        let client = Client::with_config(config).unwrap();
        let time = Arc::new(AtomicI64::new(1_000_000));
        let folder = (kind == Kind::Sqlite).then(|| tempfile::tempdir().unwrap());
        let database = (kind == Kind::Postgres).then(Database::new);
        let store = Arc::new(MemoryStore::default());
        let mut world = Self { sandbox, client, store, time, folder, database };
        world.store = match kind {
            Kind::Memory => Arc::new(MemoryStore::new(world.clock())),
            Kind::Sqlite | Kind::Postgres => world.reopened(),
        };
        world
    }

    /// The file or database once more, as a program has it that was started again.
    pub(crate) fn reopened(&self) -> Arc<dyn Store + Send + Sync> {
        if let Some(database) = &self.database {
            return Arc::new(PostgresStore::new(Mutex::new(database.connect())));
        }
        let file = self.folder.as_ref().unwrap().path().join("outbox.sqlite");
        Arc::new(SqliteStore::open_with(file, self.clock()).unwrap())
    }

    fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Clock::new(move || time.load(Ordering::SeqCst))
    }

    /// Lets time pass, for the store.
    pub(crate) fn pass(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        if let Some(database) = &self.database {
            database.pass(time);
        }
        self.time.fetch_add(time, Ordering::SeqCst);
    }

    /// Sets the clock of the store back.
    pub(crate) fn set_back(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        if let Some(database) = &self.database {
            database.pass(-time);
        }
        self.time.fetch_sub(time, Ordering::SeqCst);
    }

    /// What takes over the row that is due longest, of this server and its project.
    pub(crate) fn claim_due(&self, lease: Duration) -> StoreRequest {
        let origin = codespar_outbox::origin(self.client.base_url()).unwrap();
        let project = self.client.whoami().send().unwrap().project.unwrap().id;
        StoreRequest::ClaimDue { origin, project, lease }
    }

    pub(crate) fn builder(&self) -> Builder<UreqTransport> {
        let policy = Policy::default().longest_wait(Duration::from_secs(8));
        Outbox::builder(self.client.clone()).policy(policy).honours_attempts(true)
    }

    pub(crate) fn outbox(&self) -> TestOutbox {
        self.builder().open(Arc::clone(&self.store)).unwrap()
    }

    /// Lets a minute pass and works on what is due, this many times.
    pub(crate) fn rounds(&self, outbox: &TestOutbox, many: usize) -> Result<(), OutboxError> {
        for _ in 0..many {
            self.pass(Duration::from_secs(120));
            outbox.reconcile()?;
        }
        Ok(())
    }

    /// A mandate over 1000 reais, at most 600 a payment.
    pub(crate) fn mandate(&self) -> String {
        let (cap, one) = (Minor::new(100_000), Minor::new(60_000));
        let intent = ConsentIntent::new("food", cap, one, Currency::BRL, 3_600_u64);
        let link = self.client.consents().create(&CreateConsent::new("shopper-1", intent));
        let link = link.send().unwrap();
        let give = SubmitConsent::new("con-1", ConsentRail::PixConsent, "provider-token");
        let given = self.client.consents().submit(link.token.expose(), &give).send().unwrap();
        given.mandate_id
    }
}

/// A boleto with a due date.
pub(crate) fn invoice(amount: &str) -> CreateCharge {
    CreateCharge::new(amount.parse().unwrap(), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con_1")
        .buyer(Buyer::new("Maria Silva").document("11144477735"))
        .due_date("2030-12-31")
}
