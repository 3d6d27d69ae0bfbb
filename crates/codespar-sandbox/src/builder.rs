//! How a sandbox is set up.

use std::time::Duration;

use crate::store::settings::{Dialect, Settings};

/// Settings of a [`Sandbox`](crate::Sandbox), from [`Sandbox::builder`](crate::Sandbox::builder).
#[derive(Clone)]
pub struct Builder {
    pub(crate) settings: Settings,
    pub(crate) port: u16,
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
    /// [`Duration::MAX`] keeps them pending until
    /// [`Sandbox::post_event`](crate::Sandbox::post_event) or [`Sandbox::pay`](crate::Sandbox::pay)
    /// decides, and Upivia's for ever.
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

    /// What the key may do, such as `["receipts:read"]`; everything by default, which is `["*"]`.
    /// A key without `mandates:spend` is not shown the signatures of mandates on receipts. No
    /// route is refused by it.
    #[must_use]
    pub fn key_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.settings.key_scopes = scopes.into_iter().map(Into::into).collect();
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
        self.settings.added_servers.push(id.into());
        self
    }

    /// How many bytes of received requests are kept for
    /// [`Sandbox::requests`](crate::Sandbox::requests); 64 MiB by default. The oldest go first;
    /// [`Sandbox::request_count`](crate::Sandbox::request_count) counts them all the same.
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

    /// Holds payments under a mandate above this amount in minor units for a person to approve, as
    /// a policy would, besides those above the mandate's cap of one payment. See
    /// [`Sandbox::decide`](crate::Sandbox::decide).
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
