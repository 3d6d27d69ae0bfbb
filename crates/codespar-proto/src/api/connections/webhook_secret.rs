//! What a provider's own webhooks are known by.

use codespar_engine::{Answer, Args, Error, Extra, Sensitive};

/// What the provider's own webhooks are known by.
#[derive(Args)]
#[wire(check, no_new)]
pub(super) struct WebhookSecret {
    /// The secret, 1 to 1024 bytes.
    pub(super) secret: Sensitive,
}

impl WebhookSecret {
    fn check(&self) -> Result<(), Error> {
        match self.secret.expose().len() {
            1..=1024 => Ok(()),
            _ => Err(Error::config("secret", "expected 1 to 1024 bytes")),
        }
    }
}

/// That a webhook secret was kept.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct WebhookSecretSet {
    /// The id of the connection.
    pub connection_id: Option<String>,
    /// The id of the provider, such as `asaas`.
    pub server_id: Option<String>,
    /// Whether it was.
    pub updated: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
