//! One row of an API.

use http::Method;

use crate::{
    http::{credentials::AuthMode, retry::Retry},
    verdict::{Effect, KeyRule},
};

/// One row of an API: what it is called, where it is, when repeating it is safe.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Route {
    /// The name of the operation, such as `session.charge`.
    pub operation: &'static str,
    /// The HTTP method of the request.
    pub method: Method,
    /// The path; parts in braces are filled in.
    pub path: &'static str,
    /// When repeating it is safe.
    pub retry: Retry,
    /// What it asks of its caller.
    pub auth: AuthMode,
    /// How it names its effect to the server.
    pub key: KeyRule,
    /// What the credentials have to allow, such as `charges:write`; `None` where the API does not
    /// say it.
    pub scope: Option<&'static str>,
    effect: Option<Effect>,
}

impl Route {
    /// A row with the effect and the key rule that its method and class stand for.
    pub const fn new(
        operation: &'static str,
        method: Method,
        path: &'static str,
        retry: Retry,
    ) -> Self {
        let key = match retry {
            Retry::Keyed => KeyRule::Header,
            _ => KeyRule::None,
        };
        let auth = AuthMode::new("");
        Self { operation, method, path, retry, auth, effect: None, key, scope: None }
    }

    /// Says what it does to the world. Without this, what its method stands for at worst.
    #[must_use]
    pub const fn with_effect(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }

    /// What it does to the world.
    pub fn effect(&self) -> Effect {
        self.effect.unwrap_or_else(|| Effect::of_method(&self.method))
    }

    /// Says how it names its effect. Without this, by the header where it may be repeated under a
    /// key, and not at all elsewhere.
    #[must_use]
    pub const fn with_key(mut self, key: KeyRule) -> Self {
        self.key = key;
        self
    }

    /// Says what the credentials have to allow.
    #[must_use]
    pub const fn with_scope(mut self, scope: &'static str) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Says what it asks of its caller.
    #[must_use]
    pub const fn with_auth(mut self, auth: AuthMode) -> Self {
        self.auth = auth;
        self
    }
}
