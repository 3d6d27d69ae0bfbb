//! Access by OAuth, for programs that act for a person (`/oauth`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_filled, check_receiver},
    client::{Client, without_key::without_key},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says which servers give access to the API (RFC 9728); no key is sent.
    fn protected_resource() -> OAuthProtectedResource:
        "oauth.protected_resource" GET "/.well-known/oauth-protected-resource", scope "public",
        part of protected_resource;
    /// Says how access is given: the addresses and what they take (RFC 8414); no key is sent.
    fn authorization_server() -> OAuthAuthorizationServer:
        "oauth.authorization_server" GET "/.well-known/oauth-authorization-server", scope "public",
        part of authorization_server;
    /// Registers a program that asks people for access (RFC 7591); each call makes another, no key
    /// is sent.
    fn register(; json: &RegisterOAuthClient) -> OAuthClient:
        "oauth.register" POST "/oauth/register", scope "public", part of register;
    /// Exchanges a code, or a refresh token, for an access token; each works once, and no key is
    /// sent.
    fn token(; urlencoded: &RequestOAuthToken) -> OAuthToken:
        "oauth.token" POST "/oauth/token", scope "public", part of token;
}

/// Access by OAuth, for programs that act for a person (`/oauth`). None of its calls sends the API
/// key.
#[derive(Handle)]
#[handle(Client.oauth)]
pub struct OAuth<T> {
    client: Client<T>,
}

impl<T: Transport> OAuth<T> {
    /// Which servers give access to the API (`GET /.well-known/oauth-protected-resource`, RFC
    /// 9728). The API key is not sent.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let resource = client.oauth().protected_resource().send()?;
    /// println!("{:?}", resource.authorization_servers);
    /// # Ok(()) }
    /// ```
    pub fn protected_resource(&self) -> Call<T, OAuthProtectedResource> {
        self.client().call(protected_resource(&without_key(self.client().service())))
    }

    /// How access is given (`GET /.well-known/oauth-authorization-server`, RFC 8414). The API key
    /// is not sent.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let server = client.oauth().authorization_server().send()?;
    /// println!("{:?}", server.authorization_endpoint);
    /// # Ok(()) }
    /// ```
    pub fn authorization_server(&self) -> Call<T, OAuthAuthorizationServer> {
        self.client().call(authorization_server(&without_key(self.client().service())))
    }

    /// Registers a program that asks people for access (`POST /oauth/register`, RFC 7591). The API
    /// key is not sent. A person gives the access on the page `authorization_endpoint`, in a
    /// browser, with a code challenge of the method `S256`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `redirect_uris`; `Api` with `invalid_redirect_uri`, `rate_limit_exceeded`
    /// (ten an hour) or `client_registration_cap_reached`: nothing was registered.
    ///
    /// ```
    /// use codespar_proto::oauth::RegisterOAuthClient;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = RegisterOAuthClient::new(vec!["https://app.example/callback".to_owned()]);
    /// let registered = client.oauth().register(&args).send()?;
    /// println!("{}", registered.client_id);
    /// # Ok(()) }
    /// ```
    pub fn register(&self, args: &RegisterOAuthClient) -> Call<T, OAuthClient> {
        self.client().call(register(&without_key(self.client().service()), args))
    }

    /// Exchanges a code, or a refresh token, for an access token (`POST /oauth/token`). The API key
    /// is not sent. The access token goes where an API key goes. **Keep the new refresh token**:
    /// the old one is revoked at once. A chain of them lasts 90 days.
    ///
    /// Idempotency: none, a code and a refresh token work once; it is sent once. After a lost
    /// answer a person has to give access again.
    ///
    /// # Errors
    /// `Config` naming `code`, `code_verifier`, `redirect_uri`, `client_id` or `refresh_token`;
    /// `Api` with `invalid_grant`, `invalid_request` or `unsupported_grant_type`.
    ///
    /// ```
    /// use codespar_proto::oauth::RequestOAuthToken;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = RequestOAuthToken::refresh("the-refresh-token");
    /// let token = client.oauth().token(&args).send()?;
    /// println!("{:?} seconds", token.expires_in);
    /// # Ok(()) }
    /// ```
    pub fn token(&self, args: &RequestOAuthToken) -> Call<T, OAuthToken> {
        self.client().call(token(&without_key(self.client().service()), args))
    }
}

/// What is exchanged for a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OAuthGrant {
    /// A code from the page where a person gave access.
    AuthorizationCode,
    /// A refresh token.
    RefreshToken,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The program to register.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RegisterOAuthClient {
    /// Where people come back to: `https`, or `http` of this machine.
    pub redirect_uris: Vec<String>,
    /// The name that people read, 256 characters at most.
    pub client_name: Option<String>,
    /// How it proves itself: `none`.
    pub token_endpoint_auth_method: Option<String>,
    /// What it exchanges for tokens.
    pub grant_types: Option<Vec<OAuthGrant>>,
    /// What it asks for: `code`.
    pub response_types: Option<Vec<String>>,
}

impl RegisterOAuthClient {
    fn check(&self) -> Result<(), Error> {
        if self.redirect_uris.is_empty() {
            return Err(Error::config("redirect_uris", "expected one at least"));
        }
        self.redirect_uris.iter().try_for_each(|uri| check_receiver("redirect_uris", uri))
    }
}

/// What is exchanged for a token: see [`code`](Self::code) and [`refresh`](Self::refresh).
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[wire(private_new)]
#[non_exhaustive]
pub struct RequestOAuthToken {
    /// What it is.
    pub grant_type: OAuthGrant,
    /// The code that came with the person.
    #[wire(no_setter)]
    pub code: Option<Sensitive>,
    /// What the code challenge was made of.
    #[wire(no_setter)]
    pub code_verifier: Option<Sensitive>,
    /// Where the person came back to.
    #[wire(no_setter)]
    pub redirect_uri: Option<String>,
    /// The id of the program.
    #[wire(no_setter)]
    pub client_id: Option<String>,
    /// The refresh token.
    #[wire(no_setter)]
    pub refresh_token: Option<Sensitive>,
}

impl RequestOAuthToken {
    /// A code from the page where a person gave access.
    pub fn code(
        code: impl Into<Sensitive>,
        code_verifier: impl Into<Sensitive>,
        redirect_uri: impl Into<String>,
        client_id: impl Into<String>,
    ) -> Self {
        Self {
            code: Some(code.into()),
            code_verifier: Some(code_verifier.into()),
            redirect_uri: Some(redirect_uri.into()),
            client_id: Some(client_id.into()),
            ..Self::new(OAuthGrant::AuthorizationCode)
        }
    }

    /// A refresh token.
    pub fn refresh(refresh_token: impl Into<Sensitive>) -> Self {
        Self { refresh_token: Some(refresh_token.into()), ..Self::new(OAuthGrant::RefreshToken) }
    }

    fn check(&self) -> Result<(), Error> {
        let secret = |field: &str, value: &Option<Sensitive>| {
            check_filled(field, value.as_ref().map(Sensitive::expose).unwrap_or_default())
        };
        match self.grant_type {
            OAuthGrant::AuthorizationCode => {
                secret("code", &self.code)?;
                secret("code_verifier", &self.code_verifier)?;
                check_filled("redirect_uri", self.redirect_uri.as_deref().unwrap_or_default())?;
                check_filled("client_id", self.client_id.as_deref().unwrap_or_default())
            }
            OAuthGrant::RefreshToken => secret("refresh_token", &self.refresh_token),
            OAuthGrant::Other(_) => Ok(()),
        }
    }
}

/// Which servers give access to the API.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OAuthProtectedResource {
    /// The API that it is about.
    pub resource: Option<String>,
    /// The servers that give access to it.
    #[wire(default)]
    pub authorization_servers: Vec<String>,
    /// How a token is sent.
    #[wire(default)]
    pub bearer_methods_supported: Vec<String>,
    /// What access can be for.
    #[wire(default)]
    pub scopes_supported: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How access is given.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OAuthAuthorizationServer {
    /// Who gives it.
    pub issuer: Option<String>,
    /// The page where a person gives it.
    pub authorization_endpoint: Option<String>,
    /// Where codes are exchanged for tokens.
    pub token_endpoint: Option<String>,
    /// Where programs are registered.
    pub registration_endpoint: Option<String>,
    /// What can be asked for.
    #[wire(default)]
    pub response_types_supported: Vec<String>,
    /// What can be exchanged for tokens.
    #[wire(default)]
    pub grant_types_supported: Vec<OAuthGrant>,
    /// How code challenges are made: `S256` alone.
    #[wire(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// How programs prove themselves.
    #[wire(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// What access can be for.
    #[wire(default)]
    pub scopes_supported: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A program that may ask people for access.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OAuthClient {
    /// The id of the program.
    pub client_id: String,
    /// Where people come back to.
    #[wire(default)]
    pub redirect_uris: Vec<String>,
    /// The name that people read.
    pub client_name: Option<String>,
    /// How it proves itself: `none`.
    pub token_endpoint_auth_method: Option<String>,
    /// What it exchanges for tokens.
    #[wire(default)]
    pub grant_types: Vec<OAuthGrant>,
    /// What it asks for.
    #[wire(default)]
    pub response_types: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An access token, and what the next one is had by.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OAuthToken {
    /// The token that goes where an API key goes.
    pub access_token: Sensitive,
    /// What kind of token it is: `Bearer`.
    pub token_type: Option<String>,
    /// For how many seconds it works.
    #[wire(seconds)]
    pub expires_in: Option<u64>,
    /// What the next one is had by, once.
    pub refresh_token: Option<Sensitive>,
    /// What it is for, parted by spaces.
    pub scope: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
