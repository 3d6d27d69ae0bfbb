//! Secrets of accounts at providers.

use std::collections::BTreeMap;

use codespar_engine::{Describe, Error, Sensitive};
use serde::{Deserialize, Serialize};

/// What a provider knows its caller by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ConnectionSecret {
    /// One secret, at most 4096 bytes.
    One(Sensitive),
    /// Several, by the names that the provider's auth schema tells.
    Named(BTreeMap<String, Sensitive>),
}

impl ConnectionSecret {
    /// Several secrets by name.
    pub fn named<N: Into<String>, S: Into<Sensitive>>(
        secrets: impl IntoIterator<Item = (N, S)>,
    ) -> Self {
        Self::Named(secrets.into_iter().map(|(name, it)| (name.into(), it.into())).collect())
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let expected = |what: &str| Err(Error::config("secret", format_args!("expected {what}")));
        match self {
            Self::One(secret) if secret.expose().is_empty() => expected("a secret, it is empty"),
            Self::One(secret) if secret.expose().len() > 4096 => expected("at most 4096 bytes"),
            Self::Named(secrets) if secrets.is_empty() => expected("a secret, there is none"),
            Self::Named(secrets) if secrets.values().any(|it| it.expose().is_empty()) => {
                expected("secrets, one is empty")
            }
            _ => Ok(()),
        }
    }
}

impl From<&str> for ConnectionSecret {
    fn from(secret: &str) -> Self {
        Self::One(secret.into())
    }
}

impl From<String> for ConnectionSecret {
    fn from(secret: String) -> Self {
        Self::One(secret.into())
    }
}
