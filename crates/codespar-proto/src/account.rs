//! Whose key it is, whether the service is well, and the API's description of itself.

use codespar_engine::{
    Call, Error, Json, Response, Sensitive, Transport, answer, endpoints, open_enum,
};

use crate::{Client, Environment, Timestamp, args::args, ids::check_filled, resource::resource};

endpoints! {
    pub(crate) static ROUTES;
    fn read_whoami() -> Whoami: "client.whoami" GET "/v1/whoami";
    fn read_health() -> Health: "client.health" GET "/v1/health";
    fn read_organization(organization) -> Organization: "client.organization" GET "/v1/organizations/{organization}";
    fn read_openapi() -> Json: "client.openapi" GET "/v1/openapi.json";
    fn read_manifest() -> Json: "client.manifest" GET "/v1/discovery/manifest";
    fn create_key(; json: &CreateApiKey) -> CreatedApiKey: "api_keys.create" POST "/v1/api-keys";
    fn list_keys() -> Vec<ApiKeyInfo>: "api_keys.list" GET "/v1/api-keys", read keys;
}

open_enum! {
    /// How the service is.
    pub enum HealthStatus {
        /// All is well.
        Healthy = "healthy",
        /// Something is not.
        Degraded = "degraded",
        /// Nothing works.
        Down = "down",
    }
}

answer! {
    /// Whose key it is.
    pub struct Whoami {
        /// The person, where one is behind the key.
        pub user: Option<User>,
        /// The organization.
        pub organization: Option<Organization>,
        /// The project that calls are for.
        pub project: Option<ProjectName>,
        /// The key.
        pub key: Option<KeyScope>,
    }

    /// A person. Nothing of it shows in `Debug`.
    pub struct User {
        /// The e-mail address.
        pub email: Option<Sensitive>,
        /// The name.
        pub name: Option<Sensitive>,
    }

    /// An organization.
    pub struct Organization {
        /// Its id: `org_…`, or `user_…` for a person's own.
        pub id: String,
        /// Its name.
        pub name: Option<String>,
    }

    /// A project by name.
    pub struct ProjectName {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: Option<String>,
    }

    /// What a key may do.
    pub struct KeyScope {
        /// The id of the key; not the key.
        pub id: Option<String>,
        /// Whether money is real.
        pub environment: Option<Environment>,
        /// What it may do; `*` is everything.
        pub scopes: Vec<String> = default,
    }

    /// How the service is.
    pub struct Health {
        /// In one word.
        pub status: HealthStatus,
    }

    /// A key as it is listed.
    pub struct ApiKeyInfo {
        /// Its id; not the key.
        pub id: String,
        /// What it was named.
        pub name: Option<String>,
        /// How the key begins.
        pub prefix: Option<String>,
        /// When it was made.
        pub created_at: Option<Timestamp>,
        /// When it was used last.
        pub last_used_at: Option<Timestamp>,
        /// When it ceased to work.
        pub revoked_at: Option<Timestamp>,
    }

    /// A new key. The only answer that has it.
    pub struct CreatedApiKey {
        /// Its id.
        pub id: String,
        /// What it was named.
        pub name: Option<String>,
        /// How the key begins.
        pub prefix: Option<String>,
        /// The key.
        pub full_key: Sensitive,
        /// When it was made.
        pub created_at: Option<Timestamp>,
        /// What the server wants to be known about it.
        pub warning: Option<String>,
    }

    struct Keys {
        keys: Vec<ApiKeyInfo>,
    }
}

args! {
    /// What a key is made with.
    ///
    /// ```
    /// use codespar_proto::{CreateApiKey, Environment};
    ///
    /// let args = CreateApiKey::new("nightly job").env(Environment::Test);
    /// ```
    pub struct CreateApiKey {
        /// What it is called.
        name: String,
    } with {
        /// Whether money is real.
        env: Environment,
    }
}

fn keys(answer: Response) -> Result<Vec<ApiKeyInfo>, Error> {
    answer.json().map(|listed: Keys| listed.keys)
}

resource! {
    /// The keys of the project (`/v1/api-keys`). They belong to the dashboard; whether a key may
    /// call this is for the server to say.
    ApiKeys = Client.api_keys
}

impl<T: Transport> Client<T> {
    /// Whose key it is (`GET /v1/whoami`): the cheapest way to find out whether it works.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let me = client.whoami().send()?;
    /// println!("{:?}", me.project.map(|project| project.id));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` with status 401, when the key does not work.
    pub fn whoami(&self) -> Call<T, Whoami> {
        self.call(read_whoami(self.service()))
    }

    /// How the service is (`GET /v1/health`). The answer is a success whatever it says.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// println!("{}", client.health().send()?.status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` with status 401, when the key does not work.
    pub fn health(&self) -> Call<T, Health> {
        self.call(read_health(self.service()))
    }

    /// The key's own organization (`GET /v1/organizations/{id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let organization = client.organization("org_acme").send()?;
    /// # let _ = organization; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `organization`; `Api` with `not_found` for any other.
    pub fn organization(&self, organization: impl AsRef<str>) -> Call<T, Organization> {
        self.call(read_organization(self.service(), organization.as_ref()))
    }

    /// The API's description of itself (`GET /v1/openapi.json`), an OpenAPI 3.1 document.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let document = client.openapi().send()?;
    /// println!("{} bytes", document.as_str().len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    pub fn openapi(&self) -> Call<T, Json> {
        self.call(read_openapi(self.service()))
    }

    /// What the service tells agents about itself (`GET /v1/discovery/manifest`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let manifest = client.manifest().send()?;
    /// # let _ = manifest; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` with status 404 on a self-hosted runtime.
    pub fn manifest(&self) -> Call<T, Json> {
        self.call(read_manifest(self.service()))
    }
}

impl<T: Transport> ApiKeys<T> {
    /// Makes a key (`POST /v1/api-keys`). The answer is the only one that has it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, CreateApiKey, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let made = client.api_keys().create(&CreateApiKey::new("nightly job")).send()?;
    /// let key = made.full_key.into_exposed();
    /// # let _ = key; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `name`; `Api` with `insufficient_role`.
    pub fn create(&self, args: &CreateApiKey) -> Call<T, CreatedApiKey> {
        let check = check_filled("name", &args.name);
        self.client().checked("api_keys.create", check, |service| create_key(service, args))
    }

    /// All of them, without the keys themselves (`GET /v1/api-keys`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let keys = client.api_keys().list().send()?;
    /// # let _ = keys; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` as the server says.
    pub fn list(&self) -> Call<T, Vec<ApiKeyInfo>> {
        self.client().call(list_keys(self.client().service()))
    }
}
