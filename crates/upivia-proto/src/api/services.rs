//! What can be asked of services, and for how much (`/api/v1/services`).

use codespar_engine::{Answer, Call, Extra, Handle, Json, driver::Transport, endpoints};

use crate::{
    client::{Client, auth::OPEN},
    types::money::Cents,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what can be asked of services, and for how much.
    fn list() -> Catalogue: "services.list" GET "/api/v1/services", auth OPEN;
}

/// The services and their operations.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Catalogue {
    /// The services that can be asked for something.
    #[wire(default)]
    pub services: Vec<CatalogueService>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A service, and the operations that it offers.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CatalogueService {
    /// Its id, such as `web_search`.
    pub id: Option<String>,
    /// Its id, where the server calls it so.
    pub service_id: Option<String>,
    /// Its name for people.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it does.
    #[wire(default)]
    pub operations: Vec<CatalogueOperation>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An operation of a service.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CatalogueOperation {
    /// The id of the operation.
    pub id: Option<String>,
    /// Its name within the service, such as `search`.
    pub name: Option<String>,
    /// Its name with the service's, such as `web_search.search`.
    pub full_name: Option<String>,
    /// The price of one call, in cents; may have decimals.
    pub base_price_cents: Option<Cents>,
    /// How the price is made, such as `flat`.
    pub pricing_type: Option<String>,
    /// What it takes, as a JSON schema.
    pub input_schema: Option<Json>,
    /// What it gives, as a JSON schema.
    pub output_schema: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl CatalogueService {
    /// The name to ask for the service by.
    pub fn key(&self) -> Option<&str> {
        self.id.as_deref().or(self.service_id.as_deref())
    }
}

impl CatalogueOperation {
    /// The name to ask for the operation by.
    pub fn key(&self) -> Option<&str> {
        self.name.as_deref().or(self.id.as_deref())
    }
}

/// What can be asked of services (`/api/v1/services`).
#[derive(Handle)]
#[handle(Client.services)]
pub struct Services<T> {
    client: Client<T>,
}

impl<T: Transport> Services<T> {
    /// The catalogue of services (`GET /api/v1/services`, no credentials). With a session cookie
    /// it holds the private services of the workspace too.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// for service in client.services().list().send()?.services {
    ///     for operation in &service.operations {
    ///         println!(
    ///             "{:?}.{:?}: {:?}",
    ///             service.key(),
    ///             operation.key(),
    ///             operation.base_price_cents
    ///         );
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Catalogue> {
        self.client().api.call(list(self.client().api.service()))
    }
}
