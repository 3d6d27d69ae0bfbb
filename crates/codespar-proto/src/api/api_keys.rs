//! API keys of the project (`/v1/api-keys`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, driver::Transport, endpoints,
    kit::Response,
};

use crate::{api::projects::Environment, check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes an API key; the answer is the only one that has it.
    fn create(; json: &CreateApiKey) -> CreatedApiKey: "api_keys.create" POST "/v1/api-keys";
    /// Lists the API keys of the project, without the keys themselves.
    fn list() -> Vec<ApiKeyInfo>: "api_keys.list" GET "/v1/api-keys", read keys;
}

/// The keys of the project (`/v1/api-keys`). They belong to the dashboard; whether a key may
/// call this is for the server to say.
#[derive(Handle)]
#[handle(Client.api_keys)]
pub struct ApiKeys<T> {
    client: Client<T>,
}

impl<T: Transport> ApiKeys<T> {
    /// Makes a key (`POST /v1/api-keys`). The answer is the only one that has it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `name`; `Api` with `insufficient_role`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, api_keys::CreateApiKey, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let made = client.api_keys().create(&CreateApiKey::new("nightly job")).send()?;
    /// let key = made.full_key.into_exposed();
    /// # let _ = key; Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateApiKey) -> Call<T, CreatedApiKey> {
        self.client().call(create(self.client().service(), args))
    }

    /// All of them, without the keys themselves (`GET /v1/api-keys`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let keys = client.api_keys().list().send()?;
    /// # let _ = keys; Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<ApiKeyInfo>> {
        self.client().call(list(self.client().service()))
    }
}

/// What a key is made with.
///
/// ```
/// use codespar_proto::{api_keys::CreateApiKey, projects::Environment};
///
/// let args = CreateApiKey::new("nightly job").env(Environment::Test);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateApiKey {
    /// The name of the key, for people.
    pub name: String,
    /// The environment: whether money is real.
    pub env: Option<Environment>,
}

impl CreateApiKey {
    fn check(&self) -> Result<(), Error> {
        check_filled("name", &self.name)
    }
}

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApiKeyInfo {
    /// Its id; not the key.
    pub id: String,
    /// The name of the key, for people.
    pub name: Option<String>,
    /// The first characters of the key, by which it is recognized.
    pub prefix: Option<String>,
    /// When the key was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// When it ceased to work.
    pub revoked_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A new key. The only answer that has it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CreatedApiKey {
    /// The id of the API key; not the key itself.
    pub id: String,
    /// The name of the key, for people.
    pub name: Option<String>,
    /// The first characters of the key, by which it is recognized.
    pub prefix: Option<String>,
    /// The API key itself, in full. No later answer has it again.
    pub full_key: Sensitive,
    /// When the key was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// What the server wants to be known about it.
    pub warning: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Keys {
    keys: Vec<ApiKeyInfo>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn keys(answer: Response) -> Result<Vec<ApiKeyInfo>, Error> {
    answer.json().map(|listed: Keys| listed.keys)
}
