//! How providers know their callers.

use codespar_engine::WireEnum;

/// How a provider knows its caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthType {
    /// Not at all.
    None,
    /// An API key.
    ApiKey,
    /// Secrets within the path.
    PathSecret,
    /// OAuth: a person allows access at the provider.
    Oauth,
    /// A client certificate.
    Cert,
    /// Requests signed with a shared secret.
    HmacSigned,
    /// A token signed with a key pair.
    JwtEcdsa,
    /// Two headers, each with a secret.
    TwoHeader,
    /// Coinbase's developer platform.
    Cdp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
