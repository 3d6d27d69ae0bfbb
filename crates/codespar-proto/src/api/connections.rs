//! Connections of the project's users to providers (`/v1/connections`).

mod connection;
pub(crate) mod engine;
mod secret;
pub(crate) mod subaccount;
mod webhook_secret;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};
use serde::Serialize;

pub use self::{
    connection::{Connection, ConnectionStatus, StoredConnection},
    engine::{EngineMechanism, EngineRun, EngineStatus, EngineVerification},
    secret::ConnectionSecret,
    subaccount::{RevokedSubaccount, Subaccount, SubaccountState, UpstreamDeletion},
    webhook_secret::WebhookSecretSet,
};
use crate::{
    api::connections::{connection::read_stored, webhook_secret::WebhookSecret},
    check::{check_filled, check_https, check_object, check_range},
    client::Client,
    session::authorize::Authorization,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the connections of the project's users to providers.
    fn list(; query: &ListConnections) -> Vec<Connection>:
        "connections.list" GET "/v1/connections", scope "connections:read", read read_list;
    /// Makes the link where a person allows a connection to a provider.
    fn start(; json: &StartConnection) -> Authorization:
        "connections.start" POST "/v1/connections/start";
    /// Keeps the secret of an account at a provider, in place of one that is there already.
    fn create(; json: &CreateConnection) -> StoredConnection:
        "connections.create" POST "/v1/connections", read read_stored;
    /// Says how a connection stands.
    fn get(connection_id) -> Connection: "connections.get" GET "/v1/connections/{connection_id}";
    /// Adds to the metadata of a connection; members that are not named stay.
    fn update_metadata(connection_id; json: &UpdateMetadata) -> Connection:
        "connections.update_metadata" PATCH "/v1/connections/{connection_id}/metadata";
    /// Ends a connection; ending it twice is no error.
    fn revoke(connection_id) -> Connection:
        "connections.revoke" POST "/v1/connections/{connection_id}/revoke" Safe, effect Destroys;
    /// Deletes a connection that was revoked or ran out.
    fn delete(connection_id) -> ():
        "connections.delete" DELETE "/v1/connections/{connection_id}" Safe, read no_answer;
    /// Keeps the secret by which the provider's own webhooks are known to be the provider's.
    fn set_webhook_secret(connection_id; json: &WebhookSecret) -> WebhookSecretSet:
        "connections.set_webhook_secret" PUT "/v1/connections/{connection_id}/webhook-secret" Safe;
}

/// The most bytes that the metadata of a connection may have.
const METADATA_LIMIT: usize = 32 * 1024;

/// Which connections are listed: all of the project, unless something is set.
///
/// ```
/// use codespar_proto::connections::{ConnectionStatus, ListConnections};
///
/// let args = ListConnections::default().status(ConnectionStatus::Connected);
/// let args = args.server_id("asaas");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListConnections {
    /// How many at most, 1 to 100; 50 where nothing is said.
    pub limit: Option<u32>,
    /// Of this user of yours only.
    #[wire(personal)]
    pub user_id: Option<Sensitive>,
    /// To this provider only.
    pub server_id: Option<String>,
    /// Only connections with this status.
    pub status: Option<ConnectionStatus>,
}

impl ListConnections {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=100)
    }
}

/// What a person is to connect: the provider, the user of yours, and the https address that
/// the person's browser returns to.
///
/// ```
/// use codespar_proto::connections::StartConnection;
///
/// let back = "https://shop.example/connected";
/// let args = StartConnection::new("mercadopago", "buyer-77", back);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct StartConnection {
    /// The provider, which knows its callers by OAuth.
    pub server_id: String,
    /// The user of yours whose account it is.
    #[wire(personal)]
    pub user_id: Sensitive,
    /// Where the browser returns to, with `status` and `connection_id` or `error`.
    pub redirect_uri: String,
    /// What is asked for, in the provider's words.
    pub scopes: Option<String>,
}

impl StartConnection {
    fn check(&self) -> Result<(), Error> {
        check_filled("server_id", &self.server_id)?;
        check_filled("user_id", self.user_id.expose())?;
        check_https("redirect_uri", &self.redirect_uri)
    }
}

/// What a connection is made with: the provider and its secret, or secrets by name.
///
/// ```
/// use codespar_proto::connections::{ConnectionSecret, CreateConnection};
///
/// let one = CreateConnection::new("asaas", "aact_secret");
/// let two = ConnectionSecret::named([("instance_id", "i-1"), ("instance_token", "secret")]);
/// let two = CreateConnection::new("z-api", two).user_id("buyer-77");
/// assert!(!format!("{one:?} {two:?}").contains("secret\""));
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateConnection {
    /// The id of the provider, such as `asaas`.
    pub server_id: String,
    /// What it knows its caller by. Never shown.
    #[wire(into)]
    pub secret: ConnectionSecret,
    /// The name for people.
    pub display_name: Option<String>,
    /// The user of yours whose account it is.
    #[wire(personal)]
    pub user_id: Option<Sensitive>,
    /// Whatever else belongs to it, a JSON object of at most 32 KB.
    pub connection_metadata: Option<Json>,
}

impl CreateConnection {
    fn check(&self) -> Result<(), Error> {
        check_filled("server_id", &self.server_id)?;
        self.secret.check()?;
        self.connection_metadata.as_ref().map_or(Ok(()), check_metadata)
    }
}

fn check_metadata(metadata: &Json) -> Result<(), Error> {
    check_object("connection_metadata", Some(metadata))?;
    if metadata.as_str().len() > METADATA_LIMIT {
        return Err(Error::config("connection_metadata", "expected at most 32 KB"));
    }
    Ok(())
}

/// What is added to the metadata of a connection.
#[derive(Args)]
#[wire(check, no_new)]
struct UpdateMetadata {
    /// What is added, a JSON object of at most 32 KB.
    connection_metadata: Json,
}

impl UpdateMetadata {
    fn check(&self) -> Result<(), Error> {
        check_metadata(&self.connection_metadata)
    }
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    connections: Vec<Connection>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_list(answer: Response) -> Result<Vec<Connection>, Error> {
    answer.json().map(|listed: Listed| listed.connections)
}

/// The connections of the project's users to providers (`/v1/connections`).
#[doc(alias = "oauth")]
#[derive(Handle)]
#[handle(Client.connections)]
pub struct Connections<T> {
    client: Client<T>,
}

impl<T: Transport> Connections<T> {
    /// The connections that fit, newest first (`GET /v1/connections`), all at once. There is no
    /// cursor: at most 100 can be had, and revoked ones are among them.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::connections::ListConnections;
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let mine = ListConnections::default().user_id("buyer-77");
    /// for connection in client.connections().list(&mine).send()? {
    ///     println!("{}", connection.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListConnections) -> Call<T, Vec<Connection>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Makes the link where a person allows a connection (`POST /v1/connections/start`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `server_oauth_not_configured`,
    /// `test_venue_unavailable`.
    ///
    /// ```
    /// # use codespar_proto::connections::StartConnection;
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = StartConnection::new("mercadopago", "buyer-77", "https://shop.example/back");
    /// let link = client.connections().start(&args).send()?;
    /// let send_the_browser_to = link.authorize_url.as_ref().map(|url| url.expose());
    /// # let _ = send_the_browser_to; Ok(()) }
    /// ```
    pub fn start(&self, args: &StartConnection) -> Call<T, Authorization> {
        self.client().call(start(self.client().service(), args))
    }

    /// Keeps the secret of an account at a provider (`POST /v1/connections`). Where the user has
    /// a connection to the provider, its secret is replaced.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `server_unknown`,
    /// `insufficient_role`, `vault_unavailable`.
    ///
    /// ```
    /// # use codespar_proto::connections::CreateConnection;
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::{Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = CreateConnection::new("asaas", "aact_0123").user_id("buyer-77");
    /// let stored = client.connections().create(&args).send()?;
    /// println!("{} {}", stored.id, if stored.rotated { "has a new secret" } else { "is new" });
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateConnection) -> Call<T, StoredConnection> {
        self.client().call(create(self.client().service(), args))
    }

    /// One connection (`GET /v1/connections/{connection_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `connection_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let connection = client.connections().get("ca_71").send()?;
    /// # let _ = connection; Ok(()) }
    /// ```
    pub fn get(&self, connection_id: impl AsRef<str>) -> Call<T, Connection> {
        self.client().call(get(self.client().service(), connection_id.as_ref()))
    }

    /// Adds to what belongs to a connection (`PATCH /v1/connections/{connection_id}/metadata`).
    /// Members that are not named stay.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `connection_metadata`, unless it becomes a JSON object of at most 32 KB;
    /// `Api` with `no_user_fields`, `fields_not_user_editable`, `metadata_update_failed`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # use std::collections::BTreeMap;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let shop = BTreeMap::from([("shop", "Centro")]);
    /// client.connections().update_metadata("ca_71", &shop).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_metadata<M: Serialize + ?Sized>(
        &self,
        connection_id: impl AsRef<str>,
        metadata: &M,
    ) -> Call<T, Connection> {
        // What becomes no JSON is no object either, and is refused as such.
        let args = UpdateMetadata { connection_metadata: Json::of(metadata).unwrap_or_default() };
        let service = self.client().service();
        self.client().call(update_metadata(service, connection_id.as_ref(), &args))
    }

    /// Ends a connection (`POST /v1/connections/{connection_id}/revoke`). Ending it twice is no
    /// error: `already` then says so.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `connection_id`; `Api` with `not_found`, or `revoke_failed`, when nothing
    /// has changed.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.connections().revoke("ca_71").send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, connection_id: impl AsRef<str>) -> Call<T, Connection> {
        self.client().call(revoke(self.client().service(), connection_id.as_ref()))
    }

    /// Deletes a connection that was revoked or ran out (`DELETE /v1/connections/{connection_id}`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `connection_id`; `Api` with `cannot_delete_active`, `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.connections().delete("ca_71").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, connection_id: impl AsRef<str>) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), connection_id.as_ref()))
    }

    /// Keeps the secret by which the provider's own webhooks are known to be the provider's
    /// (`PUT /v1/connections/{connection_id}/webhook-secret`), 1 to 1024 bytes.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `secret`; `Api` with `provider_has_no_inbound_webhooks`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.connections().set_webhook_secret("ca_71", "whsec_0123").send()?;
    /// # Ok(()) }
    /// ```
    pub fn set_webhook_secret(
        &self,
        connection_id: impl AsRef<str>,
        secret: impl Into<Sensitive>,
    ) -> Call<T, WebhookSecretSet> {
        let args = WebhookSecret { secret: secret.into() };
        self.client().call(set_webhook_secret(
            self.client().service(),
            connection_id.as_ref(),
            &args,
        ))
    }
}
