//! How providers know their callers.

use codespar_engine::open_enum;

open_enum! {
    /// How a provider knows its caller.
    pub enum AuthType {
        /// Not at all.
        None = "none",
        /// An API key.
        ApiKey = "api_key",
        /// Secrets within the path.
        PathSecret = "path_secret",
        /// OAuth: a person allows access at the provider.
        Oauth = "oauth",
        /// A client certificate.
        Cert = "cert",
        /// Requests signed with a shared secret.
        HmacSigned = "hmac_signed",
        /// A token signed with a key pair.
        JwtEcdsa = "jwt_ecdsa",
        /// Two headers, each with a secret.
        TwoHeader = "two_header",
        /// Coinbase's developer platform.
        Cdp = "cdp",
    }
}
